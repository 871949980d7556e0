/* Which regions touch, and small ones joined to what they are open to: as attnpaint.segment has it. */

import { components, spreadNumbers } from "./distance.js";
import { eroded, paperOf, plane } from "./filters.js";
import { counts, extent, vote } from "./segment.js";

const SMALL = 0.006, OPEN = 0.1, PUPIL = 0.06, EYE_OPEN = 0.25;

/** Array of Maps: for each region, px of border with each other one. counted: without it, or where it is 1 on both sides. */
export function touching({ data, height, width }, count, counted = null) {
  const found = Array.from({ length: count }, () => new Map());
  const meet = (i, j) => {
    const one = data[i], other = data[j];
    if (one === other || (counted && !(counted[i] && counted[j]))) return;
    found[one].set(other, (found[one].get(other) ?? 0) + 1);
    found[other].set(one, (found[other].get(one) ?? 0) + 1);
  };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (x + 1 < width) meet(i, i + 1);
      if (y + 1 < height) meet(i, i + width);
    }
  }
  return found;
}

const total = (map) => [...map.values()].reduce((sum, length) => sum + length, 0);

/** ways: Array of Maps, border without ink; border: all of it; area; eye: 1 for a region with a pupil. */
function bordersOf(labels, grey, count) {
  const paper = paperOf(grey), area = counts(labels.data, count), blot = blots(labels, paper, count);
  const eye = Uint8Array.from(blot, (size, region) => (size >= PUPIL * Math.max(area[region], 1) ? 1 : 0));
  const border = Float64Array.from(touching(labels, count), total);
  return { area, eye, border, ways: touching(labels, count, eroded(paper, 3).data) };
}

/** Px of the largest piece of ink in each region that touches no other region. */
function blots(labels, paper, count) {
  const ink = plane(paper.data.map((value) => 1 - value), paper.height, paper.width), { count: number, parts } = components(ink, true);
  const owner = new Int32Array(number).fill(-1), size = new Float64Array(number), found = new Float64Array(count);
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i], label = labels.data[i];
    size[part]++;
    owner[part] = owner[part] === -1 || owner[part] === label ? label : -2;
  }
  for (let part = 1; part < number; part++) if (owner[part] >= 0) found[owner[part]] = Math.max(found[owner[part]], size[part]);
  return found;
}

/** How much of the border of each chosen region lies at each other one without ink between: rows of n numbers. */
export function openShares(labels, grey, chosen, count) {
  const { ways, border, eye } = bordersOf(labels, grey, count), size = chosen.length, shares = new Float32Array(size * size), places = new Map();
  chosen.forEach((region, place) => places.set(region, place));
  chosen.forEach((region, place) => {
    for (const [other, length] of ways[region]) {
      const share = length / Math.max(border[region], 1);
      if (places.has(other) && !(eye[region] && share < EYE_OPEN)) shares[place * size + places.get(other)] = share;
    }
  });
  return shares;
}

/** How wide each two of n chosen regions open into each other: { bare, whole }, n×n, px of border without ink, and of all
    border between them, in a drawing of 512. */
export function openings(labels, grey, chosen, count) {
  const unit = Math.max(1, extent(labels.height, labels.width) / 512), places = new Map(), size = chosen.length;
  chosen.forEach((region, place) => places.set(region, place));
  const between = (counted) => {
    const ways = touching(labels, count, counted), found = new Float32Array(size * size);
    chosen.forEach((region, place) => {
      for (const [other, length] of ways[region]) if (places.has(other)) found[place * size + places.get(other)] = length / unit;
    });
    return found;
  };
  return { bare: between(eroded(paperOf(grey), 3).data), whole: between(null) };
}

/** The regions with small ones joined to the neighbour that most of their border without ink lies at, smallest first. */
export function joinOpen(labels, grey, count) {
  const borders = bordersOf(labels, grey, count), { area } = borders, least = SMALL * labels.data.length;
  const names = Int32Array.from({ length: count }, (_, i) => i), queue = [];
  for (let region = 0; region < count; region++) if (area[region] > 0 && area[region] < least) queue.push([area[region], region]);
  const before = (one, other) => one[0] - other[0] || one[1] - other[1];
  queue.sort(before);
  while (queue.length) {
    const [size, region] = queue.shift(), into = size === area[region] ? intoOf(borders, region) : 0;
    if (!into) continue;
    for (let one = 0; one < count; one++) if (names[one] === region) names[one] = into;
    join(borders, region, into, area[into] < least);
    if (area[into] >= least) continue;
    const entry = [area[into], into], at = queue.findIndex((one) => before(one, entry) > 0);
    queue.splice(at < 0 ? queue.length : at, 0, entry);
  }
  return plane(labels.data.map((label) => names[label]), labels.height, labels.width);
}

/** The neighbour that a region is open to, or 0. */
function intoOf({ ways, border, eye }, region) {
  let widest = 0, most = 0;
  for (const [other, length] of ways[region]) if (length > most || (length === most && other < widest)) [widest, most] = [other, length];
  return widest && most >= (eye[region] ? EYE_OPEN : OPEN) * border[region] ? widest : 0;
}

/** What a small one was open to is open to what it joined only where that may be small, too: no chains through a picture. */
function join({ ways, border, area }, region, into, through) {
  if (through) {
    border[into] += border[region] - 2 * (ways[region].get(into) ?? 0);
    for (const [other, length] of ways[region]) {
      if (other === into) continue;
      ways[into].set(other, (ways[into].get(other) ?? 0) + length);
      ways[other].set(into, (ways[other].get(into) ?? 0) + length);
    }
  }
  for (const other of ways[region].keys()) ways[other].delete(region);
  ways[region].clear();
  area[into] += area[region];
  area[region] = 0;
}

/** For each of `known.length` regions its own number where it is known, else that of the known one nearest to most of it. */
export function nearestKnown(labels, known) {
  const names = Int32Array.from(known, (_, i) => i), there = labels.data.map((label) => (known[label] ? label : 0)), pairs = [];
  if (!there.some(Boolean)) return names;
  const near = spreadNumbers(plane(there, labels.height, labels.width)).data;
  for (let i = 0; i < near.length; i++) if (!known[labels.data[i]]) pairs.push([labels.data[i], near[i]]);
  vote(names, pairs);
  return names;
}
