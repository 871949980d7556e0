/* From a drawing and a reference to a painting: what attnpaint.inference.colorizer does, by the same steps. */

import { joinOpen, openings, openShares } from "./borders.js";
import { chooseForGroups } from "./decide.js";
import { paperOf, plane, round, toGrey } from "./filters.js";
import { isColored, withGrounds } from "./grounds.js";
import { measured } from "./measure.js";
import { leaders, led } from "./open_groups.js";
import { longBox, paged } from "./pages.js";
import { isInk, oddityOf, turnedRound } from "./paper.js";
import { alphaOf, onGround, whitePaper } from "./picture.js";
import { inPieces, rejoined } from "./pieces.js";
import { planesOf } from "./planes.js";
import { Random } from "./random.js";
import { viewOf } from "./reference.js";
import { cropped, laid, letterbox, nearest, resized } from "./resize.js";
import { paperLight, samplePieces, sampleRegions } from "./samples.js";
import { counts, extent, findRegions, isStrip, largest, PAGE } from "./segment.js";

const GAP = 14, REGIONS = 512, FINE = 2048;
const INK = [0, 0, 0], PAPER = [255, 255, 255];

/** drawing: decoded; palette: { colors, weights }; reference: decoded, or null where the palette alone is known; gap: px or
    null; opaque: as in the program's interface; graphs: see graphs.js; model: { size: of the network's square, groundApart:
    whether it knows a reference without its ground }; step: called between steps. */
export async function painted({ drawing, palette, reference, gap, opaque }, graphs, model, step = async () => {}) {
  const { picture, note } = turnedRound(drawing), keeps = opaque === null ? !isInk(picture) : !opaque, kept = keeps ? picture : onGround(picture);
  const clean = whitePaper(onGround(kept)), { height, width } = clean, whole = toGrey(clean.data, height, width), strip = isStrip(height, width);
  const { square, box } = strip ? longBox(whole, model.size) : letterbox(whole, model.size), grey = fineOf(clean);
  await step();
  const found = findRegions(grey, gap === null ? GAP / (strip ? PAGE : 1) : gap / Math.max(1, extent(height, width) / 512), gap === null);
  const parted = gap === null ? inPieces(joinOpen(found, grey, largest(found.data) + 1), grey, GAP / (strip ? PAGE : 1)) : { labels: found };
  const shown = nearest(parted.labels, box.height, box.width);
  await step();
  const colors = palette.colors.flat(), view = reference ? viewOf(onGround(reference), colors, model.groundApart) : null;
  const see = (data, lies) => seen(data, lies, { graphs, palette, view, step, size: model.size, region: parted.region });
  const { maps, answers: said } = strip ? await paged(square, shown, model.size, see) : await see(square.data, laid(shown.data, new Int32Array(square.data.length), box));
  const { labels, answers: told } = parted.region ? rejoined(parted.labels, parted.region, said) : { labels: parted.labels, answers: said };
  const small = nearest(labels, box.height, box.width);
  const count = largest(labels.data) + 1, ground = groundOf(labels), inked = inkedOf(grey, labels, count);
  const { grounds, answers } = withGrounds(told, labels, grey, inked, ground, count, view?.scene);
  const numbers = Array.from(answers.label), open = openShares(labels, grey, numbers, count), eighteen = [...colors, INK, PAPER];
  // a scene's ground is painted where the network wants that, and so is one that has a colour in the same scene
  const paper = view?.scene ? [] : isColored(answers, ground) ? grounds : [ground, ...grounds];
  const chosen = chooseForGroups(answers, small, count, eighteen, inked, open, paper), alpha = alphaOf(kept);
  const weights = led(chosen, eighteen.length, numbers, leaders(answers, openings(labels, grey, numbers, count), ground), paper);
  if (view?.scene && ground) for (const region of grounds) weights.copyWithin(region * eighteen.length, ground * eighteen.length, (ground + 1) * eighteen.length);
  const planes = planesOf({ clean, alpha, square, box, labels, small, maps, answers, weights, colors: eighteen, ground, grounds, count });
  const notes = [note, oddityOf(clean, cropped(square.data, box), box.height, box.width)].filter(Boolean);
  return { planes, notes, labels, clean, alpha, palette, width, height };
}

/** What the network says of a square, uint8, and of the regions in it: { maps, answers }. */
async function seen(square, lies, { graphs, palette, view, step, size, region }) {
  const maps = await graphs.look(square, size, palette.colors.flat(), palette.weights.flat());
  await step();
  const labels = plane(lies, size, size), light = paperLight(plane(square, size, size)), random = new Random();
  const regions = region ? samplePieces(labels, region, light, REGIONS, random) : sampleRegions(labels, light, REGIONS, random);
  const answers = await graphs.decide(square, size, maps.tokens, palette, regions, view);
  await step();
  return { maps, answers };
}

/** The copy that regions are found on, grey: of a large drawing a smaller one. */
function fineOf(clean) {
  const { height, width } = clean, scale = Math.min(1, FINE / extent(height, width), FINE / Math.sqrt(height * width));
  const fine = resized(clean, ...[height, width].map((side) => Math.max(1, round(side * scale))));
  return toGrey(fine.data, fine.height, fine.width);
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
