/* A painting as layers: the lines as transparent ink over the flat colours, as attnpaint.layered lays them. */

import { fromHex, nameOf, toHex, unpacked } from "../color.js";
import { round } from "./filters.js";

/** Bottom to top: { name, visible, layers } of a group, { name, visible, multiply, draw } of a layer, where draw() gives RGB or
    RGBA of the drawing's size. large: see save.js; look: how it is seen; pictureOf(large, look). */
export function stackOf(large, look, pictureOf) {
  const below = underLines(large.arrays), finished = (finish) => {
    const picture = pictureOf(large, { ...look, finish, lines: false });
    if (below) below.forEach((alpha, i) => { picture.data[4 * i + 3] = alpha; });
    return picture;
  };
  return [
    { name: "flat", visible: look.finish === "flat", layers: flatLayers(large, look, below) },
    ...["painted", "blend"].map((finish) => ({ name: finish, visible: look.finish === finish, multiply: false, draw: () => finished(finish) })),
    ink(large),
  ];
}

/** A layer of one colour for each that is seen, the largest on top. */
function flatLayers(large, { strokes, strength }, below) {
  const { width, height, area, arrays: { labels } } = large, colors = large.flat(strokes), keys = [], sizes = new Map();
  for (let region = 0; region < area.length; region++) {
    const color = unpacked(colors[region]).map((part) => 255 - Math.round((255 - part) * strength));
    keys.push(toHex(color));
    if (area[region]) sizes.set(keys[region], (sizes.get(keys[region]) ?? 0) + area[region]);
  }
  return [...sizes.keys()].sort((a, b) => sizes.get(a) - sizes.get(b)).map((key) => ({
    name: `${nameOf(fromHex(key))} ${key}`, visible: true, multiply: false,
    draw: () => {
      const color = fromHex(key), data = new Uint8Array(4 * labels.length);
      for (let i = 0; i < labels.length; i++) if (keys[labels[i]] === key) data.set([...color, below ? below[i] : 255], 4 * i);
      return { data, width, height, channels: 4 };
    },
  }));
}

/** The layer of lines, as opaque as they are dark: laid on white they are the drawing. */
function ink({ width, height, arrays: { lines, alpha } }) {
  const data = new Uint8Array(4 * width * height);
  let colored = false;
  for (let i = 0; i < width * height; i++) {
    const rgb = lines.subarray(3 * i, 3 * i + 3), least = Math.min(...rgb);
    rgb.forEach((part, at) => { data[4 * i + at] = round(255 * (part - least) / Math.max(255 - least, 1)); });
    data[4 * i + 3] = inkAlpha(255 - least, alpha?.[i]);
    colored ||= Math.max(...rgb) - least > 1;
  }
  return { name: "lines", visible: true, multiply: colored, draw: () => ({ data, width, height, channels: 4 }) };
}

const inkAlpha = (darkness, alpha = 255) => (alpha === 255 ? darkness : Math.floor((darkness * alpha + 127) / 255));

/** The alpha of what lies under the ink, so that both together have the drawing's; null where that is opaque. */
function underLines({ lines, alpha }) {
  return alpha ? alpha.map((whole, i) => {
    const least = Math.min(lines[3 * i], lines[3 * i + 1], lines[3 * i + 2]), over = inkAlpha(255 - least, whole);
    return whole === 255 ? 255 : round(255 * (whole - over) / Math.max(255 - over, 1));
  }) : null;
}
