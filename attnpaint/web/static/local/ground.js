/* The ground of a reference: what is flat, or changes slowly, and lies along its edges, as attnpaint.extract.ground finds it. */

import { components } from "./distance.js";
import { plane, round } from "./filters.js";
import { nearest } from "./resize.js";

const LOOKED = 512, FLAT = 12, ALONG = 0.5, ENCLOSED = 0.01, OPAQUE = 128;
const SOFT = 0.9, TRIMMED = [64, 40, 34, 28, 22, 16, FLAT], SMALLEST = 8, EVEN = 3, GROWN = 3, EVERY = 7, TERMS = 6;

/** A plane, 1 where the ground is; null where there is none. picture: { data, height, width, channels }. */
export function findGround(picture) {
  const { height, width } = picture, scale = LOOKED / Math.max(height, width), small = scale < 1 ? fewer(picture, scale) : picture;
  const edge = [...new Set(edges(small.height, small.width))];
  let there = flat(small);
  if (!there || share(there, edge) < SOFT || uneven(small, there, edge)) there = soft(small, edge) ?? there;
  if (!there || there.data.every(Boolean)) return null;
  return scale < 1 ? nearest(there, height, width) : there;
}

function flat(picture) {
  const color = alongEdges(picture);
  return color && reaching(like(picture, () => color));
}

/** A colour that is a quadratic of the place, fitted to the edges, then to all that has it. */
function soft(picture, edge) {
  const { data, height, width, channels } = picture;
  if (Math.min(height, width) < SMALLEST) return null;
  const opaque = edge.filter((i) => channels === 3 || data[i * channels + 3] >= OPAQUE);
  if (opaque.length < SOFT * edge.length) return null;
  const middle = [0, 1, 2].map((part) => median(opaque.map((i) => data[i * channels + part])));
  let color = () => middle, kept;
  for (const limit of TRIMMED) {
    kept = opaque.filter((i) => near(data, i * channels, color(i), limit));
    if (kept.length < ALONG * edge.length) return null;
    color = fitted(picture, kept);
  }
  let there;
  for (let turn = 0; turn < GROWN; turn++) {
    there = reaching(like(picture, shown(color)));
    const some = there.data.reduce((found, is, i) => (is ? found.push(i) : 0, found), []).filter((_, i) => i % EVERY === 0);
    if (some.length < TERMS) return null;
    color = fitted(picture, some);
  }
  return share(there, edge) < SOFT ? null : there;
}

function uneven({ data, channels }, there, edge) {
  const found = edge.filter((i) => there.data[i]);
  return [0, 1, 2].some((part) => {
    const values = found.map((i) => data[i * channels + part]), mean = values.reduce((sum, one) => sum + one, 0) / values.length;
    return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length) > EVEN;
  });
}

const share = (there, edge) => edge.filter((i) => there.data[i]).length / edge.length;

const shown = (color) => (i) => color(i).map(round);

