/* A painting as a file to take away: a picture or layers at the drawing's own size, or its palette. */

import { apart, fromHex, toHex } from "../color.js";
import { Painter } from "../painter.js";
import { layered } from "./layers.js";
import { written } from "./palettes.js";
import { png } from "./png.js";
import { Problem } from "./problem.js";
import { nearest } from "./resize.js";

const LEAST = 2; // ΔE2000 from which on two colours are two

/** { blob, name } of what is wanted: { format, histogram, finish, strength, lines, strokes, cuts, fills }. */
export async function file(painting, wanted) {
  const { format } = wanted, palette = wanted.histogram ?? painting.palette;
  if (["json", "gpl"].includes(format)) return { blob: new Blob([written(palette, format, painting.name)]), name: `${painting.name}.palette.${format}` };
  const large = new Large(painting), look = lookOf(large, palette, wanted);
  if (format === "png") return { blob: await png(pictureOf(large, look)), name: `${painting.name}.colored.png` };
  if (format === "ora") return { blob: await layered(large, look, pictureOf), name: `${painting.name}.colored.ora` };
  throw new Problem(`this page writes no .${format} file; save an .ora or a .png, or use attnpaint on your computer`);
}

/** The painter at the drawing's own size; colours that no eye tells apart are one, as in the program's files. */
class Large extends Painter {
  constructor({ planes, labels, clean, alpha, palette, width, height }) {
    const whole = labels.height === height && labels.width === width ? labels.data : nearest(labels, height, width).data;
    const arrays = { ...planes.arrays, labels: whole, lines: clean.data };
    if (alpha) arrays.alpha = alpha.data;
    super({ view: [height, width], inner: planes.inner, arrays }, palette.colors.flat(), [width, height]);
  }

  flat(strokes) { return united(super.flat(strokes), this.area, strokes); }
}

function lookOf(large, palette, { finish = "flat", strength = 1, lines = true, strokes = {}, cuts = [], fills = [] }) {
  const given = new Map(Object.entries(strokes).map(([region, color]) => [Number(region), fromHex(color)]));
  large.use(cuts);
  for (const { at: [x, y], color } of fills) {
    const column = Math.min(large.width - 1, Math.max(0, Math.floor(x))), row = Math.min(large.height - 1, Math.max(0, Math.floor(y)));
    given.set(large.arrays.labels[row * large.width + column], fromHex(color));
  }
  return { colors: palette.colors.flat(), finish, strength, lines, strokes: given, divisions: cuts };
}

function pictureOf(large, look) {
  const { width, height, data } = large.paint(look), channels = large.arrays.alpha ? 4 : 3;
  return { data: channels === 4 ? data.slice() : data.filter((_, at) => at % 4 < 3), width, height, channels };
}

/** Each colour as itself or as one of larger area that it differs from by less than LEAST; strokes stay. */
function united(colors, area, strokes) {
  const found = new Map();
  for (let region = 0; region < area.length; region++) {
    const color = Array.from(colors.subarray(3 * region, 3 * region + 3), (part) => Math.min(255, Math.max(0, Math.round(part)))), key = toHex(color);
    const one = found.get(key) ?? found.set(key, { color, area: 0, firm: false, regions: [] }).get(key);
    one.area += area[region];
    one.firm ||= strokes.has(region);
    one.regions.push(region);
  }
  const kept = [], order = [...found.values()].sort((a, b) => b.firm - a.firm || b.area - a.area || (toHex(a.color) < toHex(b.color) ? -1 : 1));
  for (const one of order) {
    const like = one.firm ? null : kept.find(({ color }) => apart(color, one.color) < LEAST);
    if (!like) kept.push(one);
    for (const region of one.regions) colors.set((like ?? one).color, 3 * region);
  }
  return colors;
}
