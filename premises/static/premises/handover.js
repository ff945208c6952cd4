// A protocol written where there may be no network: every change is kept on the device at once
// and sent when the server answers. The page without this script is the same form, sent whole.

import { merge } from "./handover-merge.js";
import * as store from "./handover-store.js";

const form = document.querySelector("#protokol");
const words = JSON.parse(document.querySelector("#teksty").textContent);
const state = document.querySelector("#stan");
const differences = document.querySelector("#roznice");
const id = form.dataset.store;
const pictures = new Map(); // key -> Blob not sent yet
const gone = new Set(); // keys of photos to be removed from the server
let base = JSON.parse(document.querySelector("#dokument").textContent);
let unsure = []; // documents that were sent and whose answer is not known
let dirty = false;
let busy = false;
let stopped = false; // an open conflict, or something to mend: sending waits for the person
let again = 0;

const say = (text, tone) => {
  state.hidden = false;
  state.textContent = text;
  state.dataset.tone = tone;
};

// --- the form as a document, and back ------------------------------------------------------------

const field = (name) => form.elements[name]?.value ?? "";
const rowOf = (box) => {
  const row = { key: box.dataset.row };
  for (const input of box.querySelectorAll("[data-field]")) {
    row[input.dataset.field] = input.type === "checkbox" ? input.checked : input.value;
  }
  return row;
};
const read = () => {
  const rows = {};
  for (const list of form.querySelectorAll("[data-rows]")) {
    rows[list.dataset.rows] = [...list.querySelectorAll("[data-row]")].map(rowOf);
  }
  return {
    key: field("key"), version: Number(field("version")), day: field("day"),
    condition: field("condition"), accessibility: field("accessibility"),
    remarks: field("remarks"), why_replaced: field("why_replaced"), rows,
    photos: [...form.querySelectorAll("[data-photo-key]")].map((item) => ({
      key: item.dataset.photoKey, alt: item.querySelector("input.input").value,
    })),
  };
};

const blank = (name, key) => {
  const holder = document.createElement("template");
  const source = form.querySelector(`template[data-blank="${name}"]`).innerHTML;
  holder.innerHTML = source.replaceAll("__key__", key);
  return holder.content.firstElementChild;
};
const fill = (box, row) => {
  for (const input of box.querySelectorAll("[data-field]")) {
    const value = row[input.dataset.field];
    if (value === undefined) continue;
    if (input.type === "checkbox") input.checked = value === true;
    else if (input.value !== String(value)) input.value = value;
  }
};
const write = (doc) => {
  for (const name of ["key", "version", "day", "condition", "accessibility", "remarks"]) {
    const input = form.elements[name];
    if (input && input.value !== String(doc[name])) input.value = doc[name];
  }
  for (const list of form.querySelectorAll("[data-rows]")) {
    const wanted = doc.rows[list.dataset.rows] ?? [];
    const there = new Map([...list.children].map((box) => [box.dataset.row, box]));
    for (const row of wanted) {
      const box = there.get(row.key) ?? list.appendChild(blank(list.dataset.rows, row.key));
      fill(box, row);
      there.delete(row.key);
    }
    for (const box of there.values()) box.remove();
  }
  const known = new Set(doc.photos.map((one) => one.key));
  for (const one of doc.photos) showPhoto(one.key, one.alt);
  for (const item of form.querySelectorAll("[data-photo-key]")) {
    if (!known.has(item.dataset.photoKey)) item.remove();
  }
};

function showPhoto(key, alt) {
  let item = form.querySelector(`[data-photo-key="${CSS.escape(key)}"]`);
  if (!item) {
    item = form.querySelector("[data-photos]").appendChild(blank("photo", key));
    const image = item.querySelector("img");
    image.src = pictures.has(key)
      ? URL.createObjectURL(pictures.get(key))
      : form.dataset.picture.replace("00000000-0000-0000-0000-000000000000", key);
  }
  const input = item.querySelector("input.input");
  if (input.value !== alt) input.value = alt;
  item.querySelector("img").alt = alt;
  return item;
}

// --- keeping on the device -----------------------------------------------------------------------

const keep = async () => {
  try {
    await store.put("drafts", id, {
      document: read(), base, unsure, gone: [...gone], dirty, at: Date.now(),
    });
  } catch {
    /* no room or no storage: the page itself still holds it */
  }
};
let waiting = 0;
const changed = () => {
  dirty = true;
  if (differences.hidden) stopped = false;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    await keep();
    await send();
  }, 400);
};
const settled = () => !dirty && pictures.size === 0 && gone.size === 0;

