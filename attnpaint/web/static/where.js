/* Where a colour went, and which colours a place was made of. */

import { both, boxOf, NOWHERE } from "./areas.js";
import { resolved } from "./fills.js";
import { ENTRIES, KINDS } from "./painter.js";

const DIMMED = 0.88; // cover of what the colour is not in

const name = (kind) => (kind === ENTRIES ? "ink" : kind === ENTRIES + 1 ? "paper" : "");

/** [{ kind, share, name }], largest first, of pixel i of the view; { stroke } where a brush gave the colour. */
export function madeOf(painter, look, i) {
  const { labels, taken, shares } = painter.arrays;
  const region = labels[i];
  const stroke = resolved(look).strokes.get(region);
  if (stroke) return { region, stroke, parts: [] };
  if (!painter.points) return { region, parts: [] };
  const flat = look.finish !== "painted";
  const count = painter.inner[0] * painter.inner[1];
  const place = painter.inside(i % painter.width, Math.floor(i / painter.width));
  const share = (kind) => (flat ? taken[region * KINDS + kind] : shares[kind * count + place] / 255);
  const parts = Array.from({ length: KINDS }, (_, kind) => ({ kind, share: share(kind), name: name(kind) }));
  return { region, parts: parts.filter((part) => part.share >= 0.02).sort((a, b) => b.share - a.share) };
}

/** The share of the picture that an entry covers, for each of the 18. */
export function coverage(painter, look) {
  const { taken, shares } = painter.arrays, found = new Float64Array(KINDS);
  if (!painter.points) return found;
  if (look.finish !== "painted") {
    for (let i = 0; i < taken.length; i++) found[i % KINDS] += taken[i] * painter.area[Math.floor(i / KINDS)];
  } else {
    const count = painter.inner[0] * painter.inner[1];
    for (let kind = 0; kind < KINDS; kind++) {
      for (let i = kind * count; i < (kind + 1) * count; i++) found[kind] += shares[i];
      found[kind] /= 255 * count;
    }
  }
  return found;
}

/** Everything but these colours under a veil; its box. target: an ImageData of the view's size. */
export function veil(painter, look, kinds, [red, green, blue], target) {
  const { labels, taken, shares } = painter.arrays;
  const words = new Uint32Array(target.data.buffer), color = (blue << 16) | (green << 8) | red;
  const cover = (seen) => color | (Math.round(255 * DIMMED * (1 - Math.min(1, seen))) << 24);
  if (look.finish !== "painted") {
    const covers = Uint32Array.from({ length: painter.regions }, (_, region) =>
      cover(look.strokes.has(region) ? 0 : kinds.reduce((sum, kind) => sum + taken[region * KINDS + kind], 0)));
    for (let i = 0; i < words.length; i++) words[i] = covers[labels[i]];
    return painter.everywhere;
  }
  const count = painter.inner[0] * painter.inner[1];
  const levels = Uint32Array.from({ length: 256 }, (_, level) => cover(Math.sqrt(level / 255)));
  for (let y = 0, i = 0; y < painter.height; y++) {
    for (let x = 0; x < painter.width; x++, i++) {
      const place = painter.inside(x, y);
      let seen = 0;
      for (const kind of kinds) seen += shares[kind * count + place];
      words[i] = look.strokes.has(labels[i]) ? levels[0] : levels[Math.min(255, seen)];
    }
  }
  return painter.everywhere;
}

/** These regions tinted; the box of them. */
export function tint(painter, regions, [red, green, blue], target) {
  const box = regions.map((region) => boxOf(painter.set.boxes, region)).reduce(both, NOWHERE);
  return looked(painter, regions, 0, ((150 << 24) | (blue << 16) | (green << 8) | red) >>> 0, target, box);
}

/** All but these regions under a veil; the box of it. */
export function veiled(painter, regions, [red, green, blue], target) {
  return looked(painter, regions, ((Math.round(255 * DIMMED) << 24) | (blue << 16) | (green << 8) | red) >>> 0, 0, target, painter.everywhere);
}

function looked(painter, regions, others, these, target, box) {
  const { width, arrays: { labels } } = painter, words = new Uint32Array(target.data.buffer), [left, top, right, bottom] = box;
  const colors = new Uint32Array(painter.regions).fill(others);
  for (const region of regions) colors[region] = these;
  for (let y = top; y < bottom; y++) for (let i = y * width + left, end = y * width + right; i < end; i++) words[i] = colors[labels[i]];
  return box;
}
