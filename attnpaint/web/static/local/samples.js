/* What the region stage is shown of each region: points and geometry, as attnpaint.segment.samples has it. */

import { eroded } from "./filters.js";
import { counts, largest } from "./segment.js";

export const POINTS = 24, GEOMETRY = 11, PARTS = 7; // of the parts the first is the ground
export const GRID = 32; // cells along each side of a reference, of which is told how much of each palette colour lies there
const LEAST = 12, ALONG = 0.5, PIECES = 128;

/** Whether each region has a place in the reference, which shows the drawing's own scene, and decides for itself. */
export const decidedAlone = ({ oneScene }) => oneScene > 0.5;

/** How far pixels lie from lines: dark on and beside them. */
export const paperLight = (sketch) => eroded(sketch, 3);

const powers = Float64Array.from({ length: 256 }, (_, level) => (level / 255) ** 4 + 1e-3);
/** How much each pixel counts: hardly on lines. */
export function votes({ data }) {
  const found = new Float64Array(data.length);
  for (let i = 0; i < found.length; i++) found[i] = powers[data[i]];
  return found;
}

/** Of the `most` largest regions, largest first; label 0 is none. wanted: whether a region is described; count: how many are. */
export function sampleRegions(labels, light, most, random, wanted = () => true) {
  const { data, height, width } = labels, count = largest(data) + 1, area = counts(data, count), weight = votes(light);
  const chosen = Array.from({ length: count - 1 }, (_, i) => i + 1).filter(wanted).sort((a, b) => area[b] - area[a] || a - b).slice(0, most).filter((region) => area[region] >= LEAST);
  const { pixels, first } = sorted(data, count), edge = edgeShares(labels, count), ground = groundOf(edge);
  const figure = boxOf(data, ground, width), found = empty(most);
  chosen.forEach((region, place) => {
    const own = pixels.subarray(first[region], first[region + 1]);
    pick(own, weight, random, width, height, found.points.subarray(place * POINTS * 2));
    found.geometry.set(geometryOf(own, height, width, figure, edge[region], region === ground), place * GEOMETRY);
    found.label[place] = region;
    found.area[place] = area[region] / data.length;
    found.valid[place] = 1;
  });
  return { ...found, count: chosen.length };
}

/** Of the regions, and behind them of the pieces of those that have several, which have their numbers behind all of `region`: not
    valid, that is, they see the regions, and no region sees them. */
export function samplePieces(pieces, region, light, most, random) {
  const labels = { ...pieces, data: pieces.data.map((piece) => region[piece]) }, whole = sampleRegions(labels, light, most, random);
  const many = counts(region, region.length), parts = sampleRegions(pieces, light, PIECES, random, (piece) => many[region[piece]] > 1);
  const kept = Math.min(whole.count, most - parts.count), found = empty(most), piece = parts.label.map((number) => number + region.length);
  for (const [name, array] of Object.entries(found)) {
    const wide = array.length / most, theirs = name === "label" ? piece : parts[name];
    array.set(whole[name].subarray(0, kept * wide));
    if (name !== "valid") array.set(theirs.subarray(0, parts.count * wide), kept * wide);
  }
  return { ...found, count: kept + parts.count };
}

const empty = (most) => ({
  points: new Float32Array(most * POINTS * 2), geometry: new Float32Array(most * GEOMETRY), label: new Int32Array(most),
  area: new Float32Array(most), valid: new Uint8Array(most),
});

/** The reference's pixels of each palette colour as a region; entry i is label i + 1. */
export function samplePalette(labels, light, entries, random) {
  const found = sampleRegions(labels, light, entries, random), ordered = empty(entries);
  for (let place = 0; place < found.count; place++) {
    const to = found.label[place] - 1;
    ordered.points.set(found.points.subarray(place * POINTS * 2, (place + 1) * POINTS * 2), to * POINTS * 2);
    ordered.geometry.set(found.geometry.subarray(place * GEOMETRY, (place + 1) * GEOMETRY), to * GEOMETRY);
    for (const name of ["label", "area", "valid"]) ordered[name][to] = found[name][place];
  }
  return { ...ordered, count: entries };
}

/** The pixels of region 0, then of 1 …, each in their order; where each begins. */
function sorted(labels, count) {
  const first = new Int32Array(count + 1), pixels = new Int32Array(labels.length);
  for (const label of labels) first[label + 1]++;
  for (let region = 0; region < count; region++) first[region + 1] += first[region];
  const at = first.slice();
  for (let i = 0; i < labels.length; i++) pixels[at[labels[i]]++] = i;
  return { pixels, first };
}

/** How much of the edge of the picture, without what is empty around it, each region has. */
function edgeShares({ data, width }, count) {
  const shares = new Float64Array(count), [left, top, wide, high] = boxOf(data, 0, width), size = 2 * (high + wide);
  const right = left + wide - 1, bottom = top + high - 1;
  for (let x = left; x <= right; x++) { shares[data[top * width + x]]++; shares[data[bottom * width + x]]++; }
  for (let y = top; y <= bottom; y++) { shares[data[y * width + left]]++; shares[data[y * width + right]]++; }
  shares[0] = 0;
  return shares.map((length) => length / size);
}

function groundOf(edge) {
  const most = edge.indexOf(Math.max(...edge));
  return edge[most] > ALONG ? most : -1;
}

/** Left, top, width and height of all that is neither the ground nor empty. */
function boxOf(labels, ground, width) {
  let left = Infinity, right = -1, top = Infinity, bottom = -1;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === ground || !labels[i]) continue;
    const x = i % width, y = (i - x) / width;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    bottom = y;
  }
  return right < 0 ? [0, 0, width, labels.length / width] : [left, top, right - left + 1, bottom - top + 1];
}

/** Points drawn by weight, from -1 to 1 over the picture. */
function pick(pixels, weight, random, width, height, points) {
  const chances = new Float64Array(pixels.length);
  let sum = 0;
  for (let i = 0; i < pixels.length; i++) chances[i] = sum += weight[pixels[i]];
  for (let k = 0; k < POINTS; k++) {
    const wanted = random.uniform() * sum;
    let low = 0, high = pixels.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (chances[middle] < wanted) low = middle + 1; else high = middle;
    }
    const x = pixels[low] % width, y = (pixels[low] - x) / width;
    points[2 * k] = (x + 0.5) / width * 2 - 1;
    points[2 * k + 1] = (y + 0.5) / height * 2 - 1;
  }
}

function geometryOf(pixels, height, width, [left, top, wide, high], edge, ground) {
  let x = 0, y = 0, xx = 0, yy = 0;
  for (const pixel of pixels) { const u = pixel % width; x += u; y += (pixel - u) / width; }
  x = x / pixels.length + 0.5;
  y = y / pixels.length + 0.5;
  for (const pixel of pixels) { const u = pixel % width, v = (pixel - u) / width; xx += (u + 0.5 - x) ** 2; yy += (v + 0.5 - y) ** 2; }
  const spreadX = Math.sqrt(xx / pixels.length), spreadY = Math.sqrt(yy / pixels.length);
  return [
    Math.log(pixels.length / (height * width)) / 5, x / width * 2 - 1, y / height * 2 - 1, 4 * spreadX / width, 4 * spreadY / height, edge,
    (x - left) / wide * 2 - 1, (y - top) / high * 2 - 1, wide / width, ground ? 1 : 0, pixels.length / (12 * (spreadX + 0.5) * (spreadY + 0.5)),
  ];
}