const restore = async () => {
  let kept;
  try {
    kept = await store.get("drafts", id);
    for (const key of await store.keys("photos")) {
      if (key.startsWith(`${id}/`)) {
        pictures.set(key.slice(id.length + 1), await store.get("photos", key));
      }
    }
  } catch {
    return;
  }
  if (!kept || (!kept.dirty && pictures.size === 0 && kept.gone.length === 0)) return;
  // The page shows the server's state now; what was typed here grew from an older one.
  const server = base;
  unsure = kept.unsure ?? [];
  for (const key of kept.gone) gone.add(key);
  const began = server.version === 0 ? kept.document : null;
  if (began) {
    base = kept.base;
    write(kept.document);
  } else take(kept.document, kept.base, server);
  dirty = true;
  say(words.restored, "wait");
};

// --- sending -------------------------------------------------------------------------------------

const post = (address, body, headers = {}) => fetch(address, {
  method: "POST", body, credentials: "same-origin", redirect: "manual",
  headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, ...headers },
});
const content = ({ version: _version, why_replaced: _why, ...rest }) => JSON.stringify(rest);

async function send() {
  if (busy || stopped || settled()) return;
  busy = true;
  say(words.sending, "mute");
  try {
    if (await sendDocument() && await sendPhotos()) {
      again = 0;
      const time = new Date().toLocaleTimeString(document.documentElement.lang, {
        hour: "2-digit", minute: "2-digit",
      });
      if (settled()) say(words.saved.replace("%(time)s", time), "ok");
    }
  } catch {
    const photos = pictures.size ? ` ${words.photos.replace("%(count)s", pictures.size)}` : "";
    say(words.waiting + photos, "wait");
    again = Math.min((again || 2) * 2, 60);
    setTimeout(send, again * 1000);
  } finally {
    busy = false;
    await keep();
  }
  if (!settled() && !stopped && again === 0) await send();
}

// True: the server has the document. Throws where there is no network or no answer.
async function sendDocument() {
  if (!dirty && base.version > 0) return true;
  const sent = read();
  unsure = [...unsure.slice(-9), sent];
  const answer = await post(form.dataset.draft, JSON.stringify(sent), {
    "Content-Type": "application/json",
  });
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
    return halt(words.login);
  }
  if (answer.status >= 500) throw new Error("server");
  const said = await answer.json();
  if (answer.ok) {
    took(said, sent);
    return true;
  }
  if (said.code === "draft_changed") {
    if (said.signed) return halt(said.title);
    // Our own message whose answer was lost is nobody else's change.
    const mine = unsure.find((one) => content(plain(one)) === content(plain(said.document)));
    if (mine) took(said.document, mine);
    else take(read(), base, said.document);
    return !stopped && sendDocument();
  }
  const marked = (said.errors ?? []).map((one) => one.field).find((name) => form.elements[name]);
  halt(`${words.refused} ${said.title ?? ""}`);
  if (marked) form.elements[marked].setAttribute("aria-invalid", "true");
  return false;
}
// As the server writes it: photos that it does not have yet are not part of what it knows.
const plain = (doc) => ({ ...doc, photos: [], rows: Object.fromEntries(
  Object.entries(doc.rows).map(([name, rows]) => [
    name, rows.map((row) => Object.fromEntries(
      Object.entries(row).map(([key, value]) => [key, String(value ?? "").replace(",", ".").trim()]).sort(),
    )),
  ]).sort(),
) });
function took(said, sent) {
  base = { ...said, photos: sent.photos };
  form.elements.key.value = said.key;
  form.elements.version.value = said.version;
  unsure = [];
  const still = content(read()) !== content({ ...sent, key: said.key });
  dirty = still;
}
function halt(text) {
  stopped = true;
  say(text, "stop");
  return false;
}

