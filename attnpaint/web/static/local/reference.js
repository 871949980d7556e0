/* What the region stage is shown of a reference: where its colours are, and its own regions. */

import { blurred, plane, round, toGrey } from "./filters.js";
import { findGround } from "./ground.js";
import { Random } from "./random.js";
import { cropped, fitted, laid, letterbox } from "./resize.js";
import { GRID, paperLight, samplePalette, sampleRegions, votes } from "./samples.js";
import { findRegions, largest } from "./segment.js";

const { fround } = Math;
const SIDE = 320, REGIONS = 96, GAP = 9, MIXED = 0.5;

/** picture: uint8 RGB on white { data, height, width }; colors: 16 of [r, g, b], four bands of four; apart: nothing is told of
    its flat ground; a scene is what has none. */
export function viewOf(picture, colors, apart = false) {
  const small = fitted({ ...picture, channels: 3 }, SIDE, false), lines = outlines(small), random = new Random();
  const { square, box } = letterbox(lines, SIDE), { square: colored } = letterbox(small, SIDE), light = paperLight(square);
  const inner = { data: cropped(colored.data, box, 3), height: box.height, width: box.width, channels: 3 }, drawn = plane(cropped(square.data, box), box.height, box.width);
  const whole = (data) => plane(laid(data, new Int32Array(SIDE * SIDE), box), SIDE, SIDE);
  const entries = whole(nearestColors(inner, colors, drawn)), own = whole(findRegions(drawn, GAP * SIDE / 512).data);
  const inside = apart ? findGround(inner) : null, ground = inside && laid(inside.data, new Uint8Array(SIDE * SIDE), box);
  if (ground) for (let i = 0; i < ground.length; i++) if (ground[i]) entries.data[i] = 0;
  const found = samplePalette(entries, light, colors.length, random), regions = sampleRegions(own, light, REGIONS, random);
  if (ground) hide(regions, own.data, ground);
  return { scene: apart && !inside, side: SIDE, sketch: square.data, where: sharesInCells(entries, colors.length), entries: found, own: regions, ...shadesOf(own, colored.data, light, regions) };
}

/** The share of each of GRID×GRID cells that has each colour: kinds×GRID×GRID. */
function sharesInCells({ data, height, width }, kinds) {
  const found = new Float32Array(kinds * GRID * GRID), cell = [height / GRID, width / GRID], one = 1 / (cell[0] * cell[1]);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const label = data[y * width + x];
    if (label) found[((label - 1) * GRID + Math.floor(y / cell[0])) * GRID + Math.floor(x / cell[1])] += one;
  }
  return found;
}

/** Regions that are mostly ground are not valid. */
function hide(regions, labels, ground) {
  const area = new Float64Array(largest(labels) + 1), hidden = new Float64Array(area.length);
  labels.forEach((label, i) => { area[label]++; hidden[label] += ground[i]; });
  for (let place = 0; place < regions.count; place++) if (hidden[regions.label[place]] > 0.5 * area[regions.label[place]]) regions.valid[place] = 0;
}

/** Extended difference of Gaussians (Winnemöller et al. 2012): dark lines on white. */
function outlines({ data, height, width }) {
  const grey = plane(Float32Array.from(toGrey(data, height, width).data, (level) => level / 255), height, width), sigma = 0.6 + 0.6 * 0.5;
  const fine = blurred(grey, sigma).data, coarse = blurred(grey, 1.6 * sigma).data;
  return plane(Uint8Array.from(fine, (level, i) => {
    const sharp = fround(21 * level + fround(fround(-0.3) - 20 * coarse[i])); // rounded as OpenCV rounds
    return round(fround(255 * fround(1 + fround(Math.tanh(Math.min(sharp, 0) * 8)))));
  }), height, width);
}

/** Which palette colour each pixel has, from 1: of its own band's the nearest; 0 on lines. */
function nearestColors({ data, height, width }, colors, lines) {
  const found = new Int32Array(height * width), bands = colors.length / 4;
  for (let band = 0; band < bands; band++) {
    const four = colors.slice(4 * band, 4 * band + 4);
    for (let i = round(band * height / bands) * width, end = round((band + 1) * height / bands) * width; i < end; i++) {
      let best = 0, least = Infinity;
      four.forEach(([r, g, b], rank) => {
        const apart = (data[3 * i] - r) ** 2 + (data[3 * i + 1] - g) ** 2 + (data[3 * i + 2] - b) ** 2;
        if (apart < least) [best, least] = [rank, apart];
      });
      found[i] = lines.data[i] < 128 ? 0 : 4 * band + best + 1;
    }
  }
  return found;
}

/** color: mean of each region in [-1, 1], away from lines; weight: how much it counts, less where its colours are mixed. */
function shadesOf(labels, rgb, light, regions) {
  const count = largest(labels.data) + 1, weight = votes(light), total = new Float64Array(count), sums = new Float64Array(6 * count);
  for (let i = 0; i < weight.length; i++) {
    const label = labels.data[i];
    total[label] += weight[i];
    for (let part = 0; part < 3; part++) {
      const value = rgb[3 * i + part] / 127.5 - 1;
      sums[6 * label + part] += weight[i] * value;
      sums[6 * label + 3 + part] += weight[i] * value * value;
    }
  }
  const color = new Float32Array(3 * REGIONS), shown = new Float32Array(REGIONS);
  for (let place = 0; place < regions.count; place++) {
    const label = regions.label[place], mean = (at) => sums[6 * label + at] / Math.max(total[label], 1e-9);
    let spread = 0;
    for (let part = 0; part < 3 && regions.valid[place]; part++) {
      color[3 * place + part] = mean(part);
      spread += Math.max(0, mean(3 + part) - mean(part) ** 2);
    }
    shown[place] = regions.area[place] * Math.min(1, Math.max(0.05, 1 - Math.sqrt(spread) / MIXED));
  }
  return { color, weight: shown };
}
