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

/** From [rows, columns] to [height, width]. */
export class Enlarger {
  constructor([rows, columns], [height, width]) {
    Object.assign(this, { rows, columns, width, edges: [] });
    [this.top, this.down] = places(height, rows);
    [this.left, this.across] = places(width, columns);
    this.lines = Array.from({ length: 3 }, () => new Float32Array(columns + 1)); // one more, for the last pixel's right neighbour
  }

  /** Regions are others in these rows: `edges` are, of each row, the pixels beside another region: their columns,
      and of each the four corners in the small picture with weights. */
  find(small, labels, from, to) {
    for (let y = from; y < to; y++) {
      const row = { place: [], corner: [], weight: [] };
      this.row(small, labels, y, row);
      this.edges[y] = { place: Int32Array.from(row.place), corner: Int32Array.from(row.corner), weight: Float32Array.from(row.weight) };
    }
  }

  row(small, labels, y, { place, corner, weight }) {
    const { columns, left, across } = this, fy = this.down[y];
    const above = this.top[y] * columns, below = Math.min(this.top[y] + 1, this.rows - 1) * columns;
    for (let x = 0, i = y * this.width; x < this.width; x++, i++) {
      const l = left[x], r = l + 1 < columns ? l + 1 : l, own = labels[i];
      const a = small[above + l] === own, b = small[above + r] === own, c = small[below + l] === own, d = small[below + r] === own;
      if ((a && b && c && d) || !(a || b || c || d)) continue;
      const fx = across[x], e = a ? (1 - fy) * (1 - fx) + 1e-3 : 0, f = b ? (1 - fy) * fx + 1e-3 : 0;
      const g = c ? fy * (1 - fx) + 1e-3 : 0, h = d ? fy * fx + 1e-3 : 0, sum = e + f + g + h;
      place.push(x);
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

  /** What a plane that begins at `start` is at pixel e of a row's edges. */
  mixed({ corner, weight }, source, start, e) {
    const c = 4 * e;
    return source[start + corner[c]] * weight[c] + source[start + corner[c + 1]] * weight[c + 1]
      + source[start + corner[c + 2]] * weight[c + 2] + source[start + corner[c + 3]] * weight[c + 3];
  }

  /** One plane at the size of the view, in a box of it. */
  plane(source, target, [left, top, right, bottom]) {
    const { across, width } = this;
    for (let y = top; y < bottom; y++) {
      const row = this.line(0, source, 0, y), end = y * width + right;
      for (let x = left, i = y * width + left; i < end; x++, i++) {
        const l = this.left[x];
        target[i] = row[l] + (row[l + 1] - row[l]) * across[x];
      }
      const edges = this.edges[y], { place } = edges;
      for (let e = 0; e < place.length; e++) if (place[e] >= left && place[e] < right) target[y * width + place[e]] = this.mixed(edges, source, 0, e);
    }
    return target;
  }
}
