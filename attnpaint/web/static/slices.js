/* The strips of the reference beside the palette's rows. */

import { toHex } from "./color.js";
import { find } from "./dom.js";
import { entries } from "./palette.js";
import { store } from "./store.js";

const root = find("#palette");

/** Each band's own part of the picture that it came from, or its colours where it came from a palette file. */
export function slices() {
  const look = store.settled;
  look.sources.forEach((source, band) => {
    const canvas = find(`[data-band="${band}"] canvas`, root), context = canvas.getContext("2d"), { width, height } = canvas;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    if (source?.bitmap) {
      const tall = source.bitmap.height / 4, wide = Math.min(source.bitmap.width, tall * width / height);
      const high = wide * height / width;
      context.drawImage(source.bitmap, (source.bitmap.width - wide) / 2, band * tall + (tall - high) / 2, wide, high, 0, 0, width, height);
      return;
    }
    let x = 0;
    for (const entry of source ? entries.slice(4 * band, 4 * band + 4) : []) {
      const share = width * source.palette.weights[entry];
      context.fillStyle = toHex(source.palette.colors[entry]);
      context.fillRect(x, 0, Math.ceil(share), height);
      x += share;
    }
  });
}
