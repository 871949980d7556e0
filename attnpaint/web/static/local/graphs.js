/* The network and its region stage in ONNX Runtime for the web: arrays in, arrays out. */

import { Problem } from "./problem.js";
import { resized } from "./resize.js";
import { GEOMETRY, GRID, POINTS } from "./samples.js";

const STAGE = 384; // px; the square that the region stage sees a drawing in, at most

/** runtime: the module; threads: of the processor; graphs: [network, stage] as bytes; weights: bytes that both point into. */
export async function opened(runtime, threads, graphs, weights) {
  runtime.env.wasm.numThreads = threads;
  runtime.env.logLevel = "error";
  const options = { executionProviders: ["wasm"], graphOptimizationLevel: "basic", externalData: [{ path: "model.safetensors", data: weights }] };
  try {
    const [network, stage] = [await runtime.InferenceSession.create(graphs[0], options), await runtime.InferenceSession.create(graphs[1], options)];
    return new Graphs(runtime.Tensor, network, stage);
  } catch (error) {
    throw failed("the network cannot be opened", error);
  }
}

const failed = (what, error) => {
  const reason = String(error?.message ?? error).split("\n")[0], full = /memory|bad_alloc|RangeError|std::/i.test(reason);
  return new Problem(full ? `${what}: this browser's memory ran out; close other tabs and reload the page` : `${what} (${reason}); reload the page`);
};

class Graphs {
  constructor(Tensor, network, stage) {
    Object.assign(this, { network, stage });
    this.floats = (data, ...shape) => new Tensor("float32", data instanceof Float32Array ? data : Float32Array.from(data), shape);
    this.truths = (data, ...shape) => new Tensor("bool", data, shape);
  }

  async run(session, given) {
    try { return await session.run(given); } catch (error) { throw failed("the network failed", error); }
  }

  /** { image: 3×S×S in [-1, 1], pointer: kinds×S×S, kinds, tokens } of a square, uint8. colors, weights: of the palette. */
  async look(square, size, colors, weights) {
    const ranks = colors.length / 4, given = { sketch: this.sketch(square, size), colors: this.colors(colors), weights: this.floats(weights, 1, 4, ranks) };
    const { image, pointer, tokens } = await this.run(this.network, given);
    if (!Number.isFinite(image.data[0])) throw new Problem("the network painted numbers that are not finite: its weights are damaged; reload the page");
    return { image: image.data, pointer: pointer.data, kinds: pointer.dims[1], tokens };
  }

  sketch(square, size) {
    const seen = new Float32Array(square.length);
    for (let i = 0; i < seen.length; i++) seen[i] = square[i] / 127.5 - 1;
    return this.floats(seen, 1, 1, size, size);
  }

  colors(colors) { return this.floats(colors.flat().map((part) => part / 127.5 - 1), 1, 4, colors.length / 4, 3); }

  /** What the stage says of `regions` (see samples.js). palette: { colors, weights }; view: of the reference (see reference.js) or null. */
  async decide(square, size, tokens, palette, regions, view) {
    const colors = palette.colors.flat(), count = Math.max(1, regions.count), given = {
      sketch: this.sketch(...forRegions(square, size)), tokens, colors: this.colors(colors), weights: this.floats(palette.weights.flat(), 1, 4, colors.length / 4),
      ...this.described("", regions, count), ...(view ? this.seen(view, colors.length) : this.unknown(colors.length)),
    };
    const taken = Object.fromEntries(this.stage.inputNames.map((name) => [name, given[name]])); // not all stages take all of it
    const said = await this.run(this.stage, taken), rows = (name) => said[name].data.slice(0, regions.count * said[name].dims[2]);
    return {
      label: regions.label.slice(0, regions.count), area: regions.area.slice(0, regions.count),
      logits: rows("logits"), embedding: rows("embedding"), parts: rows("parts"), oneScene: said.one_scene?.data[0] ?? 0,
    };
  }

  described(prefix, { points, geometry, valid }, count) {
    return {
      [`${prefix}points`]: this.floats(points.slice(0, count * POINTS * 2), 1, count, POINTS, 2),
      [`${prefix}geometry`]: this.floats(geometry.slice(0, count * GEOMETRY), 1, count, GEOMETRY), [`${prefix}valid`]: this.truths(valid.slice(0, count), 1, count),
    };
  }

  seen({ side, sketch, where, entries, own, color, weight }, kinds) {
    return {
      reference: this.sketch(sketch, side), ...this.described("entry_", entries, kinds), ...this.described("own_", own, weight.length),
      own_color: this.floats(color, 1, weight.length, 3), own_weight: this.floats(weight, 1, weight.length), where: this.floats(where, 1, kinds, GRID, GRID),
    };
  }

  /** A reference that nothing is known of. */
  unknown(kinds) {
    const none = { points: new Float32Array(kinds * POINTS * 2), geometry: new Float32Array(kinds * GEOMETRY), valid: new Uint8Array(kinds) };
    return {
      reference: this.floats(new Float32Array(32 * 32).fill(1), 1, 1, 32, 32), ...this.described("entry_", none, kinds), ...this.described("own_", none, kinds),
      own_color: this.floats(new Float32Array(3 * kinds), 1, kinds, 3), own_weight: this.floats(new Float32Array(kinds), 1, kinds),
      where: this.floats(new Float32Array(kinds * GRID * GRID), 1, kinds, GRID, GRID),
    };
  }
}

/** The square, uint8, as the region stage sees it, and its side. */
function forRegions(square, size) {
  if (size <= STAGE) return [square, size];
  return [resized({ data: square, height: size, width: size, channels: 1 }, STAGE, STAGE).data, STAGE];
}
