// Extras only: every page works without this file.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
  const hint = button.parentElement.querySelector(".print-hint");
  if (hint) hint.hidden = true;
}

// The summary of what is wrong takes the focus, so that it is read out first.
document.getElementById("errors")?.focus();

// A form is sent once; the server recognises a second sending anyway.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});

// Print size and language switched on a page of several forms: what was typed comes back, for that one step, and no secret.
const TYPED = `typed ${location.pathname}`;
const typed = [...document.querySelectorAll("main :is(input, textarea, select)")].filter(
  ({ type, autocomplete }) => !["hidden", "password", "file"].includes(type) && autocomplete !== "one-time-code",
);
const is_choice = ({ type }) => type === "checkbox" || type === "radio";
const before = JSON.parse(sessionStorage.getItem(TYPED) ?? "[]");
sessionStorage.removeItem(TYPED);
if (before.length === typed.length && typed.every(({ name }, at) => name === before[at][0])) {
  typed.forEach((field, at) => {
    const [place, value] = is_choice(field) ? ["checked", before[at][1]] : ["value", before[at][1]];
    if (field[place] === value) return;
    field[place] = value;
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  });
}
document.querySelector("form.settings")?.addEventListener("submit", () => {
  const now = typed.map((field) => [field.name, is_choice(field) ? field.checked : field.value]);
  sessionStorage.setItem(TYPED, JSON.stringify(now));
});

// A copy of the unfinished draft on this device. Nothing is written before kind and identity are chosen; an accusation or
// an anonymous matter erases it at once, and so do filing, the person's own wish, and a day.
const DRAFT = "draft";
const DAY_MILLISECONDS = 86_400_000;
const forget = () => localStorage.removeItem(DRAFT);
const copied = () => {
  try {
    const { at, typed } = JSON.parse(localStorage.getItem(DRAFT));
    const age = Date.now() - at;
    if (age >= 0 && age < DAY_MILLISECONDS) return typed;
  } catch {
    // nothing there, or nothing that can be read
  }
  forget();
  return null;
};
const copy = (form) => {
  const typed = JSON.parse(form.dataset.draft || "{}");
  const sent = new FormData(form);
  for (const { name } of form.elements) if (name in typed) typed[name] = sent.get(name) ?? "";
  const { kind, identity } = typed;
  if (!form.dataset.draft || kind === "accusation" || identity === "anonymous") return forget();
  if (!kind || !identity) return;
  localStorage.setItem(DRAFT, JSON.stringify({ at: Date.now(), typed }));
  for (const words of document.querySelectorAll("[data-draft-kept]")) words.hidden = false;
};
const draft = copied();
const offer = document.querySelector("[data-draft-offer]");
if (document.querySelector("[data-draft-done]")) forget();
for (const form of document.querySelectorAll("form[data-draft-erase]")) form.addEventListener("submit", forget);
for (const form of document.querySelectorAll("form[data-draft]")) {
  if (!offer) copy(form);
  form.addEventListener("input", () => copy(form));
}
if (offer && draft) {
  offer.hidden = false;
  offer.querySelector("[data-draft-restore]").addEventListener("click", (event) => {
    for (const [name, value] of Object.entries(draft)) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      event.target.form.append(field);
    }
  });
  offer.querySelector("[data-draft-forget]").addEventListener("click", () => {
    forget();
    offer.hidden = true;
    document.getElementById("main").focus();
  });
}

// The desk by keyboard: j and k walk the rows, letters do what their label says, ? opens the sheet.
const rows = [...document.querySelectorAll("[data-row]")];
const step = (by) => {
  const at = rows.indexOf(document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))]?.focus();
};
const letters = document.querySelector("[data-keys-switch]");
if (letters) {
  const box = letters.querySelector("input");
  letters.hidden = false;
  box.checked = localStorage.getItem("keys") !== "off";
  box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"));
}
document.addEventListener("keydown", (event) => {
  if (letters && !letters.querySelector("input").checked) return;
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const sheet = document.getElementById("keys");
  if (event.key === "j" && rows.length) step(1);
  else if (event.key === "k" && rows.length) step(-1);
  else if (event.key === "/" && document.getElementById("search")) document.getElementById("search").focus();
  else if (event.key === "?" && sheet) {
    sheet.open = !sheet.open;
    sheet.querySelector("summary").focus();
  } else {
    const act = /^[a-z0-9[\]=.;,'`\\-]$/.test(event.key) && document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!act) return;
    act.click();
  }
  event.preventDefault();
});

// Without a network the worker shows a page on which one can write all the same.
if ("serviceWorker" in navigator) {
  const policy = window.trustedTypes?.createPolicy("worker", { createScriptURL: (path) => path });
  const path = "/worker.js";
  navigator.serviceWorker.register(policy?.createScriptURL(path) ?? path).catch(() => {});
  // the page that is kept for when there is no network comes in the language of this one
  navigator.serviceWorker.ready.then(({ active }) => active?.postMessage({ language: document.documentElement.lang })).catch(() => {});
}

// The hotline's desk: the page loads itself anew when another call rings, unless somebody types just then.
const live = document.querySelector("[data-live]");
if (live) {
  setInterval(async () => {
    const busy = document.hidden || document.activeElement?.matches("input, textarea, select");
    const answer = busy ? null : await fetch(live.dataset.live).catch(() => null);
    if (answer?.status === 200) location.reload();
  }, 3000);
}

// What is known about what a caller says, while it is typed.
const know = document.querySelector("form[data-know]");
const said = know && document.querySelector(`textarea[name="${know.dataset.know}"]`);
if (said) {
  know.hidden = true;
  const node = (name, text) => Object.assign(document.createElement(name), { textContent: text });
  const line = ({ text, more, href }) => {
    const item = document.createElement("li");
    item.append(href ? Object.assign(node("a", text), { href, target: "_blank", rel: "noopener" }) : text);
    if (more) item.append(document.createElement("br"), Object.assign(node("span", more), { className: "quiet" }));
    return item;
  };
  const ask = async () => {
    const body = new URLSearchParams({ what: said.value });
    const answer = await fetch(know.action, { method: "POST", headers: { accept: "application/json" }, body }).catch(() => null);
    if (!answer?.ok) return;
    const { danger, groups, none } = await answer.json();
    const all = groups.flatMap(({ title, items }) => {
      const list = Object.assign(document.createElement("ul"), { className: "plain" });
      list.append(...items.map(line));
      return [node("h3", title), list];
    });
    if (danger) all.unshift(Object.assign(node("p", danger), { className: "notice late" }));
    document.getElementById("known").replaceChildren(...(all.length ? all : [node("p", none)]));
  };
  let soon;
  said.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(ask, 500);
  });
}
