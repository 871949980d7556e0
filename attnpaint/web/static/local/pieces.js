/* Regions in pieces, cut where they are narrow, and pieces that the region stage finds alike in one again: as
   attnpaint.segment.regions and attnpaint.inference.canvas have it. */

import { touching } from "./borders.js";
import { depths, spreadNumbers } from "./distance.js";
import { paperOf, plane } from "./filters.js";
import { joined } from "./pages.js";
import { PARTS } from "./samples.js";
import { counts, extent, flooded, grow, largest, vote } from "./segment.js";

const BALLS = [8, 7, 6, 5, 4, 3, 2, 1, 0].map((step) => 2 ** (step / 4)), NECK = 0.75, COARSE = 2, PARTED = 0.1, TOLD = Math.fround(0.3);
const LITTLE = Math.fround(0.05), SURE = 0.4;

/** The regions cut at their necks, { labels, region: of each piece's number }. labels: a plane of numbers from 1; grey: the
    drawing; gap: px of a drawing of 512, which the regions were found with. */
export function inPieces(labels, grey, gap) {
  const { data, height, width } = labels, paper = paperOf(grey), long = extent(height, width), step = Math.max(1, Math.floor(COARSE * long / 512));
  const cores = coresOf(paper, gap * Math.max(1, long / 512), step), beneath = coarser(data, width, height, step);
  const { numbers, region } = numbered(cores.data, beneath.data, largest(data) + 1), pieces = counts(region, region.length);
  if (region.length === largest(data) + 1) return { labels, region };
  const seeds = data.map((label, i) => {
    const core = numbers[Math.floor(Math.floor(i / width) / step) * cores.width + Math.floor((i % width) / step)];
    return pieces[label] === 1 ? label : region[core] === label ? core : 0;
  });
  const own = (found) => data.map((label, i) => (pieces[label] > 1 && region[found[i]] === label ? found[i] : 0));
  const near = own(spreadNumbers(plane(own(flooded(paper, plane(seeds, height, width)).data), height, width)).data);
  return { labels: plane(data.map((label, i) => near[i] || label), height, width), region };
}

/** Every `step`-th of an array's rows and columns. */
function coarser(data, width, height, step) {
  const tall = Math.ceil(height / step), wide = Math.ceil(width / step), found = new data.constructor(tall * wide);
  for (let y = 0, i = 0; y < tall; y++) for (let x = 0; x < wide; x++, i++) found[i] = data[y * step * width + x * step];
  return plane(found, tall, wide);
}

/** What lies on either side of necks, from 1. gap: px. */
function coresOf(paper, gap, step) {
  const depth = coarser(depths(paper), paper.width, paper.height, step), cores = plane(new Int32Array(depth.data.length), depth.height, depth.width);
  let most = 0;
  for (const ball of BALLS) most = grow(cores, depth.data, ball * gap, most, NECK, true);
  return cores;
}

/** numbers: of each core's pixels, the largest of a region has the region's, the others' begin at `count`; region: of each. */
function numbered(cores, beneath, count) {
  const size = counts(cores, largest(cores) + 1), names = new Int32Array(size.length), pairs = [], taken = new Set(), region = Array.from({ length: count }, (_, i) => i);
  cores.forEach((core, i) => { if (core) pairs.push([core, beneath[i]]); });
  vote(names, pairs);
  const order = Array.from(size.keys()).slice(1).sort((one, other) => size[other] - size[one] || one - other);
  for (const core of order) {
    const of = names[core];
    if (taken.has(of)) names[core] = region.push(of) - 1;
    taken.add(of);
  }
  return { numbers: cores.map((core) => names[core]), region: Int32Array.from(region) };
}

/** { labels, answers } with pieces in one that touch, are of one region and alike. answers: see samplePieces. A piece of which
    nothing is said, or not what part it is, has the region's number; a little one that is not sure of its colour is one with
    what it is likest. Of a region that stays whole counts what is said of it. */