// Mine and theirs together; where both changed the same, the person chooses.
function take(mine, from, theirs) {
  const unsent = mine.photos.filter((one) => pictures.has(one.key));
  const { document: merged, conflicts } = merge(from, mine, theirs);
  merged.photos = [
    ...merged.photos.filter((one) => !unsent.some((two) => two.key === one.key)), ...unsent,
  ];
  base = theirs;
  write(merged);
  dirty = true;
  if (conflicts.length) ask(conflicts);
}
function ask(conflicts) {
  stopped = true;
  differences.replaceChildren();
  const box = document.createElement("div");
  const head = document.createElement("h2");
  head.textContent = words.conflict;
  box.append(head);
  for (const one of conflicts) {
    const input = inputOf(one.path);
    const group = document.createElement("div");
    group.className = "proto-choice";
    const name = document.createElement("b");
    name.textContent = input?.labels?.[0]?.textContent.trim() ?? one.path.at(-1);
    group.append(name);
    for (const [label, value] of [[words.mine, one.mine], [words.theirs, one.theirs]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn--wide";
      button.textContent = `${label}: ${String(value ?? "") || words.empty}`;
      button.addEventListener("click", () => {
        if (input?.type === "checkbox") input.checked = value === true;
        else if (input) input.value = value ?? "";
        group.remove();
        if (differences.querySelector(".proto-choice")) return;
        differences.hidden = true;
        stopped = false;
        changed();
      });
      group.append(button);
    }
    box.append(group);
  }
  differences.append(box);
  differences.hidden = false;
  differences.focus();
  say(words.conflict, "stop");
}
function inputOf(path) {
  if (path[0] === "rows") return form.elements[`${path[1]}-${path[2]}-${path[3]}`];
  if (path[0] === "photos") return form.elements[`photo-${path[1]}-alt`];
  return form.elements[path[0]];
}

async function sendPhotos() {
  for (const key of [...gone]) {
    const body = new FormData();
    body.set("key", key);
    body.set("remove", "1");
    const answer = await post(form.dataset.photo, body);
    if (!answer.ok) throw new Error("photo");
    gone.delete(key);
  }
  for (const [key, blob] of [...pictures]) {
    const body = new FormData();
    body.set("key", key);
    body.set("alt", field(`photo-${key}-alt`));
    body.set("file", blob, "photo.jpg");
    const answer = await post(form.dataset.photo, body);
    if (!answer.ok) {
      if (answer.status >= 500 || answer.type === "opaqueredirect") throw new Error("photo");
      return halt((await answer.json()).title ?? words.refused);
    }
    pictures.delete(key);
    await store.remove("photos", `${id}/${key}`).catch(() => {});
  }
  return true;
}

// --- what the person does ------------------------------------------------------------------------

const uuid = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(
  /[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16),
);

form.addEventListener("input", changed);
form.addEventListener("change", async (event) => {
  if (event.target.id !== "file") return;
  for (const file of event.target.files) {
    const key = uuid();
    pictures.set(key, file);
    await store.put("photos", `${id}/${key}`, file).catch(() => say(words.full, "stop"));
    showPhoto(key, "").querySelector("input.input").focus();
  }
  event.target.value = "";
  changed();
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.add) {
    event.preventDefault();
    const list = form.querySelector(`[data-rows="${button.dataset.add}"]`);
    const box = list.appendChild(blank(button.dataset.add, uuid()));
    box.querySelector("select, input:not([type=hidden])")?.focus();
    changed();
  } else if ("remove" in button.dataset) {
    event.preventDefault();
    const list = button.closest("[data-rows]");
    button.closest("[data-row]").remove();
    list.parentElement.querySelector("h2").focus();
    changed();
  } else if ("removePhoto" in button.dataset) {
    event.preventDefault();
    const item = button.closest("[data-photo-key]");
    const key = item.dataset.photoKey;
    if (pictures.delete(key)) store.remove("photos", `${id}/${key}`).catch(() => {});
    else gone.add(key);
    item.remove();
    form.querySelector("#zdjecia-h").focus();
    changed();
  } else if (button.name === "save") {
    event.preventDefault();
    dirty = true;
    stopped = !differences.hidden;
    send();
  } else if ("sign" in button.dataset && (!settled() || stopped)) {
    // Everything first, then the signature: the press is repeated once all is with the city.
    event.preventDefault();
    send().then(() => {
      if (settled() && !stopped) form.requestSubmit(button);
    });
  }
});
form.addEventListener("submit", () => store.remove("drafts", id).catch(() => {}));
addEventListener("online", () => {
  again = 0;
  send();
});
addEventListener("offline", () => {
  if (!settled()) say(words.waiting, "wait");
});
addEventListener("beforeunload", (event) => {
  if (!settled()) event.preventDefault();
});

// Links to the parts, which a thumb reaches.
const steps = document.querySelector("#kroki");
for (const part of form.querySelectorAll("[data-step]")) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `#${part.id}`;
  link.textContent = part.querySelector("h2").textContent;
  item.append(link);
  steps.append(item);
}
steps.hidden = false;

await restore();
form.dataset.ready = "yes";
if (!settled()) send();
