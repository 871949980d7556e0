/* The picture in any colours, computed here from the planes that the program sent once (see `planes` in api.js). */

import { divided } from "./divide.js";
import { enlarger } from "./enlarge.js";

export const ENTRIES = 16, KINDS = 18; // palette colours; with ink and paper
const SHADE = 0.5; // of the painting's light and shade, in a blend
const OPAQUE = 0xff000000;
const SETS = 24; // of divided regions that are remembered

/** 16 colours, ink and paper, one number after another. */
const eighteen = (colors) => Int32Array.from([...colors.flat(), 0, 0, 0, 255, 255, 255]);
const byte = (value) => (value < 0 ? 0 : value > 255 ? 255 : value);

export class Painter {
  /** colors: what the network painted from, 16 of [r, g, b], or null; drawn: [width, height] of the drawing. */
  constructor({ view, inner, arrays }, colors, drawn) {
    [this.height, this.width] = view;
    this.drawn = drawn ?? [this.width, this.height];
    this.inner = inner;
    this.whole = { ...arrays, regions: arrays.mean.shape[0] };
    this.sets = new Map();
    this.points = Boolean(arrays.shares && colors);
    this.base = eighteen(colors ?? Array(ENTRIES).fill([0, 0, 0]));
    this.colors = this.base.slice();
    this.picture = new ImageData(this.width, this.height);
    this.words = new Uint32Array(this.picture.data.buffer);
    this.ink = grey(arrays.lines);
    this.use([]);
  }

  /** Regions as they are after these divisions; see divide.js. */
  use(divisions) {
    if (divisions === this.divisions) return this;
    const { enlarge, shown, beside, weights } = this;
    if (this.set) Object.assign(this.set, { enlarge, shown, beside, weights });
    const set = this.divide(divisions);
    return Object.assign(this, set, { divisions, set });
  }

  /** { arrays, regions, area }, and what is computed of them later. */
  divide(divisions) {
    const key = JSON.stringify(divisions), known = this.sets.get(key);
    if (known) return known;
    const before = divisions.length ? this.divide(divisions.slice(0, -1)) : { arrays: this.whole };
    const arrays = divisions.length ? divided(this, before.arrays, divisions.at(-1)) : this.whole;
    const area = new Float64Array(arrays.regions);
    for (const label of arrays.labels) area[label] += 1 / arrays.labels.length;
    const made = { arrays, regions: arrays.regions, area, enlarge: undefined, shown: undefined, beside: undefined, weights: undefined };
    if (this.sets.size > SETS) this.sets.delete([...this.sets.keys()][1]);
    this.sets.set(key, made);
    return made;
  }

  /** An ImageData, of the view's size, that the next call changes.
      look: { colors: 16 of [r, g, b], finish, strength, lines, strokes: Map of region → [r, g, b], divisions } */
  paint({ colors, finish, strength, lines, strokes, divisions }) {
    this.use(divisions);
    this.turn(eighteen(colors));
    const faded = Uint8Array.from({ length: 768 }, (_, level) => 255 - Math.round((255 - byte(level - 256)) * strength));
    if (finish === "painted") this.cover(this.fine(strokes), faded, lines);
    else if (finish === "flat") this.fill(this.flat(strokes), null, faded, lines);
    else this.fill(this.flat(strokes), this.shade(), faded, lines);
    const { alpha } = this.arrays; // a transparent drawing stays transparent
    for (let i = 0; alpha && i < alpha.length; i++) this.picture.data[4 * i + 3] = alpha[i];
    return this.picture;
  }

  /** The sums of share · colour follow the colours that changed; whole numbers, so that nothing drifts. */
  turn(colors) {
    const { sums, arrays: { shares } } = this;
    const count = this.inner[0] * this.inner[1];
    for (let kind = 0; kind < KINDS; kind++) {
      const [red, green, blue] = [0, 1, 2].map((part) => colors[3 * kind + part] - this.colors[3 * kind + part]);
      if (!sums || !(red || green || blue)) continue;
      const share = shares.subarray(kind * count, (kind + 1) * count);
      for (let i = 0, g = count, b = 2 * count; i < count; i++, g++, b++) {
        const part = share[i];
        if (part === 0) continue;
        sums[i] += part * red;
        sums[g] += part * green;
        sums[b] += part * blue;
      }
    }
    this.colors = colors;
  }

