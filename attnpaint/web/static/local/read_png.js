/* PNG files with transparency, read exactly: a canvas would round the colours of what is partly transparent. */

const MARK = [137, 80, 78, 71, 13, 10, 26, 10], CHANNELS = { 3: 1, 4: 2, 6: 4 };
const OTHERS = ["iCCP", "eXIf", "gAMA", "cHRM"]; // what the browser itself has to heed

/** { data: RGBA, height, width }; null for what is left to the browser: other files, depths and colours. */
export async function exactly(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  if (!MARK.every((byte, i) => bytes[i] === byte)) return null;
  const chunks = chunksOf(bytes), head = chunks?.get("IHDR")?.[0], packed = chunks?.get("IDAT");
  if (!head || head.length !== 13 || !packed || OTHERS.some((name) => chunks.has(name) && !(name !== "iCCP" && name !== "eXIf" && chunks.has("sRGB")))) return null;
  const view = new DataView(head.buffer, head.byteOffset), [width, height] = [view.getUint32(0), view.getUint32(4)], kind = head[9], channels = CHANNELS[kind];
  if (head[8] !== 8 || head[12] || !channels || !width || !height || width * height > 1e8 || (kind === 3 && !(chunks.has("tRNS") && chunks.has("PLTE")))) return null;
  try {
    const stream = new Blob(packed).stream().pipeThrough(new DecompressionStream("deflate")), rows = new Uint8Array(await new Response(stream).arrayBuffer());
    if (rows.length !== height * (width * channels + 1)) return null;
    return { data: colored(unfiltered(rows, height, width * channels, channels), kind, chunks), height, width };
  } catch { return null; } // damaged: the browser says what it makes of it
}

/** Name → the contents of all chunks of that name; null where the file is cut short. */
function chunksOf(bytes) {
  const view = new DataView(bytes.buffer), found = new Map();
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at), name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) return null;
    if (!found.has(name)) found.set(name, []);
    found.get(name).push(bytes.subarray(at + 8, at + 8 + length));
    if (name === "IEND") return found;
    at += 12 + length;
  }
  return null;
}

/** The pixels of rows that are told by what they differ from: left, above, or both (PNG specification, filters). */
function unfiltered(rows, height, wide, step) {
  const found = new Uint8Array(height * wide);
  for (let y = 0; y < height; y++) {
    const kind = rows[y * (wide + 1)], to = y * wide, from = to + y + 1;
    for (let x = 0; x < wide; x++) {
      const left = x >= step ? found[to + x - step] : 0, above = y ? found[to + x - wide] : 0, corner = x >= step && y ? found[to + x - wide - step] : 0;
      const guess = kind === 0 ? 0 : kind === 1 ? left : kind === 2 ? above : kind === 3 ? (left + above) >> 1 : paeth(left, above, corner);
      found[to + x] = rows[from + x] + guess;
    }
  }
  return found;
}

function paeth(left, above, corner) {
  const toLeft = Math.abs(above - corner), toAbove = Math.abs(left - corner), toCorner = Math.abs(left + above - 2 * corner);
  return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
}

/** RGBA of RGBA, of grey with alpha, or of numbers in a palette. */
function colored(pixels, kind, chunks) {
  if (kind === 6) return pixels;
  const count = kind === 4 ? pixels.length / 2 : pixels.length, found = new Uint8Array(4 * count), [palette] = chunks.get("PLTE") ?? [], [clear] = chunks.get("tRNS") ?? [];
  for (let i = 0; i < count; i++) {
    if (kind === 4) found.set([pixels[2 * i], pixels[2 * i], pixels[2 * i], pixels[2 * i + 1]], 4 * i);
    else for (let part = 0; part < 4; part++) found[4 * i + part] = part < 3 ? palette[3 * pixels[i] + part] : clear[pixels[i]] ?? 255;
  }
  return found;
}
