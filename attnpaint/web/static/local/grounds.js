/* Which regions of a drawing are its ground, in however many pieces: as attnpaint.inference.groups has it. */

import { touching } from "./borders.js";
import { eroded, paperOf } from "./filters.js";
import { decidedAlone, PARTS } from "./samples.js";

const SURE = 0.5, EDGE_LIKE = 0.65, EDGE_CHANCE = 0.2, LIKE = 0.85, CHANCE = 0.4, FULL = 0.5, GROUND = 0, EYES = 3;
const UNSURE = 0.62, SPECK = 0.001, ALONE = 0.95, POCKET = 0.12, MEETS = 0.2, LEAST = 0.1, MOST_CUT = 0.12, LITTLE = 0.015, OPENING = 0.4, MOSTLY = 0.5;

/** answers: { label, area, logits, embedding, parts } of R regions; grey: the drawing; inked: share of ink of `count` regions;
    ground: the region along more than half of the drawing's edge, or 0; bare: whether the reference has no ground → { grounds:
    their numbers, rising, answers: with these in the ground }. */
export function withGrounds(answers, labels, grey, inked, ground, count, bare) {
  if (bare && decidedAlone(answers)) return { grounds: [], answers };
  const pieces = groundPieces(answers, labels, inked);
  const cut = cutOff(answers, labels, grey, ground ? [...pieces, ground] : pieces, count);
  const grounds = [...new Set([...pieces, ...cut])].sort((a, b) => a - b);
  const parts = answers.parts.slice(), sure = new Set(grounds);
  answers.label.forEach((region, i) => {
    if (sure.has(region)) parts.fill(0, i * PARTS, (i + 1) * PARTS)[i * PARTS + GROUND] = 1;
  });
  return { grounds, answers: { ...answers, parts } };
}

/** The region at the edge that is most surely ground, and wants to be paper, and those that are like it and not filled with ink. */
export function groundPieces({ label, area, logits, embedding, parts }, labels, inked) {
  const size = label.length, kinds = logits.length / size, wide = embedding.length / size, outer = atEdge(labels, inked.length);
  const chance = (i) => parts[i * PARTS + GROUND];
  const leads = (i) => outer[label[i]] && chance(i) >= SURE && logits.subarray(i * kinds, (i + 1) * kinds - 1).every((one) => one < logits[(i + 1) * kinds - 1]);
  let lead = -1;
  for (let i = 0; i < size; i++) if (leads(i) && (lead < 0 || chance(i) * area[i] > chance(lead) * area[lead])) lead = i;
  if (lead < 0) return [];
  return Array.from(label).filter((region, i) => {
    let like = 0;
    for (let k = 0; k < wide; k++) like += embedding[i * wide + k] * embedding[lead * wide + k];
    return i === lead || inked[region] < FULL && (outer[region] ? like > EDGE_LIKE && chance(i) > EDGE_CHANCE : like > LIKE && chance(i) > CHANCE);
  });
}

function atEdge({ data, height, width }, count) {
  const found = new Uint8Array(count);
  for (let x = 0; x < width; x++) found[data[x]] = found[data[(height - 1) * width + x]] = 1;
  for (let y = 0; y < height; y++) found[data[y * width]] = found[data[(y + 1) * width - 1]] = 1;
  return found;
}

/** Whether the ground, a region's number, has a colour in a reference that shows the same scene. */
export function isColored(answers, ground) {
  const { label, logits } = answers, at = label.indexOf(ground), kinds = logits.length / label.length;
  return decidedAlone(answers) && at >= 0 && largestOf(logits, at, kinds) !== kinds - 1;
}

/** Regions that only a gap that was closed cuts off the ground: those that meet it the more widely the less like it they are,
    little ones, and those of no sure part. grounds: the regions that are ground in any case. */
function cutOff(answers, labels, grey, grounds, count) {
  const { label, area, parts } = answers, ground = new Set(grounds);
  if (!ground.size) return [];
  const ways = touching(labels, count), open = touching(labels, count, eroded(paperOf(grey), 3).data), like = likeness(answers, ground);
  const sum = (lengths, counts) => [...lengths].reduce((total, [other, length]) => total + (counts(other) ? length : 0), 0);
  const at = (other) => ground.has(other);
  return Array.from(label).filter((region, i) => {
    const gap = at(region) ? 0 : sum(open[region], at);
    if (!gap) return false;
    const share = gap / sum(ways[region], at), alone = gap / sum(open[region], () => true);
    const unsure = area[i] > SPECK && Math.max(...parts.subarray(i * PARTS, (i + 1) * PARTS)) < UNSURE;
    const meets = share * alone, wide = meets > LEAST && meets + like(i) > MEETS && area[i] < MOST_CUT;
    const little = area[i] < LITTLE && share >= OPENING && alone > MOSTLY;
    return (unsure && share >= POCKET && alone >= ALONE) || (largestOf(parts, i, PARTS) !== EYES && (wide || little));
  });
}

/** How like region i is to the ground's: to the mean of their embeddings by area. */
function likeness({ label, area, embedding }, ground) {
  const wide = embedding.length / label.length, mean = new Float64Array(wide);
  label.forEach((region, i) => {
    if (ground.has(region)) for (let k = 0; k < wide; k++) mean[k] += area[i] * embedding[i * wide + k];
  });
  const norm = Math.max(Math.hypot(...mean), 1e-9);
  return (i) => mean.reduce((sum, value, k) => sum + value * embedding[i * wide + k], 0) / norm;
}

/** The place of the largest number of row i. */
function largestOf(array, i, wide) {
  const row = array.subarray(i * wide, (i + 1) * wide);
  return row.indexOf(Math.max(...row));
}
