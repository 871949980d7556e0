/* A painting as OpenRaster layers: the lines as transparent ink over the flat colours, as attnpaint.layered lays them. */

import { fromHex, nameOf, toHex, unpacked } from "../color.js";
import { zipped } from "../zip.js";
import { round } from "./filters.js";
import { png } from "./png.js";
import { fitted } from "./resize.js";

const THUMBNAIL = 256, TYPE = "image/openraster", NORMAL = { "composite-op": "svg:src-over" };
const quoted = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** large: see save.js; look: how it is seen; pictureOf(large, look): RGB or RGBA; a Blob. */
export async function layered(large, look, pictureOf) {
  const { width, height } = large, seen = pictureOf(large, look), files = [], layers = [], below = underLines(large.arrays);
  const add = async (picture, attributes) => {
    const source = `data/layer${String(files.length).padStart(3, "0")}.png`;
    files.push([source, await png(picture)]);
    return `<layer src="${source}" x="0" y="0" opacity="1.0000" ${Object.entries(attributes).map(([key, value]) => `${key}="${quoted(value)}"`).join(" ")}/>`;
  };
  const shown = (finish) => ({ visibility: look.finish === finish ? "visible" : "hidden" }), flats = [];
  for (const { color, picture } of flatLayers(large, look, below)) {
    flats.push(await add(picture, { name: `${nameOf(color)} ${toHex(color)}`, visibility: "visible", ...NORMAL }));
  }
  layers.push(`<stack name="flat" visibility="${shown("flat").visibility}" isolation="isolate" opacity="1" composite-op="svg:src-over">${flats.join("")}</stack>`);
  for (const finish of ["painted", "blend"]) {
    const picture = pictureOf(large, { ...look, finish, lines: false });
    if (below) below.forEach((alpha, i) => { picture.data[4 * i + 3] = alpha; });
    layers.push(await add(picture, { name: finish, ...shown(finish), ...NORMAL }));
  }
  layers.push(await add(...ink(large)));
  const stack = `<?xml version='1.0' encoding='UTF-8'?>\n<image version="0.0.5" w="${width}" h="${height}"><stack>${layers.reverse().join("")}</stack></image>\n`;
  const small = fitted(seen, THUMBNAIL, false), text = (string) => new Blob([string]);
  return zipped([["mimetype", text(TYPE)], ["stack.xml", text(stack)], ...files, ["mergedimage.png", await png(seen)], ["Thumbnails/thumbnail.png", await png(small)]], TYPE);
}

/** { color, picture }: RGBA, where each flat colour lies; the largest first in the stack's order, at the bottom. */
function* flatLayers(large, { strokes, strength }, below) {
  const { width, height, area, arrays: { labels } } = large, colors = large.flat(strokes), keys = [], sizes = new Map();
  for (let region = 0; region < area.length; region++) {
    const color = unpacked(colors[region]).map((part) => 255 - Math.round((255 - part) * strength));
    keys.push(toHex(color));
    if (area[region]) sizes.set(keys[region], (sizes.get(keys[region]) ?? 0) + area[region]);
  }
  for (const key of [...sizes.keys()].sort((a, b) => sizes.get(a) - sizes.get(b))) {
    const color = fromHex(key), data = new Uint8Array(4 * labels.length);
    for (let i = 0; i < labels.length; i++) if (keys[labels[i]] === key) data.set([...color, below ? below[i] : 255], 4 * i);
    yield { color, picture: { data, width, height, channels: 4 } };
  }
}

/** The lines, as opaque as they are dark, and how the layer is laid: laid on white they are the drawing. */
function ink({ width, height, arrays: { lines, alpha } }) {
  const data = new Uint8Array(4 * width * height);
  let colored = false;
  for (let i = 0; i < width * height; i++) {
    const rgb = lines.subarray(3 * i, 3 * i + 3), least = Math.min(...rgb);
    rgb.forEach((part, at) => { data[4 * i + at] = round(255 * (part - least) / Math.max(255 - least, 1)); });
    data[4 * i + 3] = inkAlpha(255 - least, alpha?.[i]);
    colored ||= Math.max(...rgb) - least > 1;
  }
  return [{ data, width, height, channels: 4 }, { name: "lines", visibility: "visible", "composite-op": colored ? "svg:multiply" : "svg:src-over" }];
}

const inkAlpha = (darkness, alpha = 255) => (alpha === 255 ? darkness : Math.floor((darkness * alpha + 127) / 255));

/** The alpha of what lies under the ink, so that both together have the drawing's; null where that is opaque. */
function underLines({ lines, alpha }) {
  return alpha ? alpha.map((whole, i) => {
    const least = Math.min(lines[3 * i], lines[3 * i + 1], lines[3 * i + 2]), over = inkAlpha(255 - least, whole);
    return whole === 255 ? 255 : round(255 * (whole - over) / Math.max(255 - over, 1));
  }) : null;
}
