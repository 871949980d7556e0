/* Filters of planes { data, height, width }, as OpenCV computes them. */

const { fround } = Math;

export const plane = (data, height, width) => ({ data, height, width });

/** Half of even numbers goes to the even one, as numpy and C round. */
export function round(value) {
  const down = Math.floor(value), rest = value - down;
  return rest > 0.5 || (rest === 0.5 && down % 2) ? down + 1 : down;
}

/** uint8 RGB, three bytes a pixel → luma (Rec. 601). */
export function toGrey(rgb, height, width) {
  const grey = new Uint8Array(height * width);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3) grey[i] = (9798 * rgb[at] + 19235 * rgb[at + 1] + 3735 * rgb[at + 2] + 16384) >> 15;
  return plane(grey, height, width);
}

/** The least (pick: Math.min) or most of each square of `size` px around a pixel; beyond the edge there is nothing. */
function squares({ data, height, width }, size, least) {
  const reach = size >> 1, across = new data.constructor(data.length), found = new data.constructor(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0, row = y * width; x < width; x++) {
      let best = data[row + x];
      for (let u = Math.max(0, x - reach), end = Math.min(width - 1, x + reach); u <= end; u++) {
        const value = data[row + u];
        if (least ? value < best : value > best) best = value;
      }
      across[row + x] = best;
    }
  }
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - reach), bottom = Math.min(height - 1, y + reach);
    for (let x = 0; x < width; x++) {
      let best = across[y * width + x];
      for (let v = top; v <= bottom; v++) {
        const value = across[v * width + x];
        if (least ? value < best : value > best) best = value;
      }
      found[y * width + x] = best;
    }
  }
  return plane(found, height, width);
}

export const eroded = (from, size) => squares(from, size, true);
export const dilated = (from, size) => squares(from, size, false);

/** Half widths of the rows of an ellipse of `size` px, an odd number. */
function ellipse(size) {
  const reach = size >> 1;
  return Array.from({ length: size }, (_, row) => round(reach * Math.sqrt((reach * reach - (row - reach) ** 2) / (reach * reach))));
}

/** The same within an ellipse. */
function rounds({ data, height, width }, size, least) {
  const reach = size >> 1, widths = ellipse(size), found = new Uint8Array(data.length).fill(least ? 255 : 0), rows = new Map();
  for (const half of new Set(widths)) rows.set(half, along(data, height, width, half, least));
  for (let y = 0; y < height; y++) {
    for (let v = Math.max(0, y - reach), end = Math.min(height - 1, y + reach); v <= end; v++) {
      const row = rows.get(widths[v - y + reach]);
      for (let x = 0, at = y * width, from = v * width; x < width; x++, at++, from++) {
        const value = row[from];
        if (least ? value < found[at] : value > found[at]) found[at] = value;
      }
    }
  }
  return plane(found, height, width);
}

function along(data, height, width, half, least) {
  const found = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0, row = y * width; x < width; x++) {
      let best = data[row + x];
      for (let u = Math.max(0, x - half), end = Math.min(width - 1, x + half); u <= end; u++) {
        const value = data[row + u];
        if (least ? value < best : value > best) best = value;
      }
      found[row + x] = best;
    }
  }
  return found;
}

export const dilatedRound = (from, size) => rounds(from, size, false);
export const closed = (from, size) => rounds(rounds(from, size, false), size, true);

/** The drawing with its lines closed: at least 1. */
export function toneOf(grey) {
  const found = closed(grey, 9);
  for (let i = 0; i < found.data.length; i++) found.data[i] ||= 1;
  return found;
}

/** Gaussian of a float plane; beyond the edge it is mirrored, without the edge itself. Rounded to 32 bits after the same steps
    as OpenCV's: along rows one after the other, along columns from the middle. */
export function blurred({ data, height, width }, sigma) {
  const size = round(8 * sigma + 1) | 1, reach = size >> 1, parts = Array.from({ length: size }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)));
  const sum = parts.reduce((a, b) => a + b), kernel = Float32Array.from(parts, (part) => part / sum);
  const across = new Float32Array(data.length), found = new Float32Array(data.length), framed = new Float32Array(width + 2 * reach);
  for (let y = 0; y < height; y++) {
    const row = y * width, to = across.subarray(row, row + width);
    framed.set(data.subarray(row, row + width), reach);
    for (let i = 1; i <= reach; i++) {
      framed[reach - i] = data[row + mirrored(-i, width)];
      framed[reach + width - 1 + i] = data[row + mirrored(width - 1 + i, width)];
    }
    for (let i = 0; i < size; i++) {
      const part = kernel[i], from = framed.subarray(i);
      for (let x = 0; x < width; x++) to[x] += part * from[x];
    }
  }
  const rowAt = (y) => { const at = mirrored(y, height) * width; return across.subarray(at, at + width); };
  for (let y = 0; y < height; y++) {
    const to = found.subarray(y * width, (y + 1) * width), middle = rowAt(y);
    for (let x = 0; x < width; x++) to[x] = kernel[reach] * middle[x];
    for (let i = 1; i <= reach; i++) {
      const part = kernel[reach + i], before = rowAt(y - i), after = rowAt(y + i);
      for (let x = 0; x < width; x++) to[x] += part * fround(after[x] + before[x]);
    }
  }
  return plane(found, height, width);
}

function mirrored(at, most) {
  if (most === 1) return 0;
  while (at < 0 || at >= most) at = at < 0 ? -at : 2 * most - 2 - at;
  return at;
}

/** The brightness that parts lines from paper best (Otsu 1979). */
export function otsu({ data }) {
  const counts = new Float64Array(256), part = 1 / data.length;
  for (const value of data) counts[value]++;
  let mean = 0, below = 0, share = 0, best = 0, most = 0;
  for (let i = 0; i < 256; i++) mean += i * counts[i] * part;
  for (let i = 0; i < 256; i++) {
    const here = counts[i] * part;
    below *= share;
    share += here;
    const rest = 1 - share;
    if (Math.min(share, rest) < 1.1920929e-7 || Math.max(share, rest) > 1 - 1.1920929e-7) continue;
    below = (below + i * here) / share;
    const above = (mean - share * below) / rest, apart = share * rest * (below - above) ** 2;
    if (apart > most) [most, best] = [apart, i];
  }
  return best;
}

/** 1 where a drawing is paper and not a line. */
export function paperOf(grey) {
  const threshold = Math.min(225, Math.max(128, otsu(grey)));
  return plane(grey.data.map((value) => (value > threshold ? 1 : 0)), grey.height, grey.width);
}
