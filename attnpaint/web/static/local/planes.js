/* A painting as the planes that the page recolours it from; see attnpaint/web/planes.py, which tells what they are. */

import { blurred, eroded, plane, round, toGrey, toneOf } from "./filters.js";
import { cropped, fitted, nearest, resized } from "./resize.js";
import { PARTS, votes } from "./samples.js";

const VIEW = 1024, SPREAD = 1.25, MOST = 65535;

/** painting: { clean, alpha, square, box, labels, small, maps: { image, pointer, kinds }, answers, weights, colors, ground }. */
export function planesOf(painting) {
  const { clean, alpha, square, box, labels, small, maps, answers, weights, colors, ground, grounds, count } = painting;
  const size = box.height * box.width, planeSize = square.data.length, { kinds } = maps;
  const seen = plane(cropped(square.data, box), box.height, box.width), shares = firm(maps.pointer, box, planeSize, kinds);
  const image = pictureOf(maps, box, planeSize, shares, colors), trust = trustOf(image, seen), beside = besideOf(trust);
  const paint = bare(image, trust, beside, toneOf(seen)), filled = bytes(shares.map((share) => withoutLines(share, trust, beside)), size);
  const lines = fitted(clean, VIEW, false), rows = Math.min(count - 1, MOST) + 1;
  const arrays = {
    shares: shaped(filled, [kinds, ...box16(box)]), shading: shaped(shadingOf(paint, filled, colors, size), [3, ...box16(box)]),
    labels: shaped(numbers(nearest(labels, lines.height, lines.width).data), [lines.height, lines.width]), small: shaped(numbers(small.data), box16(box)),
    taken: shaped(weights.slice(0, rows * kinds), [rows, kinds]), mean: shaped(meanOf(paint, small, seen, count).slice(0, 3 * rows), [rows, 3]),
    ...told(answers, rows), ground: shaped(numbers([ground]), [1]),
    lines: shaped(lines.data, [lines.height, lines.width, 3]),
  };
  if (grounds.length) arrays.grounds = shaped(numbers(grounds), [grounds.length]);
  if (alpha) arrays.alpha = shaped(resized(alpha, lines.height, lines.width).data, [lines.height, lines.width]);
  return { view: [lines.height, lines.width], inner: box16(box), arrays };
}

const box16 = ({ height, width }) => [height, width];
const shaped = (array, shape) => Object.assign(array, { shape });

function numbers(labels) {
  const found = new Uint16Array(labels.length);
  for (let i = 0; i < found.length; i++) found[i] = Math.min(labels[i], MOST);
  return found;
}

/** The pointer's shares to the power of 1.5: mixed by halves, colours turn to mud. */
function firm(pointer, box, planeSize, kinds) {
  const found = Array.from({ length: kinds }, (_, kind) => cropped(pointer.subarray(kind * planeSize, (kind + 1) * planeSize), box));
  for (let i = 0; i < found[0].length; i++) {
    let sum = 0;
    for (const share of found) sum += share[i] *= Math.sqrt(share[i]);
    for (const share of found) share[i] /= Math.max(sum, 1e-12);
  }
  return found;
}

/** The network's picture over `shares` of the colours: uint8 RGB. */
function pictureOf({ image, pointer, kinds }, box, planeSize, shares, colors) {
  const found = new Uint8Array(3 * box.height * box.width);
  for (let part = 0; part < 3; part++) {
    const own = cropped(image.subarray(part * planeSize, (part + 1) * planeSize), box);
    for (let kind = 0; kind < kinds; kind++) {
      const color = colors[kind][part] / 127.5, before = cropped(pointer.subarray(kind * planeSize, (kind + 1) * planeSize), box), after = shares[kind];
      if (color) for (let i = 0; i < own.length; i++) own[i] += color * (after[i] - before[i]);
    }
    for (let i = 0; i < own.length; i++) found[3 * i + part] = round((Math.min(1, Math.max(-1, own[i])) + 1) * 127.5);
  }
  return found;
}