  /** Each region's colour: what it takes of the palette, or the painting's mean; strokes win. */
  flat(strokes) {
    const { taken } = this.arrays, colors = new Float32Array(3 * this.regions);
    let means = null;
    for (let region = 0; region < this.regions; region++) {
      let sum = 0, red = 0, green = 0, blue = 0;
      for (let kind = 0; taken && kind < KINDS; kind++) {
        const part = taken[region * KINDS + kind];
        sum += part;
        red += part * this.colors[3 * kind];
        green += part * this.colors[3 * kind + 1];
        blue += part * this.colors[3 * kind + 2];
      }
      let color = strokes.get(region) ?? (sum > 0 ? [red, green, blue] : null);
      color ??= (means ??= this.means()).subarray(3 * region, 3 * region + 3);
      colors.set(color, 3 * region);
    }
    return colors;
  }

  /** The mean paint of each region: as it was sent, moved with the colours that the region's pixels show. */
  means() {
    const means = this.arrays.mean.slice();
    const moved = Array.from(this.colors, (color, i) => color - this.base[i]);
    if (!this.points || moved.every((by) => by === 0)) return means;
    this.shown ??= this.meanShares();
    for (let region = 0; region < this.regions; region++) {
      for (let i = 0; i < 3 * KINDS; i++) {
        means[3 * region + i % 3] += this.shown[region * KINDS + Math.floor(i / 3)] * moved[i];
      }
    }
    return means;
  }

  meanShares() {
    const { small, shares } = this.arrays, count = small.length;
    const found = new Float32Array(this.regions * KINDS), votes = new Float32Array(this.regions);
    const vote = Float32Array.from({ length: count }, (_, i) => (this.light(this.viewed(i)) / 255) ** 4 + 1e-3);
    for (let i = 0; i < count; i++) votes[small[i]] += 255 * vote[i];
    for (let kind = 0; kind < KINDS; kind++) {
      for (let i = 0; i < count; i++) found[small[i] * KINDS + kind] += shares[kind * count + i] * vote[i];
    }
    return found.map((sum, i) => sum / (votes[Math.floor(i / KINDS)] || 1));
  }

  /** How white the drawing is at a place of the view. */
  light(i) {
    return this.ink ? this.ink[i] : this.arrays.lines[3 * i + 1];
  }

  /** The place in the view of a pixel of the small picture, and the other way round. */
  viewed(i) {
    const [rows, columns] = this.inner;
    const y = Math.floor((Math.floor(i / columns) + 0.5) * this.height / rows);
    return y * this.width + Math.floor((i % columns + 0.5) * this.width / columns);
  }

  inside(x, y) {
    const [rows, columns] = this.inner;
    return Math.floor((y + 0.5) * rows / this.height) * columns + Math.floor((x + 0.5) * columns / this.width);
  }

  /** Once, before the network's own picture is shown: its sums, and how it is enlarged. */
  start() {
    const { small, shading, labels } = this.arrays, now = this.colors;
    if (this.enlarge === undefined) this.enlarge = enlarger(small, this.inner, labels, [this.height, this.width]);
    if (this.sums) return this;
    this.sums = Int32Array.from(shading, (level) => 255 * level);
    this.colors = new Int32Array(3 * KINDS);
    if (this.points) this.turn(now);
    this.colors = now;
    this.bytes = new Uint8ClampedArray(shading.length);
    return this;
  }

  /** The network's own small picture in the present colours: three planes of bytes. */
  small(strokes) {
    const { small } = this.arrays, count = small.length;
    const { sums, bytes } = this.start();
    for (let i = 0; i < bytes.length; i++) bytes[i] = sums[i] / 255;
    if (!strokes.size) return bytes;
    const means = this.means();
    for (let i = 0; i < count; i++) {
      const color = strokes.get(small[i]);
      for (let part = 0, at = i; color && part < 3; part++, at += count) {
        bytes[at] = sums[at] / 255 + color[part] - means[3 * small[i] + part];
      }
    }
    return bytes;
  }

