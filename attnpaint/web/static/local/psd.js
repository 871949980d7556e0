/* Layers as a Photoshop file: 8 bits, RGB, rows packed (Adobe, Photoshop File Formats Specification). */

import { onGround } from "./picture.js";
import { Problem } from "./problem.js";

const LONGEST = 30000, LARGEST = 2 ** 31 - 1; // px of a side; bytes of all layers
const PACKED = 1, HIDDEN = 2, OPEN = 1, END = 3; // of a channel; of a layer; a group's record and where it ends

const numbers = (size) => (...values) => {
  const view = new DataView(new ArrayBuffer(size * values.length));
  values.forEach((value, i) => view[`setInt${8 * size}`](i * size, value)); // high byte first
  return new Uint8Array(view.buffer);
};
const [u8, u16, u32] = [1, 2, 4].map(numbers), letters = (text) => new TextEncoder().encode(text);
const sizeOf = (parts) => parts.reduce((sum, part) => sum + part.length, 0);

/** A Blob. stack: see layers.js; seen: what its visible layers look like together, RGB or RGBA. */
export function psd(stack, seen) {
  const { width, height, channels } = seen, records = [], planes = [];
  let count = 0;
  if (Math.max(width, height) > LONGEST) throw new Problem(`a .psd file ends at ${LONGEST} pixels; save an .ora file`);
  const add = (layer, box, found, divider = 0) => {
    records.push(...record(layer, box, found.map(sizeOf), divider));
    count++;
    planes.push(...found.flat());
  };
  const mark = (layer, divider) => add(layer, { top: 0, left: 0, bottom: 0, right: 0 }, Array.from({ length: 4 }, () => [u16(0)]), divider);
  const lay = (layers) => {
    for (const layer of layers) {
      if (layer.layers) {
        mark({ ...layer, name: "</Layer group>" }, END);
        lay(layer.layers);
        mark(layer, OPEN);
        continue;
      }
      const picture = layer.draw(), box = boxOf(picture);
      add(layer, box, [3, 0, 1, 2].map((channel) => [u16(PACKED), ...packed(picture, box, [channel])]));
    }
  };
  lay(stack);
  // a negative number: the fourth channel of the whole is its transparency
  const body = [u16(channels === 4 ? -count : count), ...records, ...planes], rest = -sizeOf(body) & 3, inner = sizeOf(body) + rest;
  if (inner > LARGEST) throw new Problem("the layers are too large for a .psd file, which ends at 2 GB; save an .ora file");
  const plain = onGround(seen), whole = { top: 0, left: 0, bottom: height, right: width };
  const merged = channels === 4 ? { ...seen, data: seen.data.map((level, at) => (at % 4 === 3 ? level : plain.data[3 * (at >> 2) + at % 4])) } : seen;
  return new Blob([
    letters("8BPS"), u16(1, 0, 0, 0, channels), u32(height, width), u16(8, 3), u32(0, 0),
    u32(inner + 8, inner), ...body, new Uint8Array(rest), u32(0), u16(PACKED), ...packed(merged, whole, [...Array(channels).keys()]),
  ], { type: "image/vnd.adobe.photoshop" });
}

function record({ name, visible, multiply }, { top, left, bottom, right }, lengths, divider) {
  const mode = letters(multiply ? "mul " : "norm"), ascii = letters(name.replace(/[^ -~]/g, "?").slice(0, 255));
  const unicode = [u32(name.length), u16(...Array.from({ length: name.length }, (_, i) => name.charCodeAt(i)))];
  const block = (key, parts) => { const size = sizeOf(parts), rest = -size & 3; return [letters(`8BIM${key}`), u32(size + rest), ...parts, new Uint8Array(rest)]; };
  const extra = [
    u32(0, 0), u8(ascii.length), ascii, new Uint8Array(-(ascii.length + 1) & 3), ...block("luni", unicode),
    ...(divider ? block("lsct", [u32(divider), letters("8BIM"), mode]) : []),
  ];
  const ids = lengths.flatMap((length, i) => [u16(i - 1), u32(length)]);
  return [joined([u32(top, left, bottom, right), u16(4), ...ids, letters("8BIM"), mode, u8(255, 0, visible ? 0 : HIDDEN, 0), u32(sizeOf(extra))]), joined(extra)];
}

function joined(parts) {
  const found = new Uint8Array(sizeOf(parts));
  let at = 0;
  for (const part of parts) { found.set(part, at); at += part.length; }
  return found;
}

/** What of a picture is not empty; one pixel where all of it is. */
function boxOf({ data, width, height, channels }) {
  if (channels === 3) return { top: 0, left: 0, bottom: height, right: width };
  let [top, left, bottom, right] = [height, width, 0, 0];
  for (let y = 0, at = 3; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      if (!data[at]) continue;
      top = Math.min(top, y);
      bottom = y + 1;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
    }
  }
  return bottom ? { top, left, bottom, right } : { top: 0, left: 0, bottom: 1, right: 1 };
}

/** The lengths of all packed rows of some channels, then the rows. */
function packed({ data, width, channels }, { top, left, bottom, right }, wanted) {
  const rows = (bottom - top) * wanted.length, lengths = new DataView(new ArrayBuffer(2 * rows)), long = right - left, row = new Uint8Array(long);
  let found = new Uint8Array(1 << 16), at = 0, number = 0;
  for (const channel of wanted) {
    for (let y = top; y < bottom; y++) {
      for (let x = 0, from = (y * width + left) * channels + channel; x < long; x++, from += channels) row[x] = channel < channels ? data[from] : 255;
      if (at + 2 * long + 2 > found.length) { const more = new Uint8Array(2 * found.length + 2 * long); more.set(found); found = more; }
      const end = packedRow(row, found, at);
      lengths.setUint16(2 * number++, end - at);
      at = end;
    }
  }
  return [new Uint8Array(lengths.buffer), found.subarray(0, at)];
}

/** PackBits: runs of three and more as a count and a byte, the rest as it is. Where it ends. */
function packedRow(row, found, at) {
  for (let x = 0; x < row.length;) {
    let run = 1;
    while (run < 128 && x + run < row.length && row[x + run] === row[x]) run++;
    if (run > 2) {
      found[at++] = 257 - run;
      found[at++] = row[x];
      x += run;
      continue;
    }
    const start = x;
    while (x < row.length && x - start < 128 && !(x + 2 < row.length && row[x] === row[x + 1] && row[x] === row[x + 2])) x++;
    found[at++] = x - start - 1;
    found.set(row.subarray(start, x), at);
    at += x - start;
  }
  return at;
}
