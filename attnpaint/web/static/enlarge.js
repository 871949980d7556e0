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

/** From [rows, columns] of `small` to [height, width] of `labels`: a function of a source of `planes`, one after
    another, and the target for them, which rounds as a Uint8ClampedArray does; null where both sizes are one. */
export function enlarger(small, [rows, columns], labels, [height, width]) {
  if (rows === height && columns === width) return null;
  const [top, down] = places(height, rows), [left, across] = places(width, columns);
  const edges = edgesOf(small, rows, columns, labels, top, down, left, across);
  const row = new Float32Array(columns + 1); // one more than there is, for the last pixel's right neighbour
  return (source, target, planes) => {
    for (let plane = 0; plane < planes; plane++) {
      const start = plane * rows * columns, end = plane * height * width;
      for (let y = 0, i = end; y < height; y++) {
        const fy = down[y], above = start + top[y] * columns, below = top[y] + 1 < rows ? above + columns : above;
        for (let x = 0; x < columns; x++) row[x] = source[above + x] + (source[below + x] - source[above + x]) * fy;
        row[columns] = row[columns - 1];
        for (let x = 0; x < width; x++, i++) {
          const l = left[x];
          target[i] = row[l] + (row[l + 1] - row[l]) * across[x];
        }
      }
      const { place, corner, weight } = edges;
      for (let e = 0, c = 0; e < place.length; e++, c += 4) {
        target[end + place[e]] = source[start + corner[c]] * weight[c] + source[start + corner[c + 1]] * weight[c + 1]
          + source[start + corner[c + 2]] * weight[c + 2] + source[start + corner[c + 3]] * weight[c + 3];
      }
    }
  };
}

/** Pixels beside another region: their places, and of each the four corners in the small picture with weights. */
function edgesOf(small, rows, columns, labels, top, down, left, across) {
  const place = [], corner = [], weight = [];
  for (let y = 0, i = 0; y < top.length; y++) {
    const above = top[y] * columns, below = Math.min(top[y] + 1, rows - 1) * columns, fy = down[y];
    for (let x = 0; x < left.length; x++, i++) {
      const l = left[x], r = Math.min(l + 1, columns - 1), own = labels[i], fx = across[x];
      const a = small[above + l] === own, b = small[above + r] === own, c = small[below + l] === own, d = small[below + r] === own;
      if ((a && b && c && d) || !(a || b || c || d)) continue;
      const shares = [a && (1 - fy) * (1 - fx) + 1e-3, b && (1 - fy) * fx + 1e-3, c && fy * (1 - fx) + 1e-3, d && fy * fx + 1e-3];
      const sum = shares.reduce((total, share) => total + Number(share), 0);
      place.push(i);
      corner.push(above + l, above + r, below + l, below + r);
      for (const share of shares) weight.push(share / sum);
    }
  }
  return { place: Int32Array.from(place), corner: Int32Array.from(corner), weight: Float32Array.from(weight) };
}
