/* The picture in any colours, computed here from the planes that the program sent once (see `planes` in api.js).
   Only what has changed since the last time is computed anew. */

import { both, boxOf, isNone, measured, NOWHERE, wider } from "./areas.js";
import { packed, underLines, united } from "./color.js";
import { divided } from "./divide.js";
import { Enlarger } from "./enlarge.js";

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
    this.keys = new WeakMap();
    this.points = Boolean(arrays.shares && colors);
    this.base = eighteen(colors ?? Array(ENTRIES).fill([0, 0, 0]));
    this.colors = this.base.slice();
    this.turns = 0; // how often the colours have changed
    this.picture = new ImageData(this.width, this.height);
    this.words = new Uint32Array(this.picture.data.buffer);
    this.ink = grey(arrays.lines);
    this.fresh(); // nothing is painted yet
    this.use([]);
  }

  get arrays() { return this.set.arrays; }
  get regions() { return this.set.regions; }
  /** The share of the view that each region has. */
  get area() { return this.set.area ??= this.set.counts.map((count) => count / this.words.length); }
  get everywhere() { return [0, 0, this.width, this.height]; }

  /** Regions as they are after these divisions; see divide.js. */
  use(divisions) {
    if (divisions !== this.divisions) Object.assign(this, { divisions, set: this.divide(divisions) });
    return this;
  }

  /** { arrays, regions, boxes, counts }, and what is computed of them later; box: where it differs from `from`. */
  divide(divisions) {
    const key = this.keys.get(divisions) ?? JSON.stringify(divisions), known = this.sets.get(key);
    this.keys.set(divisions, key);
    if (known) return known;
    const { whole } = this, first = () => ({ arrays: whole, regions: whole.regions, ...measured(whole.labels, this.width, whole.regions) });
    const made = divisions.length ? divided(this, this.divide(divisions.slice(0, -1)), divisions.at(-1)) : first();
    if (this.sets.size > SETS) {
      const [, [old, lost]] = this.sets;
      this.sets.delete(old);
      for (const set of this.sets.values()) if (set.from === lost) set.from = null;
    }
    this.sets.set(key, made);
    return made;
  }

  /** Nothing of the picture is used again: all of it is painted the next time. */
  fresh() {
    this.last = { mode: "", values: new Int32Array(0), set: null, turns: -1 };
    this.changed = NOWHERE;
  }

  /** An ImageData, of the view's size, that the next call changes. `changed` is the box of all that has been
      painted since `taken` was called.
      look: { colors: 16 of [r, g, b], finish, strength, lines, strokes: Map of region → [r, g, b], divisions } */
  paint({ colors, finish, strength, lines, strokes, divisions }) {
    this.use(divisions);
    this.turn(eighteen(colors));
    const { last, set, turns } = this, mode = `${finish} ${strength} ${lines}`, painted = finish === "painted";
    const values = painted ? this.shifted(strokes) : this.flat(strokes);
    const again = mode !== last.mode || (turns !== last.turns && finish !== "flat");
    const before = this.shaded, shade = finish === "blend" ? this.shade() : null;
    const box = again ? this.everywhere : this.different(values, before, shade);
    this.last = { mode, values, set, turns };
    if (isNone(box)) return this.picture;
    const faded = Uint8Array.from({ length: 768 }, (_, level) => 255 - Math.round((255 - byte(level - 256)) * strength));
    const all = painted ? this.cover(strokes, values, faded, lines, box) : this.fill(values, shade, faded, lines, box);
    if (this.arrays.alpha) this.clear(all);
    this.changed = both(this.changed, all);
    return this.picture;
  }

  /** The box of what has changed, once. */
  taken() {
    const { changed } = this;
    this.changed = NOWHERE;
    return changed;
  }

  /** Where regions have other values than in the last picture or another shade, or are others. */
  different(values, before, shade) {
    const { last, set } = this, either = last.set.regions < set.regions ? last.set : set, { boxes } = set;
    let box = wider(this.between(last.set) ?? this.everywhere, shade ? this.reach : 0, this.width, this.height);
    for (let region = 0; region < either.regions; region++) {
      if (values[region] !== last.values[region] || (shade && shade.means[region] !== before.means[region])) box = both(box, boxOf(boxes, region));
    }
    return box;
  }

  /** The box where the regions are others than those of another set; null where that is not known. */
  between(other) {
    const { set } = this;
    return other === set ? NOWHERE : other && set.from === other ? set.box : other?.from === set ? other.box : null;
  }

  /** How far a pixel of the small picture shows in the view. */
  get reach() { return Math.ceil(Math.max(this.width / this.inner[1], this.height / this.inner[0])) + 1; }

  /** The sums of share · colour follow the colours that changed; whole numbers, so that nothing drifts. */
  turn(colors) {
    if (colors.every((level, i) => level === this.colors[i])) return;
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
    this.turns++;
  }

  /** Each region's colour as 0xrrggbb: what it takes of the palette, or the painting's mean; strokes win. Colours
      that no eye tells apart are one. */
  flat(strokes) {
    const { taken } = this.arrays, { regions, set } = this, found = new Int32Array(regions), firm = new Uint8Array(regions);
    const colors = this.seen();
    let means = null;
    for (let region = 1; region < regions; region++) {
      let sum = 0, red = 0, green = 0, blue = 0;
      const stroke = strokes.get(region);
      for (let kind = 0; taken && !stroke && kind < KINDS; kind++) {
        const part = taken[region * KINDS + kind];
        if (!part) continue;
        sum += part;
        red += part * colors[3 * kind];
        green += part * colors[3 * kind + 1];
        blue += part * colors[3 * kind + 2];
      }
      if (!stroke && !sum) {
        means ??= this.means();
        [red, green, blue] = means.subarray(3 * region, 3 * region + 3);
      }
      found[region] = stroke ? packed(stroke) : packed([red, green, blue].map((level) => Math.round(byte(level))));
      firm[region] = stroke ? 1 : 0;
    }
    return united(found, set.counts, firm);
  }

  /** The colours as regions have them: on those of the reference lines are seen, and changed ones are as they are. */
  seen() {
    return Array.from({ length: KINDS }, (_, kind) => {
      const color = this.colors.subarray(3 * kind, 3 * kind + 3);
      return color.every((level, i) => level === this.base[3 * kind + i]) ? underLines(color) : color;
    }).flatMap((color) => [...color]);
  }

  /** Each region's colour of a stroke as 0xrrggbb, or -1; of what is surely ground its flat colour. */
  shifted(strokes) {
    const grounds = this.grounds(), flat = grounds.some(Boolean) ? this.flat(strokes) : null;
    return Int32Array.from(grounds, (sure, region) => (sure ? flat[region] : strokes.has(region) ? packed(strokes.get(region)) : -1));
  }

  /** For each region whether it is ground, 1, and where `all` is false surely; what was cut off one is, too. */
  grounds(all = false) {
    const { set, whole: { ground, grounds = [], regions }, arrays: { cutFrom = [] } } = this, found = new Uint8Array(this.regions), name = all ? "everyGround" : "sureGround";
    if (set[name]) return set[name];
    for (const region of all ? [...ground, ...grounds] : grounds) if (region) found[region] = 1;
    for (let region = regions; region < found.length; region++) found[region] = found[cutFrom[region - regions]];
    return (set[name] = found);
  }

  /** The mean paint of each region: as it was sent, moved with the colours that the region's pixels show; of what
      was cut off a region as of all of it. */
  means() {
    const { arrays: { mean, cutFrom = [] }, whole: { regions } } = this, means = mean.slice();
    const moved = Array.from(this.colors, (color, i) => color - this.base[i]);
    if (!this.points || moved.every((by) => by === 0)) return means;
    const shown = this.shown ??= this.meanShares();
    for (let region = 0; region < this.regions; region++) {
      let of = region;
      while (of >= regions) of = cutFrom[of - regions];
      for (let i = 0; i < 3 * KINDS; i++) means[3 * region + i % 3] += shown[of * KINDS + Math.floor(i / 3)] * moved[i];
    }
    return means;
  }

  meanShares() {
    const { small, shares, regions } = this.whole, count = small.length;
    const found = new Float32Array(regions * KINDS), votes = new Float32Array(regions);
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

  /** The place in the view of a pixel of the small picture, and the other way round, of boxes too. */
  viewed(i) {
    const [rows, columns] = this.inner;
    const y = Math.floor((Math.floor(i / columns) + 0.5) * this.height / rows);
    return y * this.width + Math.floor((i % columns + 0.5) * this.width / columns);
  }

  inside(x, y) {
    const [rows, columns] = this.inner;
    return Math.floor((y + 0.5) * rows / this.height) * columns + Math.floor((x + 0.5) * columns / this.width);
  }

  inwards([left, top, right, bottom]) {
    const [rows, columns] = this.inner, across = columns / this.width, down = rows / this.height;
    const box = [Math.floor(left * across), Math.floor(top * down), Math.ceil(right * across), Math.ceil(bottom * down)];
    return wider(box, 1, columns, rows);
  }

  /** Before the network's own picture is shown: its sums, once, and how it is enlarged. */
  start() {
    const { arrays: { shading, small, labels }, set, colors: now, turns, width, height } = this;
    if (this.edged !== set && (this.inner[0] !== height || this.inner[1] !== width)) {
      const near = this.between(this.edged), [, top, , bottom] = near ? wider(near, this.reach, width, height) : this.everywhere;
      (this.enlarge ??= new Enlarger(this.inner, [height, width])).find(small, labels, top, bottom);
      this.edged = set;
    }
    if (this.sums) return this;
    this.sums = new Int32Array(shading.length);
    for (let i = 0; i < shading.length; i++) this.sums[i] = 255 * shading[i];
    this.colors = new Int32Array(3 * KINDS);
    if (this.points) this.turn(now);
    Object.assign(this, { colors: now, turns });
    this.bytes = new Uint8ClampedArray(shading.length);
    return this;
  }

  /** The network's own small picture in the present colours: three planes of bytes, within a box of it. */
  small(strokes, [left, top, right, bottom]) {
    const { small } = this.arrays, [rows, columns] = this.inner, count = rows * columns;
    const { sums, bytes } = this, means = strokes.size ? this.means() : null, shift = new Float32Array(3 * this.regions);
    const grounds = this.grounds(); // these show their flat colour
    for (const [region, color] of strokes) for (let part = 0; part < 3 && !grounds[region]; part++) shift[3 * region + part] = color[part] - means[3 * region + part];
    for (let part = 0; part < 3; part++) {
      for (let y = top; y < bottom; y++) {
        for (let x = left, i = y * columns + left, at = part * count + i; x < right; x++, i++, at++) {
          bytes[at] = sums[at] / 255 + shift[3 * small[i] + part];
        }
      }
    }
    return bytes;
  }

  /** How bright the painting is: a number for each pixel, and its mean over each region. */
  shade() {
    const { set, turns, width, words: { length: size } } = this, { shaded, enlarge } = this.start(), again = shaded?.turns !== turns;
    if (!again && shaded.set === set) return shaded;
    const near = again ? null : this.between(shaded.set), box = near && enlarge ? wider(near, this.reach, width, this.height) : near ?? this.everywhere;
    const small = this.bright ??= new Float32Array(this.sums.length / 3), light = enlarge ? this.lights ??= new Float32Array(size) : small;
    const sums = new Float64Array(this.regions), means = new Float64Array(this.regions), [left, top, right, bottom] = box;
    const add = ({ arrays: { labels } }, sign) => {
      for (let y = top; y < bottom; y++) for (let i = y * width + left, end = y * width + right; i < end; i++) sums[labels[i]] += sign * light[i];
    };
    if (again) this.brightness(small);
    if (near) {
      sums.set(shaded.sums.subarray(0, this.regions));
      add(shaded.set, -1);
    }
    enlarge?.plane(small, light, box);
    add(set, 1);
    for (let region = 0; region < this.regions; region++) means[region] = sums[region] / Math.max(1, set.counts[region]);
    return (this.shaded = { light, means, sums, set, turns });
  }

  brightness(small) {
    const { sums } = this, count = small.length;
    for (let i = 0, g = count, b = 2 * count; i < count; i++, g++, b++) {
      small[i] = 0.299 * byte(sums[i] / 255) + 0.587 * byte(sums[g] / 255) + 0.114 * byte(sums[b] / 255);
    }
  }

  /** A colour for each region, as much lighter and darker as `shade` tells, under the lines, in a box; which. */
  fill(colors, shade, faded, lines, box) {
    const { words, width, arrays: { labels } } = this, grounds = this.grounds(true), [left, top, right, bottom] = box;
    const [reds, greens, blues] = [16, 8, 0].map((by) => Int32Array.from(colors, (color) => 256 + ((color >> by) & 255)));
    const whole = Int32Array.from(colors, (_, region) => OPAQUE | (faded[blues[region]] << 16) | (faded[greens[region]] << 8) | faded[reds[region]]);
    for (let y = top; y < bottom; y++) {
      const end = y * width + right;
      if (!shade) for (let i = y * width + left; i < end; i++) words[i] = whole[labels[i]];
      else for (let i = y * width + left; i < end; i++) {
        const region = labels[i];
        if (grounds[region]) { words[i] = whole[region]; continue; } // there, painting would look like smudges
        const off = Math.floor(0.5 + SHADE * (shade.light[i] - shade.means[region]));
        words[i] = OPAQUE | (faded[blues[region] + off] << 16) | (faded[greens[region] + off] << 8) | faded[reds[region] + off];
      }
    }
    if (lines) this.draw(box);
    return box;
  }

  /** The network's own picture under the lines, in a box and what is mixed with it; which. colors: see `shifted`. */
  cover(strokes, colors, faded, lines, box) {
    const { words, width, inner: [rows, columns], enlarge, arrays: { labels } } = this.start(), count = rows * columns, grounds = this.grounds();
    const [left, top, right, bottom] = wider(box, this.reach, width, this.height), bytes = this.small(strokes, this.inwards([left, top, right, bottom]));
    const put = (i, red, green, blue) => { words[i] = OPAQUE | (faded[256 + blue] << 16) | (faded[256 + green] << 8) | faded[256 + red]; };
    for (let y = top; y < bottom; y++) {
      if (!enlarge) {
        for (let i = y * width + left, end = y * width + right; i < end; i++) put(i, bytes[i], bytes[i + count], bytes[i + 2 * count]);
        continue;
      }
      const [red, green, blue] = [0, 1, 2].map((part) => enlarge.line(part, bytes, part * count, y)), { left: places, across } = enlarge;
      for (let x = left, i = y * width + left; x < right; x++, i++) {
        const l = places[x], part = across[x];
        put(i, (red[l] + (red[l + 1] - red[l]) * part + 0.5) | 0, (green[l] + (green[l + 1] - green[l]) * part + 0.5) | 0, (blue[l] + (blue[l + 1] - blue[l]) * part + 0.5) | 0);
      }
      const edges = enlarge.edges[y], { place } = edges, mixed = (part, e) => (enlarge.mixed(edges, bytes, part * count, e) + 0.5) | 0;
      for (let e = 0; e < place.length; e++) {
        if (place[e] >= left && place[e] < right) put(y * width + place[e], mixed(0, e), mixed(1, e), mixed(2, e));
      }
    }
    for (let y = top; grounds.some(Boolean) && y < bottom; y++) {
      for (let i = y * width + left, end = y * width + right; i < end; i++) {
        const color = colors[labels[i]];
        if (grounds[labels[i]]) put(i, color >> 16, (color >> 8) & 255, color & 255);
      }
    }
    if (lines) this.draw([left, top, right, bottom]);
    return [left, top, right, bottom];
  }

  /** The drawing's lines multiplied over what is there. */
  draw([left, top, right, bottom]) {
    const { words, width, ink, arrays: { lines } } = this;
    for (let y = top; y < bottom; y++) {
      const end = y * width + right;
      if (ink) {
        for (let i = y * width + left; i < end; i++) if (ink[i] !== 255) words[i] = multiplied(words[i], ink[i], ink[i], ink[i]);
      } else {
        for (let i = y * width + left, at = 3 * i; i < end; i++, at += 3) words[i] = multiplied(words[i], lines[at], lines[at + 1], lines[at + 2]);
      }
    }
  }

  /** A transparent drawing stays transparent. */
  clear([left, top, right, bottom]) {
    const { width, picture: { data }, arrays: { alpha } } = this;
    for (let y = top; y < bottom; y++) for (let i = y * width + left, end = y * width + right; i < end; i++) data[4 * i + 3] = alpha[i];
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