export function rejoined(pieces, region, answers) {
  const { label, parts } = answers, count = region.length, place = new Int32Array(count).fill(-1), pairs = [];
  const number = label.map((one) => (one < count ? one : one - count)), names = region.slice();
  label.forEach((one, i) => {
    if (one >= count && Math.max(...parts.subarray(i * PARTS, (i + 1) * PARTS)) >= TOLD) place[number[i]] = i;
  });
  touching(pieces, count).forEach((beside, one) => {
    for (const other of beside.keys()) if (one < other && region[one] === region[other] && place[one] >= 0 && place[other] >= 0) pairs.push([one, other]);
  });
  pairs.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  const leader = asOne(answers, pairs.map(([one, other]) => [place[one], place[other]]), PARTED);
  place.forEach((at, piece) => { if (at >= 0) names[piece] = number[leader[at]]; });
  const cut = cutRegions(names, region), found = names.map((name, piece) => (cut[region[piece]] ? name : region[piece]));
  const kept = Array.from(label.keys()).filter((i) => Boolean(cut[region[number[i]]]) === label[i] >= count);
  const rows = (array) => Float32Array.from(kept.flatMap((i) => [...array.subarray(i * array.length / label.length, (i + 1) * array.length / label.length)]));
  const said = { oneScene: answers.oneScene, area: rows(answers.area), logits: rows(answers.logits), embedding: rows(answers.embedding), parts: rows(parts) };
  said.label = Int32Array.from(kept, (i) => (label[i] < count ? label[i] : found[number[i]]));
  return { labels: plane(pieces.data.map((piece) => found[piece]), pieces.height, pieces.width), answers: joined([said]) };
}

/** 1 for each region whose pieces have several names. */
function cutRegions(names, region) {
  const first = new Map(), cut = new Uint8Array(region.length);
  names.forEach((name, piece) => {
    if (!first.has(region[piece])) first.set(region[piece], name);
    else if (first.get(region[piece]) !== name) cut[region[piece]] = 1;
  });
  return cut;
}

/** For each place the first of what it becomes one with: of pairs of places that may, the likest first; the mean of what has
    must be liker than `least`, too. A little one that is not sure joins a larger one in any case. */
function asOne(answers, pairs, least) {
  const { label, area, embedding } = answers, size = label.length, wide = embedding.length / size, leader = Int32Array.from({ length: size }, (_, i) => i);
  const mean = Array.from(label, (_, i) => Float32Array.from({ length: wide }, (_, k) => embedding[i * wide + k] * area[i])), unsure = unsureOf(answers), sizes = area.slice();
  const dot = (one, other) => one.reduce((sum, value, k) => sum + value * other[k], 0), row = (i) => embedding.subarray(i * wide, (i + 1) * wide);
  const liked = pairs.map(([i, j]) => [Math.fround(dot(row(i), row(j))), i, j]).sort((one, other) => other[0] - one[0]);
  for (const [like, i, j] of liked) {
    const kept = Math.min(leader[i], leader[j]), gone = Math.max(leader[i], leader[j]);
    const alike = like > least && dot(mean[kept], mean[gone]) > least * Math.hypot(...mean[kept]) * Math.hypot(...mean[gone]);
    const smaller = sizes[kept] < sizes[gone] ? kept : gone;
    if (kept === gone || !(alike || (sizes[smaller] < LITTLE && unsure[smaller]))) continue;
    for (let k = 0; k < size; k++) if (leader[k] === gone) leader[k] = kept;
    for (let k = 0; k < wide; k++) mean[kept][k] += mean[gone][k];
    unsure[kept] &= unsure[gone];
    sizes[kept] += sizes[gone];
  }
  return leader;
}

/** 1 for what is not sure of its colour. */
function unsureOf({ label, logits }) {
  const kinds = logits.length / label.length;
  return Uint8Array.from(label, (_, i) => {
    const row = logits.subarray(i * kinds, (i + 1) * kinds), top = Math.max(...row);
    return 1 / row.reduce((sum, value) => sum + Math.exp(value - top), 0) < SURE ? 1 : 0;
  });
}
