
// The page for writing without a network.
const form = document.getElementById("typed");
const list = document.getElementById("waiting");
const said = (name) => document.querySelector(`template[data-say="${name}"]`).content.textContent.trim();
const piece = (name, text, kind) => Object.assign(document.createElement(name), { textContent: text, className: kind ?? "" });
const AGAIN_MILLISECONDS = 30_000;

const button = (words, act) => {
  const made = piece("button", words, "second");
  made.type = "button";
  made.addEventListener("click", async () => {
    await act();
    await show();
  });
  return made;
};

// Puts refused words back into the form.
const back = (one) => async () => {
  for (const [name, value] of Object.entries(one.body)) {
    const fields = form.elements[name];
    if (!fields) continue;
    if (fields instanceof RadioNodeList) fields.value = value;
    else if (fields.type === "checkbox") fields.checked = value;
    else fields.value = value;
  }
  await drop(one.key);
  form.elements.what.focus();
};

// The slip is shown once, on a page of its own outside the sign-in, as at the counter.
const printed = (ticket) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action: "/slip", target: "_blank" });
  const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "ticket", value: ticket });
  form.append(hidden, piece("button", said("print"), "second"));
  return form;
};

const drawn = (one) => {
  const card = piece("li", "", `state-${one.state}`);
  const head = piece("strong", said(one.state));
  card.append(head);
  if (one.state === "taken") {
    const facts = document.createElement("dl");
    for (const [name, value] of [["number", one.number], ["code", one.query_code], ["owner", one.owner], ["due", one.due]]) {
      if (!value) continue;
      facts.append(piece("dt", said(name)), piece("dd", value, name === "number" || name === "code" ? "code" : ""));
    }
    card.append(facts);
    if (one.slip) card.append(printed(one.slip));
    card.append(button(said(one.slip ? "handed" : "done"), () => drop(one.key)));
    return card;
  }
  card.append(piece("p", one.body.what, "words"));
  for (const why of one.why ?? []) card.append(piece("p", why, "error"));
  if (one.staff) card.append(piece("p", said("for-somebody"), "quiet"));
  if (one.signed_out) {
    const way = piece("a", said("sign-in"));
    way.href = "/desk/login?next=%2Foffline";
    card.append(way);
  }
  if (one.files.length) card.append(piece("p", one.files.map(({ name }) => name).join("、"), "quiet"));
  const acts = piece("div", "", "acts");
  if (one.state === "refused") acts.append(button(said("mend"), back(one)));
  acts.append(button(said("forget"), () => drop(one.key)));
  card.append(acts);
  return card;
};

const show = async () => {
  const all = await every();
  list.replaceChildren(...all.map(drawn));
  document.getElementById("none").hidden = all.length > 0;
  document.getElementById("cut-off").hidden = navigator.onLine;
};

const move = async () => {
  await send_all();
  await show();
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const typed = new FormData(form);
  const files = typed.getAll("files").filter(({ size }) => size > 0);
  typed.delete("files");
  const staff = typed.has("by_staff");
  typed.delete("by_staff");
  const body = Object.fromEntries(typed);
  body.danger = typed.has("danger");
  body.language = document.documentElement.lang;
  const key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  await keep({ key, at: Date.now(), state: "waiting", staff, language: body.language, body, files });
  form.reset();
  await show();
  document.getElementById("kept").focus();
  const worker = await navigator.serviceWorker?.getRegistration();
  await worker?.sync?.register("waiting").catch(() => {});
  await move();
});

new BroadcastChannel("waiting").addEventListener("message", show);
window.addEventListener("online", move);
window.addEventListener("offline", show);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && move());
setInterval(move, AGAIN_MILLISECONDS);
for (const one of form.querySelectorAll("input[type=radio]")) one.required = true;
form.closest("section").hidden = false;
await show();
await move();
