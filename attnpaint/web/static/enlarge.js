/* The network's small picture at the size of the view without leaving the drawing's regions: a pixel is mixed
   from its own region's pixels alone, where there are some (as attnpaint.inference.upsample does it). */

function places(length, small) {
  const before = new Int32Array(length), part = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const place = Math.min(Math.max((i + 0.5) * small / length - 0.5, 0), small - 1);
    before[i] = Math.floor(place);
    part[i] = place - before[i];
  }
  return [before, part];
}

/** From [rows, columns] of `small` to [height, width] of `labels`. */
export class Enlarger {
  /** before, box: of the same drawing with fewer regions, and where in the view they are others. */
  constructor(small, [rows, columns], labels, [height, width], before, box) {
    Object.assign(this, { rows, columns, width, height });
    [this.top, this.down] = before ? [before.top, before.down] : places(height, rows);
    [this.left, this.across] = before ? [before.left, before.across] : places(width, columns);
    this.lines = Array.from({ length: 3 }, () => new Float32Array(columns + 1)); // one more, for the last pixel's right neighbour
    this.find(small, labels, before, box ?? [0, 0, width, height]);
  }

  /** Pixels beside another region: their places, of each the four corners in the small picture with weights, and
      for each row which is the first. */
  find(small, labels, before, [left, top, right, bottom]) {
    const { height } = this, first = new Int32Array(height + 1), parts = [];
    let count = 0, kept = 0; // of those before: from the last that was copied
    const copy = (end) => {
      if (before && end > kept) parts.push(["place", "corner", "weight"].map((name) => before[name].subarray(kept * (name === "place" ? 1 : 4), end * (name === "place" ? 1 : 4))));
      count += Math.max(0, end - kept);
      kept = end;
    };
    for (let y = 0; y < height; y++) {
      first[y] = count + (before ? before.first[y] - kept : 0);
      if (y < top || y >= bottom) continue;
      const row = { place: [], corner: [], weight: [] }, start = y * this.width;
      if (before) copy(before.after(y, start + left));
      this.row(small, labels, y, left, right, row);
      parts.push([row.place, row.corner, row.weight]);
      count += row.place.length;
      if (before) kept = before.after(y, start + right);
    }
    if (before) copy(before.place.length);
    first[height] = count;
    Object.assign(this, { first, place: new Int32Array(count), corner: new Int32Array(4 * count), weight: new Float32Array(4 * count) });
    let at = 0;
    for (const [place, corner, weight] of parts) {
      this.place.set(place, at);
      this.corner.set(corner, 4 * at);
      this.weight.set(weight, 4 * at);
      at += place.length;
    }
  }

  /** The first of the edge's pixels in row y that is not before a place. */
  after(y, place) {
    let at = this.first[y];
    while (at < this.first[y + 1] && this.place[at] < place) at++;
    return at;
  }

  row(small, labels, y, from, to, { place, corner, weight }) {
    const { columns, left, across } = this, fy = this.down[y];
    const above = this.top[y] * columns, below = Math.min(this.top[y] + 1, this.rows - 1) * columns;
    for (let x = from, i = y * this.width + from; x < to; x++, i++) {
      const l = left[x], r = l + 1 < columns ? l + 1 : l, own = labels[i];
      const a = small[above + l] === own, b = small[above + r] === own, c = small[below + l] === own, d = small[below + r] === own;
      if ((a && b && c && d) || !(a || b || c || d)) continue;
      const fx = across[x], e = a ? (1 - fy) * (1 - fx) + 1e-3 : 0, f = b ? (1 - fy) * fx + 1e-3 : 0;
      const g = c ? fy * (1 - fx) + 1e-3 : 0, h = d ? fy * fx + 1e-3 : 0, sum = e + f + g + h;
      place.push(i);
      corner.push(above + l, above + r, below + l, below + r);
      weight.push(e / sum, f / sum, g / sum, h / sum);
    }
  }

  /** Row y of a plane that begins at `start`, as wide as the small picture: what `lines[which]` holds then. */
  line(which, source, start, y) {
    const row = this.lines[which], { columns } = this, fy = this.down[y];
    const above = start + this.top[y] * columns, below = this.top[y] + 1 < this.rows ? above + columns : above;
    for (let x = 0; x < columns; x++) row[x] = source[above + x] + (source[below + x] - source[above + x]) * fy;
    row[columns] = row[columns - 1];
    return row;
  }

  /** What a plane that begins at `start` is at pixel e of the edge's. */
  mixed(source, start, e) {
    const { corner, weight } = this, c = 4 * e;
    return source[start + corner[c]] * weight[c] + source[start + corner[c + 1]] * weight[c + 1]
      + source[start + corner[c + 2]] * weight[c + 2] + source[start + corner[c + 3]] * weight[c + 3];
  }

  /** One plane at the size of the view. */
  plane(source, target) {
    const { left, across, width } = this;
    for (let y = 0, i = 0; y < this.height; y++) {
      const row = this.line(0, source, 0, y);
      for (let x = 0; x < width; x++, i++) {
        const l = left[x];
        target[i] = row[l] + (row[l + 1] - row[l]) * across[x];
      }
    }
    for (let e = 0; e < this.place.length; e++) target[this.place[e]] = this.mixed(source, 0, e);
    return target;
  }
}
