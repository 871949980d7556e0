/* What the page asks of the program, answered in this browser by a worker (see engine.js): the same calls as api.js of the
   page that a server sends. Nothing leaves this machine. */

import { complain, tell } from "../dom.js";
import { guarded, storage } from "./offline.js";
import { Problem } from "./problem.js";

export { Problem };

const BASE = new URL("../../", import.meta.url), waiting = new Map();
const SLOW = 4000; // ms after which a first visit is told what it waits for
let worker = null, calls = 0, site = null;

function listening() {
  const made = new Worker(new URL("engine.js", import.meta.url), { type: "module" });
  made.addEventListener("message", ({ data: { call, result, problem, told } }) => {
    if (told) { tell(told); return; }
    const { resolve, reject } = waiting.get(call) ?? {};
    waiting.delete(call);
    if (problem) reject?.(new Problem(problem.message, problem.status)); else resolve?.(result);
  });
  made.addEventListener("error", (event) => {
    event.preventDefault();
    for (const { reject } of waiting.values()) reject(new Problem("the painting part of the page stopped; reload the page"));
    waiting.clear();
  });
  return made;
}

function asked(act, given, signal) {
  const call = ++calls;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    waiting.set(call, { resolve, reject });
    signal?.addEventListener("abort", () => {
      waiting.delete(call);
      worker.postMessage({ call, leave: true });
      reject(signal.reason);
    });
    worker.postMessage({ call, act, given });
  });
}

/** The site's own facts; the network is opened meanwhile. */
export async function info() {
  const response = await fetch(new URL("page/info.json", BASE)).catch(() => null);
  if (!response?.ok) throw new Problem("the site's own files cannot be read; connect to the network and reload the page");
  site = await response.json();
  const { threads, note } = await guarded(BASE);
  worker = listening();
  asked("begin", { base: BASE.href, files: site.files, size: site.size, groundApart: site.ground_apart, threads }).then(() => { document.body.dataset.graphs = threads; }, complain);
  const large = Object.values(site.files).reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  if (note) setTimeout(tell, 500, note);
  else setTimeout(() => { if (!document.body.dataset.graphs && !storage.full) tell(`The network is fetched once, ${Math.round(large)} MB; after that the page needs no connection.`); }, SLOW);
  const samples = Object.entries(site.samples).map(([kind, list]) => [kind, list.map(({ name, path }) => ({ name, url: new URL(path, BASE).href }))]);
  return { ...site, limits: { ...site.limits }, samples: Object.fromEntries(samples) };
}

export const palette = (reference) => asked("palette", reference);
export const paint = (fields, signal) => asked("paint", fields, signal);
export const save = (id, wanted) => asked("save", [id, wanted]);
export const gate = () => "";

export async function planes(id, signal) {
  const { shapes, ...found } = await asked("planes", id, signal);
  for (const [name, shape] of shapes) found.arrays[name].shape = shape;
  return found;
}

export async function fetched(address) {
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) throw new Problem("this sample was not fetched before, and there is no network; choose a file of your own");
  return response.blob();
}
