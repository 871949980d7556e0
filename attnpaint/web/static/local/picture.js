/* Pictures as this browser decodes them: uint8 { data, height, width, channels }, RGB, or RGBA where not all is opaque. */

import { Problem } from "./problem.js";
import { exactly } from "./read_png.js";

const MOST = 100e6; // pixels

/** role: what to call it in a message. */
export async function decoded(blob, role) {
  if (!blob.size) throw new Problem(`${role} is empty; choose another file`);
  const bitmap = await createImageBitmap(blob).catch(() => null);
  if (!bitmap) throw new Problem(`${role} is no picture that this browser reads; save it as PNG, JPEG or WebP`);
  const { width, height } = bitmap;
  if (width * height > MOST) throw new Problem(`${role} has ${Math.round(width * height / 1e6)} megapixels, and ${MOST / 1e6} are taken at most; make it smaller`);
  const exact = await exactly(blob);
  if (exact && exact.width === width && exact.height === height) {
    bitmap.close();
    return withoutAlpha(exact.data, height, width);
  }
  const canvas = new OffscreenCanvas(width, height), context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return withoutAlpha(new Uint8Array(context.getImageData(0, 0, width, height).data.buffer), height, width);
}

/** RGBA; RGB where all of it is opaque. */
export function withoutAlpha(data, height, width) {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return { data, height, width, channels: 4 };
  const rgb = new Uint8Array(3 * height * width);
  for (let at = 0, to = 0; at < data.length; at += 4, to += 3) {
    rgb[to] = data[at];
    rgb[to + 1] = data[at + 1];
    rgb[to + 2] = data[at + 2];
  }
  return { data: rgb, height, width, channels: 3 };
}

/** RGB on a ground of white, 255, or black, 0. */
export function onGround(picture, ground = 255) {
  if (picture.channels === 3) return picture;
  const { data, height, width } = picture, found = new Uint8Array(3 * height * width);
  for (let at = 0, to = 0; at < data.length; at += 4) {
    const alpha = data[at + 3], rest = ground * (255 - alpha) + 127;
    for (let part = 0; part < 3; part++) found[to++] = Math.floor((data[at + part] * alpha + rest) / 255);
  }
  return { data: found, height, width, channels: 3 };
}

export function alphaOf({ data, height, width, channels }) {
  return channels === 3 ? null : { data: Uint8Array.from({ length: height * width }, (_, i) => data[4 * i + 3]), height, width, channels: 1 };
}

/** RGB on white with the paper, the brightness that nine tenths of each channel stay below, raised to white. */
export function whitePaper({ data, height, width }) {
  const down = 1 + Math.floor(height / 1000), across = 1 + Math.floor(width / 1000), counts = [0, 1, 2].map(() => new Float64Array(256));
  let total = 0;
  for (let y = 0; y < height; y += down) {
    for (let x = 0; x < width; x += across, total++) for (let part = 0; part < 3; part++) counts[part][data[3 * (y * width + x) + part]]++;
  }
  const levels = counts.map((count) => {
    const paper = Math.max(128, percentile(count, total) - 8);
    return Uint8Array.from({ length: 256 }, (_, level) => Math.min(255, level * 255 / paper));
  });
  return { data: data.map((level, at) => levels[at % 3][level]), height, width, channels: 3 };
}

function percentile(counts, total) {
  const place = 0.9 * (total - 1), before = Math.floor(place), rest = place - before;
  const at = (rank) => {
    let level = 0;
    for (let seen = counts[0]; seen <= rank; seen += counts[level]) level++;
    return level;
  };
  const low = at(before), high = at(Math.min(before + 1, total - 1));
  return rest < 0.5 ? low + (high - low) * rest : high - (high - low) * (1 - rest);
}
