/* A painting as a file to take away: a picture or layers at the drawing's own size, or its palette. */

import { fromHex } from "../color.js";
import { Painter } from "../painter.js";
import { layered } from "./layers.js";
import { written } from "./palettes.js";
import { png } from "./png.js";
import { Problem } from "./problem.js";
import { nearest } from "./resize.js";

/** { blob, name } of what is wanted: { format, histogram, finish, strength, lines, strokes, cuts, fills }. */
export async function file(painting, wanted) {
  const { format } = wanted, palette = wanted.histogram ?? painting.palette;
  if (["json", "gpl"].includes(format)) return { blob: new Blob([written(palette, format, painting.name)]), name: `${painting.name}.palette.${format}` };
  const large = painterOf(painting), look = lookOf(large, palette, wanted);
  if (format === "png") return { blob: await png(pictureOf(large, look)), name: `${painting.name}.colored.png` };
  if (format === "ora") return { blob: await layered(large, look, pictureOf), name: `${painting.name}.colored.ora` };
  throw new Problem(`this page writes no .${format} file; save an .ora or a .png, or use attnpaint on your computer`);
}

/** The painter at the drawing's own size. */
function painterOf({ planes, labels, clean, alpha, palette, width, height }) {
  const whole = labels.height === height && labels.width === width ? labels.data : nearest(labels, height, width).data;
  const arrays = { ...planes.arrays, labels: whole, lines: clean.data };
  if (alpha) arrays.alpha = alpha.data;
  return new Painter({ view: [height, width], inner: planes.inner, arrays }, palette.colors.flat(), [width, height]);
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
