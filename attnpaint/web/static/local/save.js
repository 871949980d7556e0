/* A painting as a file to take away: a picture or layers at the drawing's own size, or its palette. */

import { fromHex } from "../color.js";
import { Painter } from "../painter.js";
import { toGrey } from "./filters.js";
import { enlargedLabels } from "./labels.js";
import { stackOf } from "./layers.js";
import { ora } from "./ora.js";
import { WRITTEN, written } from "./palettes.js";
import { png } from "./png.js";
import { Problem } from "./problem.js";
import { psd } from "./psd.js";

/** { blob, name } of what is wanted: { format, histogram, finish, strength, lines, strokes, cuts, fills }. */
export async function file(painting, wanted) {
  const { format } = wanted, palette = wanted.histogram ?? painting.palette;
  if (WRITTEN.includes(format)) return { blob: new Blob([written(palette, format, painting.name)]), name: `${painting.name}.palette.${format}` };
  const large = painterOf(painting), look = lookOf(large, palette, wanted);
  const make = { png, webp, ora: (seen) => ora(stackOf(large, look, pictureOf), seen), psd: (seen) => psd(stackOf(large, look, pictureOf), seen) }[format];
  if (!make) throw new Problem(`this page writes no .${format} file; save an .ora or a .png, or use attnpaint on your computer`);
  return { blob: await make(pictureOf(large, look)), name: `${painting.name}.colored.${format}` };
}

/** The painter at the drawing's own size. */
function painterOf({ planes, labels, clean, alpha, palette, width, height }) {
  const whole = labels.height === height && labels.width === width ? labels.data : enlargedLabels(labels, toGrey(clean.data, height, width));
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

/** As this browser encodes it; where it encodes none, or not so large a picture, that is told. */
async function webp({ data, width, height, channels }) {
  const canvas = new OffscreenCanvas(width, height), image = new ImageData(width, height);
  if (channels === 4) image.data.set(data);
  else for (let at = 0, to = 0; at < data.length; at += 3, to += 4) { image.data.set(data.subarray(at, at + 3), to); image.data[to + 3] = 255; }
  canvas.getContext("2d").putImageData(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/webp", quality: 1 }).catch(() => null);
  if (blob?.type !== "image/webp") throw new Problem("this browser writes no WebP file of this picture; save a .png file");
  return blob;
}
