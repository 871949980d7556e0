/* The colour of each region, by what the region stage says of regions that belong together: as attnpaint.inference.groups
   decides it. */

import { nearestKnown } from "./borders.js";
import { decidedAlone, PARTS } from "./samples.js";
import { toLab } from "../color.js";

const ALIKE = 0.3, FIRM = 8, OWN = 0.3, SURE = 0.4, ONE = 12, BLACK = 25, DARK = 40, HIDES = 0.75, LARGE = 0.006, TIE = 12;
const NEVER = 1e3, FORGOTTEN = 3, SMALL = 0.006, HATCH = 0.0015, FULL = 0.5, EYES = 3, GROUND = 0, SKIN = 1;
const UNNATURAL = 3, SURELY = 0.8, HARDLY = 0.5;

const most = (array, start, length) => {
  let best = 0;
  for (let k = 1; k < length; k++) if (array[start + k] > array[start + best]) best = k;
  return best;
};

/** answers: { label, area, logits, embedding, parts } of R regions, largest first; colors: K of [r, g, b], the last two ink
    and paper; labels: as the network saw them; inked: share of ink of `count` regions; open: R×R; grounds: the
    regions that stay paper; 0 is none. count×K, one 1 in each row. */
export function chooseForGroups(answers, labels, count, colors, inked, open, grounds = []) {
  const { label, area, parts } = answers, size = label.length, kinds = colors.length, lab = colors.map((color) => toLab(color));
  const shares = decideTogether(answers, lab, open);
  const part = Array.from(label, (_, i) => most(parts, i * PARTS, PARTS)), light = lab.map((color) => color[0]);
  const natural = colors.map(canBeSkin), some = natural.some(Boolean);
  const found = new Float32Array(count * kinds), hatch = new Uint8Array(size), chosen = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    const full = inked[label[i]] > FULL && area[i] < SMALL;
    const sure = some ? Math.max(0, 2 * parts[i * PARTS + SKIN] - 1) : 0;
    for (let k = 0; k < kinds; k++) {
      if (!natural[k]) shares[i * kinds + k] -= UNNATURAL * sure;
      if (light[k] < BLACK) shares[i * kinds + k] -= HIDES;
      if (full && light[k] < DARK) shares[i * kinds + k] -= NEVER;
    }
    for (const bound of [SURELY, HARDLY]) if (parts[i * PARTS + GROUND] < bound) shares[i * kinds + kinds - 1] -= FORGOTTEN;
    hatch[i] = full && area[i] < HATCH && part[i] !== EYES ? 1 : 0;
    chosen[i] = most(shares, i * kinds, kinds);
    if (!hatch[i]) found[label[i] * kinds + chosen[i]] = 1;
  }
  if (hatch.some(Boolean)) beside(found, kinds, labels, label, part, hatch, count);
  follow(found, kinds, labels, count);
  for (const ground of grounds) if (ground) found.fill(0, ground * kinds, (ground + 1) * kinds)[(ground + 1) * kinds - 1] = 1;
  return found;
}

/** Whether some person's skin has the colour, from brown to pale pink. */
function canBeSkin(color) {
  const [lightness, a, b] = toLab(color), hue = Math.atan2(b, a) * 180 / Math.PI, chroma = Math.hypot(a, b);
  return lightness > 20 && lightness < 98 && hue > 15 && hue < 85 && chroma > 3 && chroma < 50;
}

/** Hatching takes the colour of the nearest region of the figure that is none. */
function beside(found, kinds, labels, label, part, hatch, count) {
  const figure = new Uint8Array(count);
  label.forEach((region, i) => { if (!hatch[i] && part[i] !== GROUND && part[i] !== EYES) figure[region] = 1; });
  const near = nearestKnown(labels, figure), before = found.slice();
  label.forEach((region, i) => {
    if (hatch[i] && part[i] !== GROUND) found.set(before.subarray(near[region] * kinds, (near[region] + 1) * kinds), region * kinds);
  });
}

/** Regions without a colour take that of the nearest region that has one. */
function follow(found, kinds, labels, count) {
  const known = Uint8Array.from({ length: count }, (_, region) => (found.subarray(region * kinds, (region + 1) * kinds).some(Boolean) ? 1 : 0));
  if (!labels.data.some((label) => known[label])) {
    for (let region = 0; region < count; region++) found[(region + 1) * kinds - 1] = 1;
    return;
  }
  const near = nearestKnown(labels, known), before = found.slice();
  for (let region = 0; region < count; region++) found.set(before.subarray(near[region] * kinds, (near[region] + 1) * kinds), region * kinds);
}

/** Logarithms of shares, R×K: each region's own mixed with those of regions that are alike, and of those it is open to; a
    large one that is sure of its colour decides for itself, and each does where the reference shows the same scene. lab: K×3,
    the colours. */
function decideTogether(answers, lab, open) {
  const { label, area } = answers, size = label.length, kinds = lab.length, own = logShares(answers.logits, size, kinds);
  if (decidedAlone(answers)) return own;
  const weight = weights(answers, open), one = lab.map((a) => lab.map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) < ONE));
  const mixed = new Float64Array(size * kinds);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const part = weight[i * size + j];
      if (part) for (let k = 0; k < kinds; k++) mixed[i * kinds + k] += part * own[j * kinds + k];
    }
  }
  const kept = Array.from(area, (share, i) => {
    const row = own.subarray(i * kinds, (i + 1) * kinds), like = one[most(row, 0, kinds)];
    const chance = row.reduce((sum, value, k) => sum + (like[k] ? Math.exp(value) : 0), 0);
    return share < LARGE ? 0 : chance > SURE ? 1 : OWN;
  });
  return mixed.map((share, at) => {
    const say = kept[Math.floor(at / kinds)];
    return say * own[at] + (1 - say) * share;
  });
}

function logShares(logits, size, kinds) {
  const found = new Float64Array(size * kinds);
  for (let i = 0; i < size; i++) {
    const row = logits.subarray(i * kinds, (i + 1) * kinds), top = Math.max(...row);
    const sum = row.reduce((total, value) => total + Math.exp(value - top), 0);
    for (let k = 0; k < kinds; k++) found[i * kinds + k] = row[k] - top - Math.log(sum);
  }
  return found;
}

/** R×R, rows of sum 1: how much each region minds each other. */
function weights({ label, area, embedding, parts }, open) {
  const size = label.length, wide = embedding.length / size, found = new Float64Array(size * size);
  const kind = Array.from(label, (_, i) => [EYES, GROUND].indexOf(most(parts, i * PARTS, PARTS)));
  const dot = (array, length, i, j) => {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += array[i * length + k] * array[j * length + k];
    return sum;
  };
  for (let i = 0; i < size; i++) {
    let total = 0;
    for (let j = 0; j < size; j++) {
      const like = (kind[i] === 0) === (kind[j] === 0) ? dot(embedding, wide, i, j) * dot(parts, PARTS, i, j) : 0;
      const tied = kind[i] === kind[j] && area[i] < LARGE ? TIE * open[i * size + j] : 0;
      total += found[i * size + j] = ((like > ALIKE ? like ** FIRM : 0) + tied) * Math.sqrt(area[j]);
    }
    for (let j = 0; j < size; j++) found[i * size + j] /= Math.max(total, 1e-12);
  }
  return found;
}
