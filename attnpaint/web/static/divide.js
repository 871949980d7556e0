/* Regions cut further by hand, along lines [[x, y], …] in pixels of the drawing, as attnpaint.segment.division does. */

import { both, boxOf, grow, NOWHERE } from "./areas.js";

const SCRAP = 0.0002 / 4; // share of the view under which a piece stays with the region that it was cut from
const REACH = 6 / 512; // of the view's long side: how far a line goes on at both ends, to meet the drawing's own

/** The set of a painter with one line more, or the set itself where that divides nothing. */
export function divided(painter, set, line) {
  const { width, height, drawn } = painter, path = line.map(([x, y]) => [x * width / drawn[0], y * height / drawn[1]]);
  const made = { labels: set.arrays.labels.slice(), boxes: [...set.boxes], counts: [...set.counts], first: set.regions, parents: [] };
  const lost = new Map(); // region → its pixels under the line
  for (const i of along(width, height, lengthened(path, REACH * Math.max(width, height, 512)))) {
    const region = made.labels[i];
    if (lost.has(region)) lost.get(region).push(i); else lost.set(region, [i]);
  }
  for (const [region, pixels] of lost) if (region) cut(made, width, region, pixels);
  return made.parents.length ? grown(painter, set, made) : set;
}

/** The pixels of the view along a path: two wide, so that nothing leaks through. */
function along(width, height, path) {
  const found = new Set();
  path.forEach(([x, y], i) => {
    const [fromX, fromY] = path[Math.max(0, i - 1)], steps = Math.max(1, Math.ceil(2 * Math.hypot(x - fromX, y - fromY)));
    for (let step = i ? 1 : 0; step <= steps; step++) {
      const column = Math.round(fromX + (x - fromX) * step / steps), row = Math.round(fromY + (y - fromY) * step / steps);
      for (let dy = -1; dy < 1; dy++) {
        for (let dx = -1; dx < 1; dx++) {
          if (column + dx >= 0 && column + dx < width && row + dy >= 0 && row + dy < height) found.add((row + dy) * width + column + dx);
        }
      }
    }
  });
  return found;
}

function lengthened(path, reach) {
  const beyond = ([x, y], [fromX, fromY]) => {
    const far = Math.hypot(x - fromX, y - fromY) || 1;
    return [x + reach * (x - fromX) / far, y + reach * (y - fromY) / far];
  };
  if (path.length < 2) return path;
  return [beyond(path[0], path[1]), ...path, beyond(path.at(-1), path.at(-2))];
}

/** The pieces that are left of a region without these pixels; the largest keeps its number. */
function cut(made, width, region, pixels) {
  const { labels, boxes, counts, parents, first } = made;
  for (const i of pixels) labels[i] = 0;
  const runs = runsOf(labels, width, region, boxOf(boxes, region)), least = Math.max(4, SCRAP * labels.length);
  const kept = [...runs.sizes].filter(([, size]) => size >= least).sort((a, b) => b[1] - a[1]).map(([name]) => name);
  if (kept.length < 2) {
    for (const i of pixels) labels[i] = region;
    return;
  }
  const numbers = new Map(kept.map((name, place) => [name, place ? first + parents.length + place - 1 : region]));
  for (const [name, number] of numbers) {
    if (number === region) continue;
    parents.push(region);
    boxes.push(...NOWHERE);
    counts.push(runs.sizes.get(name));
    counts[region] -= runs.sizes.get(name);
  }
  const rest = [...pixels];
  for (let run = 0; run < runs.start.length; run++) {
    const start = runs.start[run], end = runs.end[run], number = numbers.get(runs.name[run]);
    if (number === region) continue;
    if (number === undefined) for (let i = start; i < end; i++) rest.push(i);
    labels.fill(number ?? 0, start, end);
    if (number !== undefined) grow(boxes, number, start % width, Math.floor(start / width), (end - 1) % width + 1);
  }
  share(made, width, region, rest);
}

/** Runs of a region's pixels row by row, { start, end, name } each, and sizes: a Map of names of what hangs together. */
function runsOf(labels, width, region, [left, top, right, bottom]) {
  const start = [], end = [], name = [], sizes = new Map();
  const root = (run) => {
    while (name[run] !== run) run = name[run] = name[name[run]];
    return run;
  };
  for (let y = top, above = 0, row = 0; y < bottom; y++, above = row, row = start.length) {
    for (let i = y * width + left, stop = y * width + right; i < stop;) {
      if (labels[i] !== region) { i++; continue; }
      const from = i, run = start.length;
      while (i < stop && labels[i] === region) i++;
      start.push(from);
      end.push(i);
      name.push(run);
      while (above < row && end[above] <= from - width) above++;
      for (let over = above; over < row && start[over] < i - width; over++) name[root(over)] = root(run);
    }
  }
  for (let run = 0; run < start.length; run++) {
    name[run] = root(run);
    sizes.set(name[run], (sizes.get(name[run]) ?? 0) + end[run] - start[run]);
  }
  return { start, end, name, sizes };
}

/** The line itself and scraps go to the piece of their region that is nearest. */
function share({ labels, boxes, counts, parents, first }, width, region, rest) {
  const ours = (number) => number === region || (number >= first && parents[number - first] === region);
  while (rest.length) {
    const taken = [], left = [];
    for (const i of rest) {
      const x = i % width;
      const near = [x ? labels[i - 1] : 0, x < width - 1 ? labels[i + 1] : 0, labels[i - width] ?? 0, labels[i + width] ?? 0].find(ours);
      if (near) taken.push([i, near]); else left.push(i);
    }
    if (!taken.length) for (const i of left.splice(0)) taken.push([i, region]);
    for (const [i, number] of taken) {
      labels[i] = number;
      if (number === region) continue;
      counts[region]--;
      counts[number]++;
      grow(boxes, number, i % width, Math.floor(i / width), i % width + 1);
    }
    rest = left;
  }
}

/** New regions are what the one was that they were cut from. */
function grown(painter, set, { labels, boxes, counts, first, parents }) {
  const before = set.arrays, rows = (array) => {
    if (!array) return array;
    const wide = array.length / first, made = new array.constructor(array.length + wide * parents.length);
    made.set(array);
    parents.forEach((parent, i) => made.set(array.subarray(wide * parent, wide * (parent + 1)), array.length + wide * i));
    return made;
  };
  const [taken, mean, likeness, parts] = ["taken", "mean", "likeness", "parts"].map((name) => rows(before[name]));
  const cutFrom = [...(before.cutFrom ?? []), ...parents]; // of each region beyond the drawing's own
  let box = NOWHERE;
  for (let number = first; number < first + parents.length; number++) box = both(box, boxOf(boxes, number));
  const small = before.small.slice(), isCut = new Uint8Array(first), [left, top, right, bottom] = painter.inwards(box), columns = painter.inner[1];
  for (const parent of parents) isCut[parent] = 1;
  for (let y = top; y < bottom; y++) {
    for (let i = y * columns + left, end = y * columns + right; i < end; i++) {
      const now = labels[painter.viewed(i)];
      if (now >= first && isCut[small[i]]) small[i] = now;
    }
  }
  const arrays = { ...before, labels, small, taken, mean, likeness, parts, cutFrom };
  return { arrays, regions: first + parents.length, boxes: Int32Array.from(boxes), counts: Float64Array.from(counts), box, from: set };
}
