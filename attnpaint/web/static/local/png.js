/* Pictures { data, height, width, channels } as PNG files, RGB or RGBA, without what a canvas does to transparent pixels. */

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let sum = n;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
  return sum;
});

/** A Blob. */
export async function png({ data, height, width, channels }) {
  const head = new DataView(new ArrayBuffer(13));
  head.setUint32(0, width);
  head.setUint32(4, height);
  head.setUint8(8, 8);
  head.setUint8(9, channels === 4 ? 6 : 2);
  const packed = await deflated(filtered(data, height, width * channels));
  const mark = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
  return new Blob([mark, ...chunk("IHDR", new Uint8Array(head.buffer)), ...chunk("IDAT", packed), ...chunk("IEND", new Uint8Array(0))], { type: "image/png" });
}

/** Each row less the one above it. */
function filtered(data, height, wide) {
  const rows = new Uint8Array(height * (wide + 1));
  for (let y = 0; y < height; y++) {
    const to = y * (wide + 1), from = y * wide;
    rows[to] = y ? 2 : 0;
    for (let x = 0; x < wide; x++) rows[to + 1 + x] = y ? data[from + x] - data[from + x - wide] : data[from + x];
  }
  return rows;
}

async function deflated(bytes) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer());
}

function chunk(name, bytes) {
  const letters = new TextEncoder().encode(name), view = new DataView(new ArrayBuffer(4)), end = new DataView(new ArrayBuffer(4));
  let sum = ~0;
  for (const part of [letters, bytes]) for (let i = 0; i < part.length; i++) sum = table[(sum ^ part[i]) & 255] ^ (sum >>> 8);
  view.setUint32(0, bytes.length);
  end.setUint32(0, ~sum >>> 0);
  return [view.buffer, letters, bytes, end.buffer];
}
