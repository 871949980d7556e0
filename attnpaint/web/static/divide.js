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

/** Left, top, right and bottom of a region, and the region alone: 1 where it is, 2 under the barrier, row by row. */
function own(width, labels, region, barrier) {
  let left = width, top = Infinity, right = 0, bottom = 0;
  for (let i = labels.indexOf(region), end = labels.lastIndexOf(region); i <= end; i++) {
    if (labels[i] !== region) continue;
    const x = i % width, y = (i - x) / width;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    bottom = y;
  }
  const wide = right - left + 3, high = bottom - top + 3, cells = new Uint8Array(wide * high); // framed, so that no edge is asked for
  for (let y = top; y <= bottom; y++) {
    for (let x = left, i = y * width + left, cell = (y - top + 1) * wide + 1; x <= right; x++, i++, cell++) {
      if (labels[i] === region) cells[cell] = barrier[i] ? 2 : 1;
    }
  }
  return { left, top, wide, cells };
}

/** The pieces of a region that the barrier leaves; the largest keeps its number. */
function cut(width, labels, region, barrier, first, parents) {
  const { left, top, wide, cells } = own(width, labels, region, barrier), queue = new Int32Array(cells.length);
  const piece = new Int32Array(cells.length), steps = [-1, 1, -wide, wide], sizes = [0];
  for (let start = 0; start < cells.length; start++) {
    if (cells[start] !== 1 || piece[start]) continue;
    const size = flood(cells, piece, queue, steps, start, sizes.length);
    sizes.push(size);
  }
  const least = Math.max(4, SCRAP * labels.length);
  const kept = [...sizes.keys()].filter((one) => one && sizes[one] >= least).sort((a, b) => sizes[b] - sizes[a]);
  if (kept.length < 2) return;
  let tail = 0;
  for (let cell = 0; cell < cells.length; cell++) {
    piece[cell] = piece[cell] ? kept.indexOf(piece[cell]) + 1 : 0;
    if (piece[cell]) queue[tail++] = cell;
  }
  for (let head = 0; head < tail; head++) { // the rest goes to the piece that is nearest
    for (const step of steps) {
      const next = queue[head] + step;
      if (!cells[next] || piece[next]) continue;
      piece[next] = piece[queue[head]];
      queue[tail++] = next;
    }
  }
  for (let cell = 0; cell < cells.length; cell++) {
    if (piece[cell] < 2) continue;
    const x = cell % wide, y = (cell - x) / wide;
    labels[(top + y - 1) * width + left + x - 1] = first + parents.length + piece[cell] - 2;
  }
  for (let place = 1; place < kept.length; place++) parents.push(region);
}

/** Names all that hangs together with a cell; how much that is. */
function flood(cells, piece, queue, steps, start, name) {
  let tail = 1;
  queue[0] = start;
  piece[start] = name;
  for (let head = 0; head < tail; head++) {
    for (const step of steps) {
      const next = queue[head] + step;
      if (cells[next] !== 1 || piece[next]) continue;
      piece[next] = name;
      queue[tail++] = next;
    }
  }
  return tail;
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
  const cutFrom = [...(before.cutFrom ?? []), ...parents]; // of each region beyond the drawing's own
  return { ...before, labels, small, taken, mean, likeness, parts, cutFrom, regions: before.regions + parents.length };
}
