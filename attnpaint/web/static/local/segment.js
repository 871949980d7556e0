/* Closed regions of a drawing, as attnpaint.segment.regions finds them. Planes: { data, height, width }. */

import { components, depths, spreadNumbers } from "./distance.js";
import { paperOf, plane } from "./filters.js";

const SCRAP = 0.0002, NECK = 0.6, BALLS = [1 / 2, 1 / 4, 1 / 8, 1 / 16, 0], WIDE_BALLS = [1];
const LONG = 2.5, SHORTEST = 256;
export const PAGE = 2; // short sides in a page of a strip

export function isStrip(height, width) {
  const short = Math.min(height, width), long = Math.max(height, width);
  return short >= SHORTEST && long > LONG * short;
}

/** px of a drawing's long side, or of a page's where it is a strip. */
export const extent = (height, width) => (isStrip(height, width) ? PAGE * Math.min(height, width) : Math.max(height, width));

/** grey: the drawing; gap: px of a drawing of 512; necks: whether wider openings are closed that are narrow beside what lies
    on both sides → a plane of numbers from 1. */
export function findRegions(grey, gap, necks = false) {
  const { height, width } = grey, paper = paperOf(grey), depth = depths(paper), long = extent(height, width), unit = Math.max(1, long / 512);
  let labels = plane(new Int32Array(grey.data.length), height, width), most = 0;
  if (necks) for (const ball of WIDE_BALLS) most = grow(labels, depth, ball * gap * unit, most, NECK, true);
  for (const ball of BALLS) most = grow(labels, depth, ball * gap * unit, most);
  if (!most) return plane(labels.data.fill(1), height, width);
  labels = flooded(paper, labels);
  const lined = labels.data.map((label, i) => (paper.data[i] ? label : 0));
  labels = spreadNumbers(lined.some(Boolean) ? plane(lined, height, width) : labels);
  const area = counts(labels.data, most + 1), least = SCRAP * Math.min(labels.data.length, long * Math.min(height, width));
  const scraps = Uint8Array.from(area, (size) => (size < least ? 1 : 0));
  return scraps.subarray(1).every(Boolean) ? labels : joinScraps(labels, paper, scraps);
}

export function counts(labels, length) {
  const found = new Float64Array(length);
  for (const label of labels) found[label]++;
  return found;
}

export const largest = (labels) => labels.reduce((most, label) => (label > most ? label : most), 0);

/** Where a ball fits that no known region is near, a new one begins; where one is alone, it grows. neck: how much as wide as a
    ball; together: new ones that a neck joins are one. How many there are then. */
export function grow(labels, depth, radius, most, neck = NECK, together = false) {
  const { height, width, data } = labels, reached = (least) => plane(over(depth, Math.fround(least)), height, width);
  const { count, parts } = components(reached(radius)), wider = components(reached(radius * neck));
  const own = alone(data, parts, count), around = alone(data, wider.parts, wider.count);
  const first = new Int32Array(count), names = new Int32Array(count), born = new Map();
  for (let i = 0; i < parts.length; i++) first[parts[i]] = wider.parts[i];
  for (let part = 1; part < count; part++) {
    if (!own.none[part]) names[part] = own.names[part];
    else if (!around.none[first[part]]) names[part] = around.names[first[part]];
    else names[part] = together ? born.get(first[part]) ?? ++most : ++most;
    if (own.none[part]) born.set(first[part], names[part]);
  }
  for (let i = 0; i < data.length; i++) if (!data[i]) data[i] = names[parts[i]];
  return most;
}

/** 1 where a number is larger than `least`. */
function over(numbers, least) {
  const found = new Uint8Array(numbers.length);
  for (let i = 0; i < found.length; i++) found[i] = numbers[i] > least ? 1 : 0;
  return found;
}

/** names: the one label in each part, 0 where there are several or none; none: 1 where there is none. */
function alone(labels, parts, count) {
  const names = new Int32Array(count), several = new Uint8Array(count), none = new Uint8Array(count).fill(1);
  for (let i = 0; i < labels.length; i++) if (labels[i]) names[parts[i]] = labels[i];
  for (let part = 0; part < count; part++) none[part] = names[part] ? 0 : 1;
  for (let i = 0; i < labels.length; i++) if (labels[i] && names[parts[i]] !== labels[i]) several[parts[i]] = 1;
  for (let part = 0; part < count; part++) if (several[part]) names[part] = 0;
  return { names, none };
}

