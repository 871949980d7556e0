/* The palette of a picture: four bands from top to bottom, four colours in each, as attnpaint.extract measures it. */

import { closed, round, toGrey } from "./filters.js";
import { findGround } from "./ground.js";
import { cluster } from "./kmeans.js";

const BANDS = 4, COLORS = 4, OPAQUE = 128, MOST = 1024, INK = 110, STROKE = 40;

/** picture: { data, height, width, channels } → { colors: bands × ranks × RGB, weights: bands × ranks }. apart: neither its
    flat ground nor its dark strokes count, as long as other pixels are left. */
export function measured(picture, apart = false) {
  const counted = apart ? drawn(picture) : null;
  const bands = Array.from({ length: BANDS }, (_, band) => pointsOf(picture, counted, round(band * picture.height / BANDS), round((band + 1) * picture.height / BANDS)));
  const full = [...bands.keys()].filter((band) => bands[band].weights.length);
  if (!full.length && apart) return measured(picture);
  if (!full.length) return { colors: Array.from({ length: BANDS }, () => Array.from({ length: COLORS }, () => [255, 255, 255])), weights: Array.from({ length: BANDS }, () => [1, 0, 0, 0]) };
  const found = cluster(full.map((band) => bands[band]), COLORS).map(ranked);
  const like = bands.map((_, band) => full.reduce((best, one, j) => (Math.abs(one - band) < Math.abs(full[best] - band) ? j : best), 0));
  return { colors: like.map((j) => found[j].colors), weights: like.map((j) => found[j].weights) };
}

/** 1 off the ground and off dark strokes that are thinner than a fiftieth of the long side. */
function drawn(picture) {
  const { data, height, width, channels } = picture, ground = findGround(picture)?.data, plain = new Uint8Array(3 * height * width);
  for (let i = 0; i < height * width; i++) for (let part = 0; part < 3; part++) plain[3 * i + part] = data[i * channels + part];
  const grey = toGrey(plain, height, width), around = closed(grey, Math.max(2, Math.floor(Math.max(height, width) / 100)) * 2 + 1).data;
  return grey.data.map((level, i) => ((level >= INK || around[i] - level < STROKE) && !ground?.[i] ? 1 : 0));
}

/** The distinct opaque colours of some rows with their counts, or the means of a grid's cells where there are many. */
function pointsOf({ data, width, channels }, counted, top, bottom) {
  const counts = new Map();
  for (let i = top * width, end = bottom * width, at = i * channels; i < end; i++, at += channels) {
    if ((channels === 4 && data[at + 3] < OPAQUE) || (counted && !counted[i])) continue;
    const [r, g, b] = [data[at], data[at + 1], data[at + 2]];
    const key = (((r >> 3) << 10 | (g >> 3) << 5 | b >> 3) << 9) | (r & 7) << 0 | (g & 7) << 3 | (b & 7) << 6;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const order = [...counts.keys()].sort((a, b) => (a >> 9) - (b >> 9) || placeOf(a) - placeOf(b)), colors = order.map(colorOf);
  const plain = () => ({ points: Float32Array.from(colors.flat()), weights: Float32Array.from(order, (key) => counts.get(key)) });
  if (order.length <= MOST) return plain();
  const cells = new Map();
  order.forEach((key, i) => {
    const cell = cells.get(key >> 9) ?? [0, 0, 0, 0], count = counts.get(key);
    colors[i].forEach((part, at) => { cell[at] += part * count; });
    cell[3] += count;
    cells.set(key >> 9, cell);
  });
  if (cells.size === order.length) return plain();
  const sums = [...cells.values()];
  return { points: Float32Array.from(sums.flatMap((cell) => cell.slice(0, 3).map((sum) => sum / cell[3]))), weights: Float32Array.from(sums, (cell) => cell[3]) };
}

const colorOf = (key) => [((key >> 19) & 31) << 3 | (key & 7), ((key >> 14) & 31) << 3 | ((key >> 3) & 7), ((key >> 9) & 31) << 3 | ((key >> 6) & 7)];
/** Where a colour stands in its cell: red's low bits last, then blue's, then green's. */
const placeOf = (key) => (((key >> 3) & 7) << 8) | (((key >> 6) & 7) << 5) | (key & 7);

/** Heaviest first, equals by their RGB; what has no share repeats the last colour that has one. */
function ranked({ centers, shares }) {
  const all = Array.from(shares, (share, k) => ({ share: Math.fround(share), color: [0, 1, 2].map((part) => round(Math.min(255, Math.max(0, Math.fround(centers[3 * k + part]))))) }));
  all.sort((a, b) => b.share - a.share || a.color[0] - b.color[0] || a.color[1] - b.color[1] || a.color[2] - b.color[2]);
  const last = all.filter(({ share }) => share > 0).length - 1;
  return { colors: all.map((_, rank) => all[Math.min(rank, last)].color), weights: all.map(({ share }) => share) };
}
