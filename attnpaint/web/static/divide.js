/* Regions cut further: by a line that is missing in the drawing, or by an area that someone drew round. A division
   is { line: [[x, y], …] } or { area: [[x, y], …] }, in pixels of the drawing. */

const INK = 128; // brightness of the drawing under which there is a line
const LEAST = 12; // px of the view; smaller pieces stay with the region that they were cut from
const REACH = 3; // px of the view by which a line goes on at both ends, to meet the drawing's own

/** What there is of regions, with one division more: a new { labels, small, taken, mean, … } of a painter. */
export function divided(painter, before, { line, area }) {
  const { width, height } = painter, scale = [width / painter.drawn[0], height / painter.drawn[1]];
  const path = (line ?? area).map(([x, y]) => [x * scale[0], y * scale[1]]);
  const inside = drawnOn(width, height, line ? lengthened(path) : path, Boolean(line));
  const labels = before.labels.slice(), parents = [];
  const touched = count(before.labels, inside, painter);
  if (line) for (const region of touched.keys()) cut(painter, labels, region, inside, before.regions, parents);
  else if (touched.size) carve(labels, [...touched].sort((a, b) => b[1] - a[1])[0][0], inside, before.regions, parents);
  return parents.length ? grown(painter, before, labels, parents) : before;
}

/** Uint8Array of the view: 1 inside the area, or along the line. */
export function drawnOn(width, height, path, isLine) {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.lineWidth = 3;
  context.beginPath();
  for (const [x, y] of path) context.lineTo(x, y);
  if (isLine) context.stroke(); else context.fill("evenodd");
  const { data } = context.getImageData(0, 0, width, height), found = new Uint8Array(width * height);
  for (let i = 0; i < found.length; i++) found[i] = data[4 * i + 3] >= 128 ? 1 : 0;
  return found;
}

function lengthened(path) {
  const beyond = ([x, y], [fromX, fromY]) => {
    const far = Math.hypot(x - fromX, y - fromY) || 1;
    return [x + REACH * (x - fromX) / far, y + REACH * (y - fromY) / far];
  };
  if (path.length < 2) return path;
  return [beyond(path[0], path[1]), ...path, beyond(path.at(-1), path.at(-2))];
}

/** Map of region → how many of its pixels are inside, off lines. */
function count(labels, inside, painter) {
  const found = new Map();
  for (let i = 0; i < inside.length; i++) {
    if (inside[i] && painter.light(i) >= INK) found.set(labels[i], (found.get(labels[i]) ?? 0) + 1);
  }
  return found;
}

function carve(labels, region, inside, next, parents) {
  for (let i = 0; i < labels.length; i++) if (inside[i] && labels[i] === region) labels[i] = next;
  parents.push(region);
}

/** The pieces of a region that paper alone holds together, without the barrier; the largest keeps its number. */
function cut(painter, labels, region, barrier, first, parents) {
  const { width } = painter, free = new Uint8Array(labels.length), stack = new Int32Array(labels.length), pieces = [];
  for (let i = 0; i < labels.length; i++) if (labels[i] === region && !barrier[i] && painter.light(i) >= INK) free[i] = 1;
  for (let start = 0; start < labels.length; start++) {
    if (free[start] !== 1) continue;
    let top = 0, size = 0;
    const piece = [start];
    stack[top++] = start;
    free[start] = 2;
    while (top) {
      const at = stack[--top], column = at % width;
      size++;
      for (const next of [column ? at - 1 : -1, column < width - 1 ? at + 1 : -1, at - width, at + width]) {
        if (next < 0 || next >= labels.length || free[next] !== 1) continue;
        free[next] = 2;
        stack[top++] = next;
        piece.push(next);
      }
    }
    if (size >= LEAST) pieces.push(piece);
  }
  pieces.sort((a, b) => b.length - a.length);
  if (pieces.length < 2) return;
  const own = new Int32Array(labels.length).fill(-1);
  pieces.forEach((piece, place) => { for (const at of piece) own[at] = place; });
  spread(own, labels, region, width, pieces.flat());
  for (let i = 0; i < labels.length; i++) if (own[i] > 0) labels[i] = first + parents.length + own[i] - 1;
  for (let place = 1; place < pieces.length; place++) parents.push(region);
}

/** The rest of the region goes to the piece that is nearest. */
function spread(own, labels, region, width, edge) {
  for (let head = 0; head < edge.length; head++) {
    const at = edge[head], column = at % width;
    for (const next of [column ? at - 1 : -1, column < width - 1 ? at + 1 : -1, at - width, at + width]) {
      if (next < 0 || next >= labels.length || own[next] >= 0 || labels[next] !== region) continue;
      own[next] = own[at];
      edge.push(next);
    }
  }
}

/** New regions are what the one was that they were cut from. parents: of each of them. */
function grown(painter, before, labels, parents) {
  const rows = (array) => {
    if (!array) return array;
    const wide = array.length / before.regions, made = new array.constructor(array.length + wide * parents.length);
    made.set(array);
    parents.forEach((parent, i) => made.set(array.subarray(wide * parent, wide * (parent + 1)), array.length + wide * i));
    return made;
  };
  const small = before.small.slice(), cut = new Set(parents);
  for (let i = 0; i < small.length; i++) if (cut.has(small[i])) small[i] = labels[painter.viewed(i)];
  const [taken, mean, likeness, parts] = ["taken", "mean", "likeness", "parts"].map((name) => rows(before[name]));
  return { ...before, labels, small, taken, mean, likeness, parts, regions: before.regions + parents.length };
}
