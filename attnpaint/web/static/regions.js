/* Which region is meant at a place, what lies within a lasso, and what touches what. */

export const INK = 128, PAPER = 200; // brightness of the drawing under which there is a line, and from which there is none
const NEAR = 8; // px of the view
const LINED = 0.05; // how much a pixel on a line counts, beside one on paper
const MOSTLY = 0.6; // share of a region that lies within a lasso which takes it

/** The painter with the regions of a look; null without a painting. */
export const painterOf = ({ painting, divisions }) => painting?.painter.use(divisions);

/** The pixel of the view at a place of the drawing, or -1 outside it. */
export function pixelAt(look, [x, y]) {
  const { painting } = look;
  if (!painting) return -1;
  const { width, height } = painting.painter;
  const column = Math.floor(x * width / painting.width), row = Math.floor(y * height / painting.height);
  return column < 0 || row < 0 || column >= width || row >= height ? -1 : row * width + column;
}

/** The region meant at a place: on a line the nearest one beside it; 0 outside the drawing. */
export function regionAt(look, at) {
  const pixel = pixelAt(look, at);
  if (pixel < 0) return 0;
  const painter = painterOf(look), { labels } = painter.arrays;
  if (painter.light(pixel) >= INK) return labels[pixel];
  const column = pixel % painter.width, left = Math.max(-NEAR, -column), right = Math.min(NEAR, painter.width - 1 - column);
  let best = pixel, nearest = Infinity;
  for (let dy = -NEAR; dy <= NEAR; dy++) {
    for (let dx = left; dx <= right; dx++) {
      const beside = pixel + dy * painter.width + dx, far = dx * dx + dy * dy;
      if (far < nearest && painter.light(beside) >= PAPER) [best, nearest] = [beside, far];
    }
  }
  return labels[best];
}

export const groundOf = (look) => painterOf(look).arrays.ground[0];

/** How much of each region lies off lines; regions that are all lines count a little, too. */
function weights(painter) {
  const { set, width, arrays: { labels, cutFrom } } = painter, found = new Float64Array(painter.regions), before = set.from?.weights;
  if (set.weights) return set.weights;
  const [left, top, right, bottom] = before ? set.box : painter.everywhere, first = before ? before.length : 0;
  if (before) found.set(before);
  for (let y = top; y < bottom; y++) {
    for (let i = y * width + left, end = y * width + right; i < end; i++) {
      const region = labels[i], weight = painter.light(i) >= INK ? 1 : LINED;
      if (region < first) continue;
      found[region] += weight;
      if (first) found[cutFrom[region - painter.whole.regions]] -= weight;
    }
  }
  return (set.weights = found);
}

/** Path of the drawing → the regions that lie mostly within it, off lines; never the ground. */
export const within = (look, path) => lassoed(look, path).regions;

/** { regions, part }: as `within`, and the region of which most of what is within is a part, the ground also: figures
    are often open to it; 0 where there is none. */
export function lassoed(look, path) {
  const painter = painterOf(look), { labels } = painter.arrays, { width, height } = painter;
  const seen = path.map(([x, y]) => [x * width / look.painting.width, y * height / look.painting.height]);
  const held = new Float64Array(painter.regions), all = weights(painter), bound = (pick, side) => seen.map((at) => at[side]).reduce((a, b) => pick(a, b));
  const top = Math.max(0, Math.floor(bound(Math.min, 1))), bottom = Math.min(height, Math.ceil(bound(Math.max, 1)));
  for (let y = top; y < bottom; y++) {
    const ends = crossings(seen, y + 0.5).map((x) => Math.min(width, Math.max(0, Math.round(x))));
    for (let pair = 1; pair < ends.length; pair += 2) {
      for (let i = y * width + ends[pair - 1], end = y * width + ends[pair]; i < end; i++) held[labels[i]] += painter.light(i) >= INK ? 1 : LINED;
    }
  }
  const ground = groundOf(look), regions = [], whole = held.reduce((sum, one) => sum + one, 0);
  let part = 0;
  for (let region = 1; region < held.length; region++) {
    if (region !== ground && held[region] > MOSTLY * all[region]) regions.push(region);
    else if (2 * held[region] > whole) part = region;
  }
  return { regions, part };
}

/** Where the closed path crosses a row, from left to right. */
function crossings(path, y) {
  const found = [];
  for (let i = 0; i < path.length; i++) {
    const [x1, y1] = path[i], [x2, y2] = path[(i + 1) % path.length];
    if ((y1 <= y) !== (y2 <= y)) found.push(x1 + (x2 - x1) * (y - y1) / (y2 - y1));
  }
  return found.sort((a, b) => a - b);
}

/** Array of Sets: the regions that touch each region. */
export function neighbours(look) {
  const painter = painterOf(look), { width, set, regions } = painter, { labels } = painter.arrays;
  if (set.beside) return set.beside;
  const met = new Set(), found = Array.from({ length: regions }, () => new Set());
  let last = -1;
  const meet = (one, other) => {
    const pair = one * regions + other;
    if (one === other || pair === last) return;
    last = pair;
    met.add(pair);
  };
  for (let start = 0; start < labels.length; start += width) {
    for (let i = start + 1; i < start + width; i++) if (labels[i] !== labels[i - 1]) meet(labels[i - 1], labels[i]);
    if (start) for (let i = start; i < start + width; i++) if (labels[i] !== labels[i - width]) meet(labels[i - width], labels[i]);
  }
  for (const pair of met) {
    const one = Math.floor(pair / regions), other = pair % regions;
    found[one].add(other);
    found[other].add(one);
  }
  return (set.beside = found);
}

/** Map of region → [x, y], in pixels of the drawing: a place well inside each of these regions. */
export function pointsIn(look, regions) {
  const painter = painterOf(look), { width, height } = painter, { labels } = painter.arrays;
  const depth = depths(painter, labels, width, height), wanted = new Set(regions), best = new Map();
  for (let i = 0; i < labels.length; i++) {
    const region = labels[i];
    if (!wanted.has(region)) continue;
    const old = best.get(region);
    if (old === undefined || depth[i] > depth[old]) best.set(region, i);
  }
  const place = (i) => [Math.floor((i % width + 0.5) * look.painting.width / width), Math.floor((Math.floor(i / width) + 0.5) * look.painting.height / height)];
  return new Map([...best].map(([region, i]) => [region, place(i)]));
}

/** How far each pixel lies from other regions, from lines (which count less) and from the edge: city blocks. */
function depths(painter, labels, width, height) {
  const depth = new Uint16Array(labels.length);
  const step = (i, beside) => { depth[i] = labels[beside] === labels[i] ? Math.min(depth[i], depth[beside] + 1) : 1; };
  for (let i = 0; i < depth.length; i++) {
    const column = i % width;
    depth[i] = painter.light(i) < INK || !column || column === width - 1 || i < width || i >= width * (height - 1) ? 1 : 65000;
    if (depth[i] === 1) continue;
    step(i, i - 1);
    if (depth[i] > 1) step(i, i - width);
  }
  for (let i = depth.length - width - 2; i > width; i--) {
    if (depth[i] === 1) continue;
    step(i, i + 1);
    if (depth[i] > 1) step(i, i + width);
  }
  return depth;
}
