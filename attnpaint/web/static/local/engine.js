/* The worker in which a page without a server paints. Told { call, act, given }, it answers { call, result } or
   { call, problem }; { told } comes by itself. */

import { opened } from "./graphs.js";
import { painted, paletteOf } from "./painting.js";
import { read } from "./palettes.js";
import { decoded } from "./picture.js";
import { Problem } from "./problem.js";
import { file } from "./save.js";
import { fetched } from "./weights.js";

const PALETTE = /\.(json|gpl|hex)$/i, FOREIGN = /\.(aco|ase|act)$/i, KEPT = 4;
const paintings = new Map(), left = new Set();
let site = null, graphs = null, number = 0, turn = Promise.resolve();

const tell = (told) => postMessage({ told });

/** The graphs, opened once. */
function ready() {
  graphs ??= prepared().catch((error) => { graphs = null; throw error; });
  return graphs;
}

async function prepared() {
  const { base, files, threads } = site, at = (name) => new URL(files[name].path, base).href;
  const runtime = await import(at("runtime")).catch(() => { throw new Problem("the runtime is not there; connect to the network and reload the page"); });
  runtime.env.wasm.wasmPaths = { mjs: at("runtime.mjs"), wasm: at("runtime.wasm") };
  const [network, stage, weights] = await Promise.all(["network", "stage", "weights"].map((name) => fetched(at(name), files[name], tell)));
  return opened(runtime, threads, [network, stage], weights);
}

async function sourceOf(blob, role) {
  const { name = "" } = blob;
  if (FOREIGN.test(name)) throw new Problem(`${name} is a palette that only the installed attnpaint reads; give a picture, or a .json, .gpl or .hex file`);
  return PALETTE.test(name) ? { palette: read(name, await blob.text()), picture: null } : { palette: null, picture: await decoded(blob, role) };
}

async function paint(call, { drawing, reference, histogram, gap = null, opaque = null }) {
  const began = performance.now();
  const step = async () => {
    await new Promise((resolve) => { setTimeout(resolve); });
    if (left.delete(call)) throw new Problem("left", 499);
  };
  const network = await ready();
  await step();
  const sketch = await decoded(drawing, "the drawing"), source = histogram || !reference ? null : await sourceOf(reference, "the reference");
  if (!histogram && !source) throw new Problem("this model paints in the colours of a reference, and none is given; add a picture or a palette");
  const palette = histogram ?? source.palette ?? paletteOf(source.picture, site);
  const found = await painted({ drawing: sketch, palette, reference: source?.picture ?? null, gap, opaque }, network, site, step);
  const id = String(++number), name = (drawing.name ?? "drawing").replace(/\.[^.]+$/, "");
  paintings.set(id, { ...found, name });
  if (paintings.size > KEPT) paintings.delete(paintings.keys().next().value);
  return {
    id, width: found.width, height: found.height, histogram: palette, finish: "flat", points: true, gates: 0, notes: found.notes,
    network_seconds: network.seconds, seconds: (performance.now() - began) / 1000,
  };
}

function kept(id) {
  const found = paintings.get(id);
  if (!found) throw new Problem("this painting is not kept any more; paint it again", 404);
  return found;
}

/** What is posted keeps no shapes of its own. */
const withShapes = (planes) => ({ ...planes, shapes: Object.entries(planes.arrays).map(([name, { shape }]) => [name, shape]) });

const acts = {
  begin: async (call, given) => { site = given; await ready(); },
  palette: async (call, reference) => { const { palette, picture } = await sourceOf(reference, "the reference"); return palette ?? paletteOf(picture, site); },
  paint: (call, fields) => (turn = turn.catch(() => {}).then(() => paint(call, fields))),
  planes: async (call, id) => withShapes(kept(id).planes),
  save: async (call, [id, wanted]) => file(kept(id), wanted),
};

addEventListener("message", async ({ data: { call, act, given, leave } }) => {
  if (leave) { left.add(call); return; }
  try {
    postMessage({ call, result: await acts[act](call, given) });
  } catch (error) {
    left.delete(call);
    const full = error instanceof RangeError && /alloc|memory|length/i.test(error.message);
    const message = full ? "this browser's memory ran out; close other tabs, or make the drawing smaller" : error.message;
    postMessage({ call, problem: { message, status: error.status ?? 0 } });
  }
});
