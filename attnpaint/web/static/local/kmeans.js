/* Weighted k-means from coarse to fine, as attnpaint.extract.kmeans runs it: the same starts, the same rounds. */

import { Random } from "./random.js";

const FEW = 256, LEVELS = [12, 8], TRIAL = 2, LEADERS = 4, ROUNDS = 50, STILL = [1e-3, 1e-4], STARTS = 48;
const { fround } = Math;

/** sets: { points: [r, g, b, r, …], weights } each → { centers: K × 3, shares: K } each. */
export function cluster(sets, clusters) {
  const length = Math.max(...sets.map(({ weights }) => weights.length)), middles = sets.map(middleOf);
  const coarse = length > FEW ? sets.map(thinned) : sets, most = Math.max(...coarse.map(({ weights }) => weights.length));
  const fine = sets.map((set, i) => centred(set, middles[i])), rough = coarse.map((set, i) => centred(set, middles[i]));
  const draws = luck(clusters, Math.ceil(most / FEW) * FEW);
  let tried = rough.map((set) => Array.from({ length: STARTS }, (_, start) => ({ centers: seed(set, draws, start, clusters) })));
  for (let round = 0; round < TRIAL; round++) tried = rough.map((set, i) => tried[i].map((state) => move(set, state)));
  tried = settle(rough, tried.map((states) => best(states, LEADERS)), STILL[0]);
  return settle(fine, tried.map((states) => best(states, 1)), STILL[1]).map(([{ centers, totals }], i) => {
    const sum = totals.reduce((a, b) => a + b);
    return { centers: centers.map((value, at) => value + middles[i][at % 3]), shares: totals.map((total) => total / sum) };
  });
}

function middleOf({ points, weights }) {
  const sums = [0, 0, 0];
  let total = 0;
  weights.forEach((weight, i) => {
    total += weight;
    for (let part = 0; part < 3; part++) sums[part] += weight * points[3 * i + part];
  });
  return sums.map((sum) => fround(sum / total));
}

const centred = ({ points, weights }, middle) => ({ points: Float32Array.from(points, (value, at) => value - middle[at % 3]), weights: Float32Array.from(weights) });

/** The means of the points in each cell of a grid over the set's own box. */
function thinned({ points, weights }) {
  if (weights.length <= FEW) return { points, weights };
  const low = [0, 1, 2].map((part) => weights.reduce((least, _, i) => Math.min(least, points[3 * i + part]), Infinity));
  const most = points.reduce((top, value, at) => Math.max(top, fround(value - low[at % 3])), 0);
  for (const levels of LEVELS) {
    const cells = new Map();
    for (let i = 0; i < weights.length; i++) {
      const [r, g, b] = [0, 1, 2].map((part) => Math.floor(Math.min(fround(fround(fround(points[3 * i + part] - low[part]) / most) * levels), levels - 1)));
      const key = (r * levels + g) * levels + b, cell = cells.get(key) ?? [0, 0, 0, 0];
      for (let part = 0; part < 3; part++) cell[part] += fround(weights[i] * points[3 * i + part]);
      cell[3] += weights[i];
      cells.set(key, cell);
    }
    if (cells.size > 2 * FEW && levels !== LEVELS.at(-1)) continue;
    const order = [...cells.keys()].sort((a, b) => a - b).map((key) => cells.get(key));
    return { points: Float32Array.from(order.flatMap((cell) => cell.slice(0, 3).map((sum) => sum / cell[3]))), weights: Float32Array.from(order, (cell) => cell[3]) };
  }
  return null;
}

const drawn = new Map();
/** [cluster][start][point]: the point with the most weight × luck is a draw by weight. */
function luck(clusters, count) {
  const key = `${clusters} ${count}`;
  if (!drawn.has(key)) {
    const random = new Random();
    drawn.set(key, Array.from({ length: clusters }, () => Array.from({ length: STARTS }, () => Float32Array.from({ length: count }, () => 1 / random.exponential()))));
  }
  return drawn.get(key);
}

/** Points drawn by weight × squared distance to the nearest one drawn before. */
function seed({ points, weights }, draws, start, clusters) {
  const count = weights.length, nearest = new Float32Array(count).fill(1), centers = new Float32Array(3 * clusters);
  for (let k = 0; k < clusters; k++) {
    let chosen = 0, top = -Infinity;
    for (let i = 0; i < count; i++) {
      const chance = fround(fround(weights[i] * nearest[i]) * draws[k][start][i]);
      if (chance > top) [chosen, top] = [i, chance];
    }
    const [r, g, b] = points.subarray(3 * chosen, 3 * chosen + 3);
    centers.set([r, g, b], 3 * k);
    for (let i = 0; i < count; i++) {
      const away = (points[3 * i] - r) ** 2 + (points[3 * i + 1] - g) ** 2 + (points[3 * i + 2] - b) ** 2;
      nearest[i] = k ? Math.min(nearest[i], away) : away;
    }
  }
  return centers;
}

/** One round: centres move to the mean of the points nearest to them, if there are any. */
function move({ points, weights }, { centers }) {
  const clusters = centers.length / 3, sums = new Float64Array(3 * clusters), totals = new Float64Array(clusters);
  let error = 0;
  for (let i = 0, at = 0; i < weights.length; i++, at += 3) {
    const r = points[at], g = points[at + 1], b = points[at + 2];
    let own = 0, least = Infinity;
    for (let k = 0; k < clusters; k++) {
      const away = (r - centers[3 * k]) ** 2 + (g - centers[3 * k + 1]) ** 2 + (b - centers[3 * k + 2]) ** 2;
      if (away < least) { own = k; least = away; }
    }
    const weight = weights[i];
    totals[own] += weight;
    sums[3 * own] += weight * r;
    sums[3 * own + 1] += weight * g;
    sums[3 * own + 2] += weight * b;
    error += weight * least;
  }
  return { centers: Float32Array.from(centers, (value, at) => (totals[Math.floor(at / 3)] > 0 ? sums[at] / totals[Math.floor(at / 3)] : value)), totals: Array.from(totals), error };
}

const best = (states, keep) => states.map((state, i) => [state, i]).sort(([a, i], [b, j]) => a.error - b.error || i - j).slice(0, keep).map(([state]) => state);

/** Rounds until no start of any set gains. */
function settle(sets, states, still) {
  const all = (from) => sets.map((set, i) => from[i].map((state) => move(set, state)));
  let before = all(states);
  for (let round = 0; round < ROUNDS; round++) {
    const after = all(before);
    if (before.every((of, i) => of.every((state, j) => state.error - after[i][j].error <= still * after[i][j].error))) return after;
    before = after;
  }
  return before;
}