  /** The same at the size of the view. */
  fine(strokes) {
    const bytes = this.small(strokes);
    if (!this.enlarge) return bytes;
    this.large ??= new Uint8ClampedArray(3 * this.words.length);
    this.enlarge(bytes, this.large, 3);
    return this.large;
  }

  /** How bright the painting is: a number for each pixel, and its mean over each region. */
  shade() {
    const { sums } = this.start(), { labels } = this.arrays, count = sums.length / 3, size = labels.length;
    const small = this.bright ??= new Float32Array(count), means = new Float64Array(this.regions);
    for (let i = 0, g = count, b = 2 * count; i < count; i++, g++, b++) {
      small[i] = (0.299 * byte(sums[i] / 255) + 0.587 * byte(sums[g] / 255) + 0.114 * byte(sums[b] / 255));
    }
    const light = this.enlarge ? this.lights ??= new Float32Array(size) : small;
    this.enlarge?.(small, light, 1);
    for (let i = 0; i < size; i++) means[labels[i]] += light[i];
    for (let region = 0; region < this.regions; region++) means[region] /= Math.max(1, this.area[region] * size);
    return [light, means];
  }

  /** A colour for each region, as much lighter and darker as `shade` tells, under the lines. */
  fill(colors, shade, faded, lines) {
    const { words, arrays: { labels } } = this, size = labels.length;
    const levels = Uint8ClampedArray.from(colors);
    if (shade) {
      const [light, means] = shade, [ground] = this.arrays.ground; // there, painting would look like smudges
      for (let i = 0; i < size; i++) {
        const region = labels[i], at = 3 * region, off = region === ground ? 256 : (256.5 + SHADE * (light[i] - means[region])) | 0;
        words[i] = OPAQUE | (faded[levels[at + 2] + off] << 16) | (faded[levels[at + 1] + off] << 8) | faded[levels[at] + off];
      }
    } else {
      const packed = Uint32Array.from({ length: this.regions }, (_, region) => {
        const [r, g, b] = [0, 1, 2].map((part) => faded[256 + levels[3 * region + part]]);
        return OPAQUE | (b << 16) | (g << 8) | r;
      });
      for (let i = 0; i < size; i++) words[i] = packed[labels[i]];
    }
    if (lines) this.draw();
  }

  /** Three planes, one pixel each, under the lines. */
  cover(fine, faded, lines) {
    const { words } = this, size = words.length;
    for (let i = 0, g = size, b = 2 * size; i < size; i++, g++, b++) {
      words[i] = OPAQUE | (faded[256 + fine[b]] << 16) | (faded[256 + fine[g]] << 8) | faded[256 + fine[i]];
    }
    if (lines) this.draw();
  }

  /** The drawing's lines multiplied over what is there. */
  draw() {
    const { words, ink, arrays } = this, size = words.length;
    if (ink) {
      for (let i = 0; i < size; i++) if (ink[i] !== 255) words[i] = multiplied(words[i], ink[i], ink[i], ink[i]);
    } else {
      for (let i = 0, at = 0; i < size; i++, at += 3) words[i] = multiplied(words[i], arrays.lines[at], arrays.lines[at + 1], arrays.lines[at + 2]);
    }
  }
}

/** One byte a pixel where all lines are grey, else null. */
function grey(lines) {
  const found = new Uint8Array(lines.length / 3);
  for (let i = 0, at = 0; i < found.length; i++, at += 3) {
    if (lines[at] !== lines[at + 1] || lines[at] !== lines[at + 2]) return null;
    found[i] = lines[at];
  }
  return found;
}

/** A packed colour times one or three bytes over 255, rounded. */
function multiplied(color, red, green, blue) {
  const r = (color & 255) * red + 128, g = ((color >>> 8) & 255) * green + 128, b = ((color >>> 16) & 255) * blue + 128;
  return OPAQUE | ((b + (b >>> 8)) >>> 8 << 16) | ((g + (g >>> 8)) >>> 8 << 8) | ((r + (r >>> 8)) >>> 8);
}
