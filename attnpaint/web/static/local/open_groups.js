/* Regions that open wide into each other and that the region stage finds alike take one colour: as
   attnpaint.inference.groups has it. */

import { PARTS } from "./samples.js";

const UNLIKE = 0.3, WIDE = 7, EYES = 3, GROUND = 0;

/** For each of R regions, largest first, the place of the largest one that it becomes one with. answers: { label, area,
    embedding, parts }; openings: R×R, see borders.js; ground: the region that stays alone, or 0. */
export function leaders(answers, openings, ground) {
  const { label, parts } = answers, size = label.length, pairs = [];
  const kind = Array.from(label, (_, i) => [EYES, GROUND].indexOf(likeliest(parts, i)));
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      if (openings[i * size + j] < WIDE || kind[i] !== kind[j] || label[i] === ground || label[j] === ground) continue;
      pairs.push([i, j]);
    }
  }
  return asOne(answers, pairs, UNLIKE);
}

/** The same of pairs of places that may become one, the likest first; the mean of what has must be liker than `least`, too. */
export function asOne({ label, area, embedding }, pairs, least) {
  const size = label.length, wide = embedding.length / size, leader = Int32Array.from({ length: size }, (_, i) => i);
  const mean = Array.from(label, (_, i) => Float32Array.from({ length: wide }, (_, k) => embedding[i * wide + k] * area[i]));
  const dot = (one, other) => one.reduce((sum, value, k) => sum + value * other[k], 0), row = (i) => embedding.subarray(i * wide, (i + 1) * wide);
  const liked = pairs.map(([i, j]) => [Math.fround(dot(row(i), row(j))), i, j]).filter(([like]) => like > least);
  for (const [, i, j] of liked.sort((one, other) => other[0] - one[0])) {
    const kept = Math.min(leader[i], leader[j]), gone = Math.max(leader[i], leader[j]);
    const alike = dot(mean[kept], mean[gone]) > least * Math.hypot(...mean[kept]) * Math.hypot(...mean[gone]);
    if (kept === gone || !alike) continue;
    for (let k = 0; k < size; k++) if (leader[k] === gone) leader[k] = kept;
    for (let k = 0; k < wide; k++) mean[kept][k] += mean[gone][k];
  }
  return leader;
}

/** weights: count×K, one row for each region number; those of `label` take the row of their leader, but for `grounds`. */
export function led(weights, kinds, label, leader, grounds) {
  const found = weights.slice(), kept = new Set(grounds);
  label.forEach((region, i) => {
    const lead = label[leader[i]];
    if (!kept.has(region)) found.set(weights.subarray(lead * kinds, (lead + 1) * kinds), region * kinds);
  });
  return found;
}

/** The likeliest part of region i. */
function likeliest(parts, i) {
  const row = parts.subarray(i * PARTS, (i + 1) * PARTS);
  return row.indexOf(Math.max(...row));
}
