/* How far pixels lie from others, and what hangs together: as OpenCV's 5×5 chamfer (Borgefors 1986) has it. */

const STRAIGHT = 65536, DIAGONAL = 91750, KNIGHT = 143976; // 1, 1.4 and 2.1969 in 65536ths
const FAR = 536870911;

/** Both passes over a plane framed by two pixels; names: of the pixel that is nearest, kept beside it. */
function passes(far, names, wide, height, width) {
  const before = [[-2 * wide - 1, KNIGHT], [-2 * wide + 1, KNIGHT], [-wide - 2, KNIGHT], [-wide - 1, DIAGONAL], [-wide, STRAIGHT], [-wide + 1, DIAGONAL], [-wide + 2, KNIGHT], [-1, STRAIGHT]];
  const steps = Int32Array.from(before, ([step]) => step), costs = Int32Array.from(before, ([, cost]) => cost);
  const relax = (at, sign) => {
    let least = far[at], name = names ? names[at] : 0;
    for (let k = 0; k < 8; k++) {
      const beside = at + sign * steps[k], length = far[beside] + costs[k];
      if (length < least) { least = length; if (names) name = names[beside]; }
    }
    far[at] = least;
    if (names) names[at] = name;
  };
  for (let y = 2; y < height + 2; y++) for (let at = y * wide + 2, end = at + width; at < end; at++) if (far[at]) relax(at, 1);
  for (let y = height + 1; y > 1; y--) for (let at = y * wide + width + 1, end = y * wide + 2; at >= end; at--) if (far[at] > STRAIGHT) relax(at, -1);
}

/** Float32Array: how far each pixel that is not 0 lies from the nearest one that is 0. */
export function depths({ data, height, width }) {
  const wide = width + 4, far = new Int32Array(wide * (height + 4)).fill(FAR), found = new Float32Array(data.length);
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) if (!data[i]) far[(y + 2) * wide + x + 2] = 0;
  passes(far, null, wide, height, width);
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) found[i] = far[(y + 2) * wide + x + 2] / 65536;
  return found;
}

/** Every pixel without a number, 0, takes that of the nearest one that has one. */
export function spreadNumbers({ data, height, width }) {
  const wide = width + 4, far = new Int32Array(wide * (height + 4)).fill(FAR), names = new Int32Array(far.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, at = (y + 2) * wide + 2; x < width; x++, i++, at++) if (data[i]) { far[at] = 0; names[at] = data[i]; }
  }
  passes(far, names, wide, height, width);
  const found = new Int32Array(data.length);
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) found[i] = names[(y + 2) * wide + x + 2];
  return { data: found, height, width };
}

/** { count, parts }: what hangs together of the pixels that are not 0, counted from 1 in the order of first pixels; 0: none. */
export function components({ data, height, width }, diagonal = false) {
  const parts = new Int32Array(data.length), parent = [0];
  const root = (one) => { while (parent[one] !== one) one = parent[one] = parent[parent[one]]; return one; };
  const meet = (one, other) => {
    if (!one) return other;
    const [a, b] = [root(one), root(other)];
    return a < b ? (parent[b] = a) : (parent[a] = b);
  };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!data[i]) continue;
      let part = x && parts[i - 1] ? parts[i - 1] : 0;
      if (y) {
        if (parts[i - width]) part = meet(part, parts[i - width]);
        if (diagonal && x && parts[i - width - 1]) part = meet(part, parts[i - width - 1]);
        if (diagonal && x + 1 < width && parts[i - width + 1]) part = meet(part, parts[i - width + 1]);
      }
      if (!part) { part = parent.length; parent.push(part); }
      parts[i] = part;
    }
  }
  let count = 1;
  const names = new Int32Array(parent.length);
  for (let part = 1; part < parent.length; part++) names[part] = root(part) === part ? count++ : names[root(part)];
  for (let i = 0; i < parts.length; i++) parts[i] = names[parts[i]];
  return { count, parts };
}
