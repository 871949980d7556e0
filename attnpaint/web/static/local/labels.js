/* Regions that were found on a small copy, at a large drawing's size: as attnpaint.inference.upsample has it. */

import { dilated, eroded, plane } from "./filters.js";
import { nearest } from "./resize.js";
import { largest } from "./segment.js";

const MOST = 2 ** 16 - 2, LEVELS = [224, 192, 160, 128, 96, 64, 32, 0], FAR = 8;

/** Int32Array. labels: a plane from 1; grey: of the drawing, larger. Two pixels on both sides of a border are left to the
    regions, which grow into them from the brightest pixels to the darkest and meet on the ridge of a line. */
export function enlargedLabels(labels, grey) {
  const { height, width, data: light } = grey, large = nearest(labels, height, width).data;
  if (largest(labels.data) > MOST || Math.min(labels.height, labels.width) < 3) return large;
  const free = nearest(besideBorders(labels), height, width).data;
  for (const array of [free, large]) framed(array, height, width, () => 0); // the outermost pixels follow their neighbours in the end
  const place = Int32Array.from(indices(free)), own = Int32Array.from(place, (at) => large[at]), steps = FAR * Math.ceil(height / labels.height);
  for (const at of place) large[at] = 0;
  for (const least of LEVELS) {
    grow(large, place.filter((at) => !large[at] && light[at] >= least), width, steps);
    if (least !== LEVELS[0] && least !== LEVELS.at(-1)) continue;
    place.forEach((at, i) => { if (!large[at] && light[at] >= least) large[at] = own[i]; }); // islands of paper, and what is left
  }
  framed(large, height, width, (x, y) => large[Math.min(Math.max(y, 1), height - 2) * width + Math.min(Math.max(x, 1), width - 2)]);
  return large;
}

function* indices(free) {
  for (let i = 0; i < free.length; i++) if (free[i]) yield i;
}

function framed(array, height, width, value) {
  for (let x = 0; x < width; x++) for (const y of [0, height - 1]) array[y * width + x] = value(x, y);
  for (let y = 0; y < height; y++) for (const x of [0, width - 1]) array[y * width + x] = value(x, y);
}

/** The pixels `todo` take the labels of those beside them, all at once, step by step. */
function grow(labels, todo, width, steps) {
  for (let step = 0; step < steps; step++) {
    const found = Int32Array.from(todo, (at) => labels[at - 1] || labels[at + 1] || labels[at - width] || labels[at + width]);
    todo.forEach((at, i) => { labels[at] = found[i]; });
    const left = todo.filter((_, i) => !found[i]);
    if (!left.length || left.length === todo.length) return;
    todo = left;
  }
}

/** 1 two pixels far from borders; a region that is three to five pixels wide keeps its middle. */
function besideBorders(labels) {
  const { height, width } = labels, most = dilated(labels, 3).data, least = eroded(labels, 3).data;
  const mixed = plane(Uint8Array.from(most, (label, i) => (label === least[i] ? 0 : 1)), height, width), beside = dilated(mixed, 3).data;
  const inner = dilated(plane(beside.map((one) => 1 - one), height, width), 3).data;
  return plane(beside.map((one, i) => one & (mixed.data[i] | inner[i])), height, width);
}
