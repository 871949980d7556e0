/* Layers as an OpenRaster file. */

import { zipped } from "../zip.js";
import { png } from "./png.js";
import { fitted } from "./resize.js";

const THUMBNAIL = 256, TYPE = "image/openraster";
const quoted = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
const visibility = ({ visible }) => `visibility="${visible ? "visible" : "hidden"}"`;

/** A Blob. stack: see layers.js; seen: what its visible layers look like together. */
export async function ora(stack, seen) {
  const { width, height } = seen, files = [], text = (string) => new Blob([string]);
  const listed = async (layers) => {
    const found = [];
    for (const one of layers) found.unshift(one.layers ? await group(one) : await layer(one)); // the file's list begins at the top
    return found.join("");
  };
  const group = async (one) => `<stack name="${quoted(one.name)}" ${visibility(one)} isolation="isolate" opacity="1" composite-op="svg:src-over">${await listed(one.layers)}</stack>`;
  const layer = async (one) => {
    const source = `data/layer${String(files.length).padStart(3, "0")}.png`;
    files.push([source, await png(one.draw())]);
    return `<layer src="${source}" x="0" y="0" opacity="1.0000" name="${quoted(one.name)}" ${visibility(one)} composite-op="svg:${one.multiply ? "multiply" : "src-over"}"/>`;
  };
  const layers = await listed(stack), small = fitted(seen, THUMBNAIL, false);
  const xml = `<?xml version='1.0' encoding='UTF-8'?>\n<image version="0.0.5" w="${width}" h="${height}"><stack>${layers}</stack></image>\n`;
  return zipped([["mimetype", text(TYPE)], ["stack.xml", text(xml)], ...files, ["mergedimage.png", await png(seen)], ["Thumbnails/thumbnail.png", await png(small)]], TYPE);
}