function median(values) {
  const sorted = values.sort((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The quadratic of the place that is nearest to the colours of these pixels: place → [red, green, blue]. */
function fitted({ data, height, width, channels }, places) {
  const terms = (i) => {
    const x = (i % width) * (2 / (width - 1)) - 1, y = Math.floor(i / width) * (2 / (height - 1)) - 1;
    return [1, x, y, x * x, x * y, y * y];
  };
  const rows = Array.from({ length: TERMS }, () => new Float64Array(TERMS + 3));
  for (const i of places) {
    const own = terms(i);
    for (let k = 0; k < TERMS; k++) {
      for (let l = 0; l < TERMS; l++) rows[k][l] += own[k] * own[l];
      for (let part = 0; part < 3; part++) rows[k][TERMS + part] += own[k] * data[i * channels + part];
    }
  }
  const factors = solved(rows);
  return (i) => {
    const own = terms(i);
    return [0, 1, 2].map((part) => own.reduce((sum, term, k) => sum + term * factors[k][part], 0));
  };
}

/** Gauss and Jordan's elimination; a row that says nothing new counts as 0. */
function solved(rows) {
  for (let k = 0; k < TERMS; k++) {
    const best = rows.slice(k).reduce((most, row, i) => (Math.abs(row[k]) > Math.abs(rows[most][k]) ? k + i : most), k);
    [rows[k], rows[best]] = [rows[best], rows[k]];
    if (Math.abs(rows[k][k]) < 1e-9) continue;
    for (let l = 0; l < TERMS; l++) {
      if (l === k) continue;
      const factor = rows[l][k] / rows[k][k];
      for (let m = k; m < TERMS + 3; m++) rows[l][m] -= factor * rows[k][m];
    }
  }
  return rows.map((row, k) => [0, 1, 2].map((part) => (Math.abs(row[k]) < 1e-9 ? 0 : row[TERMS + part] / row[k])));
}

function like({ data, height, width, channels }, color) {
  const found = new Uint8Array(height * width);
  for (let i = 0; i < found.length; i++) found[i] = near(data, i * channels, color(i)) ? 1 : 0;
  return plane(found, height, width);
}

const near = (data, at, [red, green, blue], limit = FLAT) =>
  Math.max(Math.abs(data[at] - red), Math.abs(data[at + 1] - green), Math.abs(data[at + 2] - blue)) <= limit;

/** Pixels of the upper, left and right edges, the corners twice. */
function edges(height, width) {
  const edge = [];
  for (let x = 0; x < width; x++) edge.push(x);
  for (let y = 0; y < height; y++) edge.push(y * width);
  for (let y = 0; y < height; y++) edge.push((y + 1) * width - 1);
  return edge;
}

/** Nearest pixels. */
function fewer({ data, height, width, channels }, scale) {
  const places = nearest({ data: Int32Array.from({ length: height * width }, (_, i) => i), height, width }, ...[height, width].map((side) => Math.max(1, round(side * scale))));
  const found = new Uint8Array(places.data.length * channels);
  places.data.forEach((from, i) => found.set(data.subarray(from * channels, (from + 1) * channels), i * channels));
  return { data: found, height: places.height, width: places.width, channels };
}

/** The mean of the colour that most of three edges have; null where most have none. */
function alongEdges({ data, height, width, channels }) {
  const edge = edges(height, width);
  const values = edge.map((i) => i * channels).filter((at) => channels === 3 || data[at + 3] >= OPAQUE), cells = new Map();
  if (!values.length) return null;
  for (const at of values) {
    const cell = (data[at] >> 4) << 8 | (data[at + 1] >> 4) << 4 | data[at + 2] >> 4;
    if (!cells.has(cell)) cells.set(cell, []);
    cells.get(cell).push(at);
  }
  const mean = (places) => [0, 1, 2].map((part) => places.reduce((sum, at) => sum + data[at + part], 0) / places.length);
  const [, most] = [...cells].reduce((best, one) => (one[1].length > best[1].length || (one[1].length === best[1].length && one[0] < best[0]) ? one : best));
  const center = mean(most), like = values.filter((at) => near(data, at, center));
  return like.length < ALONG * edge.length ? null : mean(like).map(round);
}

/** Of the pieces, those that reach one of three edges, and small ones. */
function reaching(like) {
  const { height, width } = like, { count, parts } = components(like), edge = new Uint8Array(count), size = new Float64Array(count);
  for (let x = 0; x < width; x++) edge[parts[x]] = 1;
  for (let y = 0; y < height; y++) edge[parts[y * width]] = edge[parts[(y + 1) * width - 1]] = 1;
  for (const part of parts) size[part]++;
  edge[0] = 0;
  const outside = edge.reduce((sum, reached, part) => sum + (reached ? size[part] : 0), 0), least = ENCLOSED * (parts.length - outside);
  const ground = edge.map((reached, part) => (part && (reached || size[part] < least) ? 1 : 0)), found = new Uint8Array(parts.length);
  for (let i = 0; i < found.length; i++) found[i] = ground[parts[i]];
  return plane(found, height, width);
}