/** Regions grown until they meet (Meyer 1992, in OpenCV's order): paper is even, lines a chequerboard; 0 where they meet. */
export function flooded(paper, labels) {
  const { height, width } = paper, wide = width + 2, tall = height + 2, mask = new Int32Array(wide * tall), ground = new Uint8Array(wide * tall);
  for (let y = 0; y < tall; y++) {
    for (let x = 0; x < wide; x++) {
      const v = Math.min(Math.max(y - 1, 0), height - 1), u = Math.min(Math.max(x - 1, 0), width - 1), i = v * width + u;
      const edge = !x || !y || x === wide - 1 || y === tall - 1;
      mask[y * wide + x] = edge ? -1 : labels.data[i];
      ground[y * wide + x] = paper.data[i] ? 255 : 128 * ((u + v) % 2);
    }
  }
  flood(mask, ground, wide, tall);
  const found = new Int32Array(height * width);
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) found[i] = Math.max(0, mask[(y + 1) * wide + x + 1]);
  return plane(found, height, width);
}

const QUEUED = -2, SHED = -1;

function flood(mask, ground, wide, tall) {
  const next = new Int32Array(mask.length), first = new Int32Array(257), last = new Int32Array(257), steps = [-1, 1, -wide, wide];
  let active = 256;
  const push = (at, level) => {
    next[at] = 0;
    if (last[level]) next[last[level]] = at; else first[level] = at;
    last[level] = at;
    mask[at] = QUEUED;
    if (level < active) active = level;
  };
  for (let y = 1; y < tall - 1; y++) {
    for (let x = 1, at = y * wide + 1; x < wide - 1; x++, at++) {
      if (mask[at] !== 0) continue;
      let level = 256;
      for (const step of steps) if (mask[at + step] > 0) level = Math.min(level, Math.abs(ground[at] - ground[at + step]));
      if (level < 256) push(at, level);
    }
  }
  for (;;) {
    while (active < 256 && !first[active]) active++;
    if (active >= 256) return;
    const at = first[active];
    first[active] = next[at];
    if (!first[active]) last[active] = 0;
    let label = 0;
    for (const step of steps) {
      const beside = mask[at + step];
      if (beside > 0) label = label === 0 || beside === label ? beside : SHED;
    }
    mask[at] = label;
    if (label === SHED) continue;
    for (const step of steps) if (mask[at + step] === 0) push(at + step, Math.abs(ground[at] - ground[at + step]));
  }
}

/** Each scrap becomes part of the region that it shares most paper with, or else of the one nearest to most of it. */
function joinScraps(labels, paper, scraps) {
  const { height, width, data } = labels, inside = data.map((label) => (scraps[label] ? 0 : label)), near = spreadNumbers(plane(inside, height, width)).data;
  const names = Int32Array.from({ length: scraps.length }, (_, i) => i), closest = [], met = [];
  for (let i = 0; i < data.length; i++) if (scraps[data[i]]) closest.push([data[i], near[i]]);
  const touch = (one, other) => {
    if (!paper.data[one] || !paper.data[other]) return;
    if (scraps[data[one]] && !scraps[data[other]]) met.push([data[one], data[other]]);
    if (scraps[data[other]] && !scraps[data[one]]) met.push([data[other], data[one]]);
  };
  for (let i = 0; i < data.length; i++) {
    if ((i + 1) % width) touch(i, i + 1);
    if (i + width < data.length) touch(i, i + width);
  }
  for (const pairs of [closest, met]) vote(names, pairs);
  return plane(data.map((label) => names[label]), height, width);
}

/** The name of each of `ours` becomes the one of `theirs` that it stands beside most often; of equals the larger. */
export function vote(names, pairs) {
  const votes = new Map();
  for (const [ours, theirs] of pairs) {
    if (!votes.has(ours)) votes.set(ours, new Map());
    const of = votes.get(ours);
    of.set(theirs, (of.get(theirs) ?? 0) + 1);
  }
  for (const [ours, of] of votes) names[ours] = [...of].reduce((best, one) => (one[1] > best[1] || (one[1] === best[1] && one[0] > best[0]) ? one : best))[0];
}
