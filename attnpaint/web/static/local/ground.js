/* The ground of a reference: what is flat and lies along its edges, as attnpaint.extract.bands finds it. */

import { components } from "./distance.js";
import { plane, round } from "./filters.js";
import { nearest } from "./resize.js";

const LOOKED = 512, FLAT = 12, ALONG = 0.5, ENCLOSED = 0.01, OPAQUE = 128;

/** A plane, 1 where the ground is; null where there is none. picture: { data, height, width, channels }. */
export function findGround(picture) {
  const { height, width } = picture, scale = LOOKED / Math.max(height, width), small = scale < 1 ? fewer(picture, scale) : picture;
  const color = alongEdges(small);
  if (!color) return null;
  const { data, channels } = small, like = new Uint8Array(small.height * small.width);
  for (let i = 0; i < like.length; i++) like[i] = near(data, i * channels, color) ? 1 : 0;
  const there = reaching(plane(like, small.height, small.width));
  if (there.data.every(Boolean)) return null;
  return scale < 1 ? nearest(there, height, width) : there;
}

const near = (data, at, [red, green, blue]) =>
  Math.max(Math.abs(data[at] - red), Math.abs(data[at + 1] - green), Math.abs(data[at + 2] - blue)) <= FLAT;

/** Nearest pixels. */
function fewer({ data, height, width, channels }, scale) {
  const places = nearest({ data: Int32Array.from({ length: height * width }, (_, i) => i), height, width }, ...[height, width].map((side) => Math.max(1, round(side * scale))));
  const found = new Uint8Array(places.data.length * channels);
  places.data.forEach((from, i) => found.set(data.subarray(from * channels, (from + 1) * channels), i * channels));
  return { data: found, height: places.height, width: places.width, channels };
}

/** The mean of the colour that most of three edges have; null where most have none. */
function alongEdges({ data, height, width, channels }) {
  const edge = [];
  for (let x = 0; x < width; x++) edge.push(x);
  for (let y = 0; y < height; y++) edge.push(y * width);
  for (let y = 0; y < height; y++) edge.push((y + 1) * width - 1);
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
