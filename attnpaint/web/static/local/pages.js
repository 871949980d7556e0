/* Long strips, such as webtoons: the network sees them page by page, and the pages overlap; as attnpaint.inference.strip
   has it. Planes of a strip are as long as it is. */

import { round } from "./filters.js";
import { resized } from "./resize.js";
import { extent } from "./segment.js";

const OVERLAP = 4, MOST = 4096;

/** { square, box } of a strip: a grey plane at the size that pages of `size` px show it at, and all of it. */
export function longBox(grey, size) {
  const { height, width } = grey, scale = size / extent(height, width), sides = [height, width].map((side) => Math.max(1, round(side * scale)));
  const [tall, wide] = height > width ? [Math.max(sides[0], size), sides[1]] : [sides[0], Math.max(sides[1], size)];
  return { square: resized(grey, tall, wide), box: { top: 0, left: 0, height: tall, width: wide, size: wide } };
}

/** Where pages begin that cover `length` px evenly, and overlap by a quarter at least. */
function starts(length, size) {
  const step = size - Math.floor(size / OVERLAP), pages = 1 + Math.max(0, Math.ceil((length - size) / step));
  return Array.from({ length: pages }, (_, i) => round(i * (length - size) / Math.max(1, pages - 1)));
}

/** What `see` says of all pages together: { maps: { image, pointer, kinds, tokens }, answers }. see(square, labels): of a page,
    size × size; strip, labels: planes of one size. */
export async function paged(strip, labels, size, see) {
  const { height, width } = strip, across = width > height, length = Math.max(height, width), short = Math.min(height, width);
  const left = Math.floor((size - short) / 2), places = starts(length, size), total = new Float32Array(length), said = [], sums = {};
  for (const place of places) {
    const cut = (array, fill) => page(array, width, fill, size, { place, left, short, across });
    const { maps, answers } = await see(cut(strip.data, 255), cut(labels.data, 0));
    const weight = weights(size, place > 0, place + size < length), at = { place, left, short, size, across, length, width };
    sums.image = added(sums.image, maps.image, 3, weight, at);
    sums.pointer = added(sums.pointer, maps.pointer, maps.kinds, weight, at);
    sums.kinds = maps.kinds;
    for (let i = 0; i < size; i++) total[place + i] += weight[i];
    said.push(answers);
  }
  for (const name of ["image", "pointer"]) {
    const planes = sums[name], count = length * short;
    for (let i = 0; i < planes.length; i++) planes[i] /= total[across ? i % count % width : Math.floor(i % count / width)];
  }
  return { maps: sums, answers: joined(said) };
}

/** A page as the network sees it: in the middle of a square of `fill`. */
function page(array, width, fill, size, { place, left, short, across }) {
  const found = new array.constructor(size * size).fill(fill);
  for (let y = 0; y < (across ? short : size); y++) {
    const from = across ? y * width + place : (place + y) * width, to = across ? (left + y) * size : y * size + left;
    found.set(array.subarray(from, from + (across ? size : short)), to);
  }
  return found;
}

/** Of a page's rows: falling towards the pages before and after it. */
function weights(size, before, after) {
  const reach = Math.floor(size / OVERLAP), ramp = (i) => Math.min(1, (i + 0.5) / reach);
  return Float32Array.from({ length: size }, (_, i) => (before ? ramp(i) : 1) * (after ? ramp(size - 1 - i) : 1));
}

/** The weighed sum of what pages say, in planes of the whole strip. */
function added(whole, maps, planes, weight, { place, left, short, size, across, length, width }) {
  whole ??= new Float32Array(planes * length * short);
  for (let kind = 0; kind < planes; kind++) {
    for (let y = 0; y < (across ? short : size); y++) {
      const from = (kind * size + (across ? left + y : y)) * size + (across ? 0 : left), to = kind * length * short + (across ? y * width + place : (place + y) * width);
      for (let x = 0; x < (across ? size : short); x++) whole[to + x] += maps[from + x] * weight[across ? x : y];
    }
  }
  return whole;
}

/** What pages say of regions, by their numbers: where several saw one, each counts by the area that it saw. */
export function joined(pages) {
  const found = new Map();
  for (const { label, area, logits, embedding, parts } of pages) {
    label.forEach((region, i) => {
      const one = found.get(region) ?? found.set(region, { region, area: 0, rows: null }).get(region);
      const rows = [logits, embedding, parts].map((array) => array.subarray(i * array.length / label.length, (i + 1) * array.length / label.length));
      one.rows ??= rows.map((row) => new Float64Array(row.length));
      one.area += area[i];
      rows.forEach((row, k) => row.forEach((value, at) => { one.rows[k][at] += area[i] * value; }));
    });
  }
  const all = [...found.values()].sort((a, b) => b.area - a.area || a.region - b.region).slice(0, MOST);
  for (const { area, rows } of all) {
    for (const row of rows) for (let i = 0; i < row.length; i++) row[i] /= area;
    const long = Math.max(1e-9, Math.hypot(...rows[1]));
    rows[1].forEach((value, i) => { rows[1][i] = value / long; });
  }
  const rows = (k) => Float32Array.from(all.flatMap((one) => [...one.rows[k]]));
  return {
    label: Int32Array.from(all, ({ region }) => region), area: Float32Array.from(all, ({ area }) => area / pages.length),
    logits: rows(0), embedding: rows(1), parts: rows(2), oneScene: pages.reduce((sum, page) => sum + page.oneScene, 0) / pages.length,
  };
}
