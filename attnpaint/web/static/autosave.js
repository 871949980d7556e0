/* What was painted last is kept in this browser's own storage: closing the tab loses nothing. */

import { announce, complain, element, find, icon } from "./dom.js";
import { nameOf, projectOf } from "./project.js";
import { store } from "./store.js";

const WAIT = 1200, MOST = 5, SIDE = 160; // ms after the last change; paintings that are kept; px of their thumbnails
let id = crypto.randomUUID?.() ?? String(Math.random()), timer = 0, saving = false;

/** act(objectStore) in one transaction; its request's result. */
async function within(mode, act) {
  const base = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("attnpaint", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("paintings", { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  try {
    return await new Promise((resolve, reject) => {
      const change = base.transaction("paintings", mode), asked = act(change.objectStore("paintings"));
      change.oncomplete = () => resolve(asked.result);
      change.onerror = change.onabort = () => reject(change.error);
    });
  } finally { base.close(); }
}

const all = async () => (await within("readonly", (there) => there.getAll())).sort((a, b) => b.time - a.time);
const forget = (key) => within("readwrite", (there) => there.delete(key));

async function keep() {
  const step = store.steps[store.at], { look } = step;
  if (!look.painting || saving || store.kept === step) return;
  saving = true;
  try {
    const project = await projectOf(look), small = await thumbnail();
    await within("readwrite", (there) => there.put({ id, name: nameOf(look), time: Date.now(), project, small }));
    for (const { id: old } of (await all()).slice(MOST)) await forget(old);
    store.kept = step;
  } catch { /* a full or forbidden storage: leaving the page asks, then */ }
  saving = false;
  if (store.steps[store.at] !== step) soon();
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(keep, WAIT);
}

function thumbnail() {
  const whole = find("#picture"), scale = Math.min(1, SIDE / Math.max(whole.width, whole.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(whole.width * scale)), Math.max(1, Math.round(whole.height * scale)));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(whole, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob();
}

function ago(time) {
  const minutes = Math.round((time - Date.now()) / 60000), words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  if (minutes > -60) return minutes > -1 ? "just now" : words.format(minutes, "minute");
  return minutes > -1440 ? words.format(Math.round(minutes / 60), "hour") : words.format(Math.round(minutes / 1440), "day");
}

/** open(file): of a project. */
export async function build(open) {
  store.addEventListener("change", () => { if (!store.draft) soon(); });
  addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  try { await list(open); } catch { /* no storage */ }
}

async function list(open) {
  const kept = await all();
  find("#kept").hidden = !kept.length;
  find("#kept ul").replaceChildren(...kept.map((one) => {
    const name = one.name.replace(/\.attnpaint$/, ""), picture = element("img", { src: URL.createObjectURL(one.small), alt: "" });
    const button = element("button", { type: "button", ariaLabel: `Go on with ${name}, ${ago(one.time)}` }, picture, element("span", {}, name, element("span", { className: "faint" }, ago(one.time))));
    button.addEventListener("click", () => {
      id = one.id; // it goes on as this one
      open(new File([one.project], one.name)).catch(complain);
    });
    const remove = element("button", { type: "button", className: "remove", ariaLabel: `Forget ${name}`, title: "Forget it" }, icon("close"));
    remove.addEventListener("click", async () => {
      await forget(one.id);
      announce(`${name} is forgotten`);
      list(open);
    });
    return element("li", {}, button, remove);
  }));
}