/** How far each pixel is paint and not a line, above 0 and up to 1. */
function trustOf(image, seen) {
  const { height, width } = seen, drawn = toned(seen), painted = toned(toGrey(image, height, width)).data;
  const found = eroded(drawn, 3), near = eroded(drawn, 5).data, { data } = found;
  for (let i = 0; i < data.length; i++) {
    const least = Math.max(data[i] * (1 - (1 - near[i]) * (1 - painted[i])), 0.05), cube = least * least * least;
    data[i] = cube * cube;
  }
  return found;
}

/** A grey plane over its own tone. */
function toned(grey) {
  const tone = toneOf(grey).data, found = new Float32Array(tone.length);
  for (let i = 0; i < found.length; i++) found[i] = grey.data[i] / tone[i];
  return plane(found, grey.height, grey.width);
}

function besideOf(trust) {
  const found = blurred(trust, SPREAD).data;
  for (let i = 0; i < found.length; i++) found[i] = (1 - trust.data[i]) / found[i];
  return found;
}

/** With lines filled from beside them. */
function withoutLines(values, trust, beside) {
  const known = new Float32Array(values.length), { data } = trust;
  for (let i = 0; i < known.length; i++) known[i] = values[i] * data[i];
  const around = blurred(plane(known, trust.height, trust.width), SPREAD).data;
  for (let i = 0; i < known.length; i++) known[i] += around[i] * beside[i];
  return known;
}

/** The picture without its lines and the broad tone that the drawing brings again: three planes. */
function bare(image, trust, beside, tone) {
  return [0, 1, 2].map((part) => {
    const values = new Float32Array(trust.data.length), found = new Uint8Array(values.length);
    for (let i = 0; i < values.length; i++) values[i] = image[3 * i + part];
    const filled = withoutLines(values, trust, beside);
    for (let i = 0; i < found.length; i++) found[i] = Math.min(255, round(255 * Math.min(255, Math.max(0, round(filled[i]))) / tone.data[i]));
    return found;
  });
}

/** As bytes that sum to 255 in each pixel: what rounding leaves, the largest share takes. */
function bytes(shares, size) {
  const found = new Uint8Array(shares.length * size);
  for (let i = 0; i < size; i++) {
    let sum = 0, most = 0;
    for (let kind = 0; kind < shares.length; kind++) {
      sum += found[kind * size + i] = Math.floor(shares[kind][i] * 255 + 0.5);
      if (shares[kind][i] > shares[most][i]) most = kind;
    }
    found[most * size + i] += 255 - sum;
  }
  return found;
}

function shadingOf(paint, shares, colors, size) {
  const found = new Int16Array(3 * size), mixed = new Float32Array(size);
  for (let part = 0; part < 3; part++) {
    mixed.fill(0);
    colors.forEach((color, kind) => {
      if (!color[part]) return;
      for (let i = 0, at = kind * size; i < size; i++, at++) if (shares[at]) mixed[i] += shares[at] * color[part] / 255;
    });
    for (let i = 0; i < size; i++) found[part * size + i] = round(paint[part][i] - mixed[i]);
  }
  return found;
}

/** The mean paint of each region, hardly counting lines; white where none of it is seen. */
function meanOf(paint, small, seen, count) {
  const vote = votes(eroded(seen, 5)), area = new Float64Array(count), sums = new Float64Array(3 * count);
  small.data.forEach((label, i) => {
    area[label] += vote[i];
    for (let part = 0; part < 3; part++) sums[3 * label + part] += vote[i] * paint[part][i];
  });
  return Float32Array.from(sums, (sum, at) => (area[Math.floor(at / 3)] ? sum / area[Math.floor(at / 3)] : 255));
}

/** What the region stage says of regions, a row for each number. */
function told({ label, embedding, parts }, rows) {
  const wide = embedding.length / Math.max(1, label.length) || 64, likeness = new Int8Array(rows * wide), parted = new Uint8Array(rows * PARTS);
  label.forEach((region, i) => {
    if (region >= rows) return;
    for (let k = 0; k < wide; k++) likeness[region * wide + k] = Math.min(127, Math.max(-127, round(127 * embedding[i * wide + k])));
    for (let k = 0; k < PARTS; k++) parted[region * PARTS + k] = Math.min(255, round(255 * parts[i * PARTS + k]));
  });
  return { likeness: shaped(likeness, [rows, wide]), parts: shaped(parted, [rows, PARTS]) };
}
