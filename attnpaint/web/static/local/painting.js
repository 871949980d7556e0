/* From a drawing and a reference to a painting: what attnpaint.inference.colorizer does, by the same steps. */

import { joinOpen, openShares } from "./borders.js";
import { chooseForGroups } from "./decide.js";
import { paperOf, plane, toGrey } from "./filters.js";
import { measured } from "./measure.js";
import { isInk, oddityOf, turnedRound } from "./paper.js";
import { alphaOf, onGround, whitePaper } from "./picture.js";
import { planesOf } from "./planes.js";
import { Problem } from "./problem.js";
import { Random } from "./random.js";
import { viewOf } from "./reference.js";
import { cropped, fitted, laid, letterbox, nearest } from "./resize.js";
import { paperLight, sampleRegions } from "./samples.js";
import { counts, extent, findRegions, isStrip, largest } from "./segment.js";

const GAP = 14, REGIONS = 512, FINE = 2048;
const INK = [0, 0, 0], PAPER = [255, 255, 255];

/** drawing: decoded; palette: { colors, weights }; reference: decoded, or null where the palette alone is known; gap: px or
    null; opaque: as in the program's interface; graphs: see graphs.js; size: of
    the network's square; groundApart: whether the model knows a reference without its ground; step: called between steps. */
export async function painted({ drawing, palette, reference, gap, opaque }, graphs, { size, groundApart }, step = async () => {}) {
  if (isStrip(drawing.height, drawing.width)) throw new Problem("long strips are not painted in the browser; cut it into pages, or paint it with attnpaint on your computer");
  const { picture, note } = turnedRound(drawing), keeps = opaque === null ? !isInk(picture) : !opaque, kept = keeps ? picture : onGround(picture);
  const clean = whitePaper(onGround(kept)), looked = fitted(clean, FINE, false), fine = clean.width > FINE || clean.height > FINE ? looked : clean;
  const grey = toGrey(fine.data, fine.height, fine.width), { square, box } = letterbox(toGrey(clean.data, clean.height, clean.width), size);
  await step();
  const unit = Math.max(1, extent(clean.height, clean.width) / 512), found = findRegions(grey, gap === null ? GAP : gap / unit);
  const labels = gap === null ? joinOpen(found, grey, largest(found.data) + 1) : found;
  await step();
  const small = nearest(labels, box.height, box.width), count = largest(labels.data) + 1, colors = palette.colors.flat();
  const maps = await graphs.look(square.data, size, colors, palette.weights.flat());
  await step();
  const lies = plane(laid(small.data, new Int32Array(size * size), box), size, size);
  const regions = sampleRegions(lies, paperLight(square), REGIONS, new Random()), view = reference ? viewOf(onGround(reference), colors, groundApart) : null;
  const answers = await graphs.decide(square.data, size, maps.tokens, palette, regions, view);
  await step();
  const all = [...colors, INK, PAPER], open = openShares(labels, grey, Array.from(answers.label), count);
  const ground = groundOf(labels), weights = chooseForGroups(answers, small, count, all, inkedOf(grey, labels, count), open, ground);
  const painting = { clean, alpha: alphaOf(kept), square, box, labels, small, maps, answers, weights, colors: all, ground, count };
  const planes = planesOf(painting), notes = [note, oddityOf(clean, cropped(square.data, box), box.height, box.width)].filter(Boolean);
  return { planes, notes, labels, clean, alpha: painting.alpha, palette, width: clean.width, height: clean.height };
}

/** The palette of a picture, as the model sees it. */
export const paletteOf = (picture, { groundApart }) => measured(picture, groundApart);

/** The share of ink in each region. */
function inkedOf(grey, labels, count) {
  const paper = paperOf(grey).data, ink = new Float64Array(count), area = counts(labels.data, count);
  for (let i = 0; i < paper.length; i++) if (!paper[i]) ink[labels.data[i]]++;
  return ink.map((size, region) => size / Math.max(area[region], 1));
}

/** The region along more than half of the drawing's edge; 0 where there is no such. */
function groundOf({ data, height, width }) {
  const edge = new Map(), add = (label) => edge.set(label, (edge.get(label) ?? 0) + 1);
  for (let x = 0; x < width; x++) { add(data[x]); add(data[(height - 1) * width + x]); }
  for (let y = 0; y < height; y++) { add(data[y * width]); add(data[(y + 1) * width - 1]); }
  const [label, size] = [...edge].reduce((best, one) => (one[1] > best[1] ? one : best));
  return 2 * size > 2 * (height + width) ? label : 0;
}
