/* Pictures { data, height, width, channels } at another size, as OpenCV makes them: area means when they shrink, cubic
   when they grow, or nearest pixels. */

import { round } from "./filters.js";

const BENT = -0.75; // of the cubic
const { fround } = Math;

export function resized(picture, height, width) {
  if (picture.height === height && picture.width === width) return picture;
  return height * width < picture.height * picture.width ? shrunk(picture, height, width) : grown(picture, height, width);
}

/** `side` px on the long side; enlarge: smaller ones too. */
export function fitted(picture, side, enlarge = true) {
  const long = Math.max(picture.height, picture.width);
  if (long <= side && !enlarge) return picture;
  const [height, width] = [picture.height, picture.width].map((length) => Math.max(1, round(length * (side / long))));
  return resized(picture, height, width);
}

/** { square, box }: in a square of white, and where it lies there. */
export function letterbox(picture, size) {
  const inner = fitted(picture, size), { channels = 1 } = picture;
  const box = { top: (size - inner.height) >> 1, left: (size - inner.width) >> 1, height: inner.height, width: inner.width, size };
  const square = new Uint8Array(size * size * channels).fill(255);
  laid(inner.data, square, box, channels);
  return { square: { data: square, height: size, width: size, channels }, box };
}

/** What lies in the box, into a square. */
export function laid(inner, square, { top, left, height, width, size }, channels = 1) {
  for (let y = 0; y < height; y++) {
    square.set(inner.subarray(y * width * channels, (y + 1) * width * channels), ((top + y) * size + left) * channels);
  }
  return square;
}

/** The box out of a square. */
export function cropped(square, { top, left, height, width, size }, channels = 1) {
  const found = new square.constructor(height * width * channels);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * size + left) * channels;
    found.set(square.subarray(start, start + width * channels), y * width * channels);
  }
  return found;
}

/** Of the values that it has: for numbers of regions. */
export function nearest({ data, height, width }, rows, columns) {
  const found = new data.constructor(rows * columns), down = 1 / (rows / height), across = 1 / (columns / width);
  const places = Int32Array.from({ length: columns }, (_, x) => Math.min(Math.floor(x * across), width - 1));
  for (let y = 0; y < rows; y++) {
    const from = Math.min(Math.floor(y * down), height - 1) * width;
    for (let x = 0; x < columns; x++) found[y * columns + x] = data[from + places[x]];
  }
  return { data: found, height: rows, width: columns };
}

/** For each new pixel, the old ones that it covers and how much: flat lists [first, weights]. */
function covered(from, to) {
  const scale = 1 / (to / from);
  return Array.from({ length: to }, (_, i) => {
    const start = i * scale, end = start + scale, cell = Math.min(scale, from - start);
    const first = Math.ceil(start), last = Math.min(Math.floor(end), from - 1), weights = [];
    let begin = Math.min(first, last);
    if (first - start > 1e-3) { begin = first - 1; weights.push(fround((first - start) / cell)); }
    for (let at = Math.min(first, last); at < last; at++) weights.push(fround(1 / cell));
    if (end - last > 1e-3) weights.push(fround(Math.min(Math.min(end - last, 1), cell) / cell));
    return [begin, weights];
  });
}

/** Sums of 32 bits, as OpenCV's are: many means lie halfway between two levels, where the last bit decides. */
function shrunk({ data, height, width, channels = 1 }, rows, columns) {
  if (height % rows === 0 && width % columns === 0) return shrunkWhole({ data, width, channels }, rows, columns, height / rows, width / columns);
  const across = covered(width, columns), wide = columns * channels, found = new Uint8Array(rows * wide);
  const total = new Float32Array(wide), lines = new Map();
  const lineOf = (y) => {
    if (!lines.has(y)) lines.set(y, narrowed(data.subarray(y * width * channels, (y + 1) * width * channels), across, channels));
    return lines.get(y);
  };
  covered(height, rows).forEach(([first, weights], row) => {
    total.fill(0);
    weights.forEach((weight, i) => {
      const line = lineOf(first + i);
      for (let x = 0; x < wide; x++) total[x] += fround(weight * line[x]);
    });
    for (const y of [...lines.keys()]) if (y < first + weights.length - 1) lines.delete(y);
    for (let x = 0; x < wide; x++) found[row * wide + x] = round(total[x]);
  });
  return { data: found, height: rows, width: columns, channels };
}

function narrowed(line, across, channels) {
  const found = new Float32Array(across.length * channels);
  across.forEach(([first, weights], x) => {
    weights.forEach((weight, i) => {
      for (let part = 0; part < channels; part++) found[x * channels + part] += fround(weight * line[(first + i) * channels + part]);
    });
  });
  return found;
}

/** By whole numbers: the means of down × across pixels. */
function shrunkWhole({ data, width, channels }, rows, columns, down, across) {
  const found = new Uint8Array(rows * columns * channels), part = fround(1 / (down * across)), half = down === 2 && across === 2; // rounded up
  for (let y = 0, to = 0; y < rows; y++) {
    for (let x = 0; x < columns * channels; x++, to++) {
      const column = x % channels, from = (y * down * width + (x - column) / channels * across) * channels + column;
      let sum = 0;
      for (let v = 0; v < down; v++) for (let u = 0; u < across; u++) sum += data[from + (v * width + u) * channels];
      found[to] = half ? (sum + 2) >> 2 : round(fround(sum * part));
    }
  }
  return { data: found, height: rows, width: columns, channels };
}

/** For each new pixel, the one before it and four weights. */
function cubic(from, to) {
  const scale = from / to;
  return Array.from({ length: to }, (_, i) => {
    const place = fround((i + 0.5) * scale - 0.5), before = Math.floor(place), x = place - before;
    const outer = ((BENT * (x + 1) - 5 * BENT) * (x + 1) + 8 * BENT) * (x + 1) - 4 * BENT;
    const inner = (at) => ((BENT + 2) * at - (BENT + 3)) * at * at + 1, weights = [outer, inner(x), inner(1 - x)];
    return [before, [...weights, 1 - weights[0] - weights[1] - weights[2]]];
  });
}

function grown({ data, height, width, channels = 1 }, rows, columns) {
  const across = cubic(width, columns), wide = columns * channels, found = new Uint8ClampedArray(rows * wide);
  const inside = (at, most) => Math.min(Math.max(at, 0), most - 1), lines = new Float64Array(height * wide);
  for (let y = 0; y < height; y++) {
    across.forEach(([before, weights], x) => {
      for (let i = 0; i < 4; i++) {
        const from = (y * width + inside(before - 1 + i, width)) * channels;
        for (let part = 0; part < channels; part++) lines[y * wide + x * channels + part] += weights[i] * data[from + part];
      }
    });
  }
  cubic(height, rows).forEach(([before, weights], row) => {
    const [a, b, c, d] = [-1, 0, 1, 2].map((step) => inside(before + step, height) * wide);
    for (let x = 0; x < wide; x++) {
      found[row * wide + x] = (weights[0] * lines[a + x] + weights[1] * lines[b + x] + weights[2] * lines[c + x] + weights[3] * lines[d + x]);
    }
  });
  return { data: new Uint8Array(found.buffer), height: rows, width: columns, channels };
}
