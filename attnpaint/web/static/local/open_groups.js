/* Regions that open into each other and that the region stage finds alike take one colour: as attnpaint.inference.groups
   has it. */

import { decidedAlone, PARTS } from "./samples.js";

const UNLIKE = 0.3, WIDE = 7, OPEN = 0.3, EYES = 3, GROUND = 0;

/** For each of R regions, largest first, the place of the largest one that it becomes one with: none where the
    reference shows the same scene. answers: { label, area, embedding, parts, oneScene }; openings: { bare, whole }, see borders.js;
    ground: the region that stays alone, or 0. */
export function leaders(answers, openings, ground) {
  const { label, area, embedding } = answers, size = label.length, wide = embedding.length / size;
  const mean = Array.from(label, (_, i) => Float32Array.from({ length: wide }, (_, k) => embedding[i * wide + k] * area[i]));
  const leader = Int32Array.from({ length: size }, (_, i) => i);
  if (decidedAlone(answers)) return leader;
  const bare = openings.bare.slice(), whole = openings.whole.slice();
  const dot = (one, other) => one.reduce((sum, value, k) => sum + value * other[k], 0), norm = mean.map((one) => Math.sqrt(dot(one, one)));
  const like = ([i, j]) => dot(mean[i], mean[j]) / Math.max(norm[i] * norm[j], 1e-12);
  let pairs = openPairs(answers, bare, ground).map((pair) => [...pair, like(pair)]).filter((pair) => pair[2] > UNLIKE);
  for (;;) {
    let best = null;
    for (const pair of pairs) {
      const at = pair[0] * size + pair[1], px = bare[at];
      if (pair[2] > (best ? best[2] : UNLIKE) && (px >= WIDE || px >= Math.fround(OPEN * whole[at]))) best = pair;
    }
    if (!best) return leader;
    const kept = Math.min(best[0], best[1]), gone = Math.max(best[0], best[1]);
    for (let k = 0; k < size; k++) if (leader[k] === gone) leader[k] = kept;
    for (let k = 0; k < wide; k++) mean[kept][k] += mean[gone][k];
    norm[kept] = Math.sqrt(dot(mean[kept], mean[kept]));
    for (const matrix of [bare, whole]) merge(matrix, size, kept, gone);
    pairs = pairs.map(([i, j, value]) => {
      const pair = [i === gone ? kept : i, j === gone ? kept : j];
      return [...pair, pair.includes(kept) ? like(pair) : value];
    }).filter(([i, j]) => i !== j);
  }
}

/** Places of each two regions that open into each other and are both eyes, ground or neither. */
function openPairs({ label, parts }, bare, ground) {
  const size = label.length, kind = Array.from(label, (_, i) => [EYES, GROUND].indexOf(likeliest(parts, i))), found = [];
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      if (bare[i * size + j] > 0 && kind[i] === kind[j] && label[i] !== ground && label[j] !== ground) found.push([i, j]);
    }
  }
  return found;
}

/** Row and column `gone` added to `kept`. */
function merge(matrix, size, kept, gone) {
  for (let k = 0; k < size; k++) matrix[kept * size + k] += matrix[gone * size + k];
  for (let k = 0; k < size; k++) matrix[k * size + kept] += matrix[k * size + gone];
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
