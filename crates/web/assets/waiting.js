// What waits on this device until there is a network. The page and the worker both begin with this.
//
// Nothing of an accusation or of an anonymous matter is ever kept; the server's key makes one matter of what is sent twice.
const STORE = "waiting";
const opened = () =>
  new Promise((done, fail) => {
    const asked = indexedDB.open("minsheng", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
const on_store = async (mode, act) => {
  const store = await opened();
  try {
    return await new Promise((done, fail) => {
      const move = store.transaction(STORE, mode);
      const asked = act(move.objectStore(STORE));
      move.oncomplete = () => done(asked.result);
      move.onerror = move.onabort = () => fail(move.error);
    });
  } finally {
    store.close();
  }
};
const every = async () => (await on_store("readonly", (store) => store.getAll())).sort((one, other) => one.at - other.at);
const keep = (one) => {
  if (one.body && (one.body.kind === "accusation" || one.body.identity === "anonymous")) throw new Error("not to be kept");
  return on_store("readwrite", (store) => store.put(one));
};
const drop = (key) => on_store("readwrite", (store) => store.delete(key));

const base64 = (file) =>
  new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(file);
  });

// What somebody wrote for themselves goes as nobody; what staff wrote for somebody goes under their sign-in, by the form of the counter.
const by_themselves = async (one) => {
  const files = await Promise.all(one.files.map(async (file) => ({ name: file.name, content: await base64(file) })));
  const headers = { "Content-Type": "application/json", "Idempotency-Key": one.key, "Accept-Language": one.language };
  const body = JSON.stringify({ ...one.body, files });
  return fetch("/api/v1/matters", { method: "POST", credentials: "omit", redirect: "error", headers, body });
};
const by_staff = (one) => {
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...one.body, danger: one.body.danger ? "1" : "" })) if (value) body.append(name, value);
  body.append("submit_key", one.key);
  body.append("channel", "visit");
  for (const file of one.files) body.append("files", file);
  const headers = { Accept: "application/json", "Accept-Language": one.language };
  return fetch("/desk/counter", { method: "POST", credentials: "same-origin", redirect: "error", headers, body });
};

// Sends one. What the site took loses its words here at once; what it refused stays, with the reasons; the rest waits on.
const send = async (one) => {
  let answer;
  try {
    answer = await (one.staff ? by_staff(one) : by_themselves(one));
  } catch {
    return false;
  }
  if (answer.status === 429 || answer.status >= 500) return false;
  if (one.staff && answer.status === 401) {
    await keep({ ...one, signed_out: true });
    return true;
  }
  const told = await answer.json();
  if (answer.ok) {
    const { number, query_code, owner, due, slip } = told;
    await keep({ key: one.key, at: one.at, state: "taken", number, query_code, owner: owner.name, due, slip });
  } else {
    const why = told.errors?.map(({ detail }) => detail) ?? [told.detail, told.instead].filter(Boolean);
    await keep({ ...one, state: "refused", why });
  }
  return true;
};

// Sends all that waits, in the order it was written; tells whether any is left. Two at once take turns where the browser can.
const send_all = async () => {
  const round = async () => {
    for (const one of await every()) if (one.state === "waiting" && !(await send(one))) return true;
    return false;
  };
  const left = navigator.locks ? await navigator.locks.request("waiting", round) : await round();
  new BroadcastChannel("waiting").postMessage("moved");
  return left;
};
