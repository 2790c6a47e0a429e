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

// Sends one. What the site took loses its words here at once; what it refused stays, with the reasons; the rest waits on.
const send = async (one) => {
  const files = await Promise.all(one.files.map(async (file) => ({ name: file.name, content: await base64(file) })));
  let answer;
  try {
    answer = await fetch("/api/v1/matters", {
      method: "POST",
      credentials: "omit",
      redirect: "error",
      headers: { "Content-Type": "application/json", "Idempotency-Key": one.key, "Accept-Language": one.language },
      body: JSON.stringify({ ...one.body, files }),
    });
  } catch {
    return false;
  }
  if (answer.status === 429 || answer.status >= 500) return false;
  const told = await answer.json();
  if (answer.ok) {
    const { number, query_code, owner, due } = told;
    await keep({ key: one.key, at: one.at, state: "taken", number, query_code, owner: owner.name, due });
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
