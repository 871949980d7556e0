/* Zip files, as much of them as projects need: written without compression, read with and without. */

const HEAD = 0x04034b50, ENTRY = 0x02014b50, END = 0x06054b50;
const MOST = { members: 64, bytes: 400e6 };
const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let sum = n;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
  return sum;
});
const sums = new WeakMap(); // Blob → its sum, which is computed once

function sumOf(bytes) {
  let sum = ~0;
  for (let i = 0; i < bytes.length; i++) sum = table[(sum ^ bytes[i]) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}

async function checksum(blob) {
  if (!sums.has(blob)) sums.set(blob, sumOf(new Uint8Array(await blob.arrayBuffer())));
  return sums.get(blob);
}

/** members: [name in ASCII, Blob] each, in this order → a Blob. */
export async function zipped(members, type) {
  const parts = [], entries = [];
  let at = 0;
  for (const [name, blob] of members) {
    const sum = await checksum(blob), letters = new TextEncoder().encode(name);
    const head = new DataView(new ArrayBuffer(30)), entry = new DataView(new ArrayBuffer(46));
    head.setUint32(0, HEAD, true);
    entry.setUint32(0, ENTRY, true);
    entry.setUint16(4, 20, true);
    for (const [view, start] of [[head, 4], [entry, 6]]) {
      view.setUint16(start, 20, true); // version, flags, method, then the time: 1980-01-01
      view.setUint16(start + 8, 33, true);
      view.setUint32(start + 10, sum, true);
      view.setUint32(start + 14, blob.size, true);
      view.setUint32(start + 18, blob.size, true);
      view.setUint16(start + 22, letters.length, true);
    }
    entry.setUint32(42, at, true);
    parts.push(head.buffer, letters, blob);
    entries.push(entry.buffer, letters);
    at += 30 + letters.length + blob.size;
  }
  const end = new DataView(new ArrayBuffer(22)), length = entries.reduce((sum, part) => sum + part.byteLength, 0);
  end.setUint32(0, END, true);
  for (const start of [8, 10]) end.setUint16(start, members.length, true);
  end.setUint32(12, length, true);
  end.setUint32(16, at, true);
  return new Blob([...parts, ...entries, end.buffer], { type });
}

/** Map of name → a function that gives the member's Blob. Error: not a zip file, damaged, or too large. */
export async function members(blob) {
  const tail = new DataView(await blob.slice(Math.max(0, blob.size - 65557)).arrayBuffer());
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== END) end--;
  if (end < 0) throw new Error("no zip file");
  const count = tail.getUint16(end + 10, true), start = tail.getUint32(end + 16, true);
  if (count > MOST.members) throw new Error("too many members");
  const view = new DataView(await blob.slice(start, start + tail.getUint32(end + 12, true)).arrayBuffer()), found = new Map();
  for (let i = 0, at = 0; i < count; i++) {
    if (view.getUint32(at, true) !== ENTRY) throw new Error("damaged");
    const [method, packed, size, name] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true), view.getUint32(at + 24, true), view.getUint16(at + 28, true)];
    const place = view.getUint32(at + 42, true), letters = new Uint8Array(view.buffer, at + 46, name);
    found.set(new TextDecoder().decode(letters), () => unpacked(blob, place, method, packed, size));
    at += 46 + name + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return found;
}

async function unpacked(blob, place, method, packed, size) {
  if (size > MOST.bytes || ![0, 8].includes(method)) throw new Error("too large, or packed in another way");
  const head = new DataView(await blob.slice(place, place + 30).arrayBuffer());
  const start = place + 30 + head.getUint16(26, true) + head.getUint16(28, true), data = blob.slice(start, start + packed);
  if (!method) return data;
  const reader = data.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader(), parts = [];
  for (let total = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts);
    total += value.length;
    if (total > size) throw new Error("more than it says"); // a bomb
    parts.push(value);
  }
}
