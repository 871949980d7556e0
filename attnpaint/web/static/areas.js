/* Rectangles of the view, as [left, top, right, bottom] with the last two beyond the last pixel; and where and how
   large regions are. */

export const NOWHERE = [Infinity, Infinity, 0, 0];

export const both = (one, other) => [Math.min(one[0], other[0]), Math.min(one[1], other[1]), Math.max(one[2], other[2]), Math.max(one[3], other[3])];

/** As much larger on all sides, in pixels, within the view. */
export const wider = ([left, top, right, bottom], by, width, height) =>
  [Math.max(0, left - by), Math.max(0, top - by), Math.min(width, right + by), Math.min(height, bottom + by)];

export const isNone = ([left, top, right, bottom]) => right <= left || bottom <= top;

/** { boxes: Int32Array, four numbers a region; counts: Float64Array, its pixels }. */
export function measured(labels, width, regions) {
  const boxes = new Int32Array(4 * regions), counts = new Float64Array(regions);
  for (let region = 0; region < regions; region++) boxes.set([width, 1e9, 0, 0], 4 * region);
  for (let i = 0, y = 0; i < labels.length; y++) {
    for (let x = 0; x < width;) {
      const region = labels[i], start = x;
      do { x++; i++; } while (x < width && labels[i] === region);
      counts[region] += x - start;
      grow(boxes, region, start, y, x);
    }
  }
  return { boxes, counts };
}

/** A region's box with a run of pixels of row y. */
export function grow(boxes, region, start, y, end) {
  const at = 4 * region;
  if (start < boxes[at]) boxes[at] = start;
  if (y < boxes[at + 1]) boxes[at + 1] = y;
  if (end > boxes[at + 2]) boxes[at + 2] = end;
  if (y >= boxes[at + 3]) boxes[at + 3] = y + 1;
}

export const boxOf = (boxes, region) => boxes.slice(4 * region, 4 * region + 4);
