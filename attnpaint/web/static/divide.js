/* Regions cut further by hand, along lines [[x, y], …] in pixels of the drawing, as attnpaint.segment.division does. */

const SCRAP = 0.0002 / 4; // share of the view under which a piece stays with the region that it was cut from
const REACH = 6 / 512; // of the view's long side: how far a line goes on at both ends, to meet the drawing's own

/** What there is of regions, with one line more: a new { labels, small, taken, mean, … } of a painter. */
export function divided(painter, before, line) {
  const { width, height, drawn } = painter, path = line.map(([x, y]) => [x * width / drawn[0], y * height / drawn[1]]);
  const barrier = drawnOn(width, height, lengthened(path, REACH * Math.max(width, height, 512)), true);
  const labels = before.labels.slice(), parents = [], touched = new Set();
  for (let i = 0; i < labels.length; i++) if (barrier[i]) touched.add(labels[i]);
  for (const region of touched) cut(width, labels, region, barrier, before.regions, parents);
  return parents.length ? grown(painter, before, labels, parents) : before;
}

/** Uint8Array of the view: 1 within the path, or along it. */
export function drawnOn(width, height, path, isLine) {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.lineWidth = 2;
  context.beginPath();
  for (const [x, y] of path) context.lineTo(x, y);
  if (isLine) context.stroke(); else context.fill("evenodd");
  const { data } = context.getImageData(0, 0, width, height), found = new Uint8Array(width * height);
  for (let i = 0; i < found.length; i++) found[i] = data[4 * i + 3] >= 100 ? 1 : 0;
  return found;
}

function lengthened(path, reach) {
  const beyond = ([x, y], [fromX, fromY]) => {
    const far = Math.hypot(x - fromX, y - fromY) || 1;
    return [x + reach * (x - fromX) / far, y + reach * (y - fromY) / far];
  };
  if (path.length < 2) return path;
  return [beyond(path[0], path[1]), ...path, beyond(path.at(-1), path.at(-2))];
}

/** Calls visit(next) for each of the four neighbours of a pixel. */
function around(at, width, size, visit) {
  const column = at % width;
  if (column) visit(at - 1);
  if (column < width - 1) visit(at + 1);
  if (at >= width) visit(at - width);
  if (at + width < size) visit(at + width);
}

/** The pieces of a region that the barrier leaves; the largest keeps its number. */
function cut(width, labels, region, barrier, first, parents) {
  const size = labels.length, own = new Int32Array(size).fill(-1), pieces = [];
  for (let start = 0; start < size; start++) {
    if (labels[start] !== region || barrier[start] || own[start] >= 0) continue;
    const piece = [start];
    own[start] = pieces.length;
    for (let head = 0; head < piece.length; head++) {
      around(piece[head], width, size, (next) => {
        if (labels[next] !== region || barrier[next] || own[next] >= 0) return;
        own[next] = own[start];
        piece.push(next);
      });
    }
    pieces.push(piece);
  }
  const kept = pieces.filter((piece) => piece.length >= Math.max(4, SCRAP * size)).sort((a, b) => b.length - a.length);
  if (kept.length < 2) return;
  own.fill(-1);
  kept.forEach((piece, place) => { for (const at of piece) own[at] = place; });
  const edge = kept.flat();
  for (let head = 0; head < edge.length; head++) { // the rest goes to the piece that is nearest
    around(edge[head], width, size, (next) => {
      if (own[next] >= 0 || labels[next] !== region) return;
      own[next] = own[edge[head]];
      edge.push(next);
    });
  }
  for (let i = 0; i < size; i++) if (own[i] > 0) labels[i] = first + parents.length + own[i] - 1;
  for (let place = 1; place < kept.length; place++) parents.push(region);
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
  const small = before.small.slice(), cuts = new Set(parents);
  for (let i = 0; i < small.length; i++) if (cuts.has(small[i])) small[i] = labels[painter.viewed(i)];
  const [taken, mean, likeness, parts] = ["taken", "mean", "likeness", "parts"].map((name) => rows(before[name]));
  return { ...before, labels, small, taken, mean, likeness, parts, regions: before.regions + parents.length };
}
