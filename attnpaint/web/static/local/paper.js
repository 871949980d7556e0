/* The background of a drawing: ink on a transparent layer, and white lines on black turned round; as
   attnpaint.inference.paper tells them. */

import { depths } from "./distance.js";
import { dilatedRound, plane, toGrey } from "./filters.js";
import { onGround } from "./picture.js";
import { fitted, resized } from "./resize.js";

const LOOKED = 1024, PAPER = 200, OPAQUE = 128, OWN = 0.05, DARK = 64, LIGHT = 128, BLACK = 0.6, EDGE = 0.75;
const FEW = 0.001, MANY = 0.35, THICK = 24, AREAS = 0.1, COLOR = 48, COLORED = 0.05, GREYS = 0.4, HUES = 0.25;

const small = (picture) => fitted(picture, LOOKED, false);
const greyOf = (picture) => { const rgb = onGround(picture); return toGrey(rgb.data, rgb.height, rgb.width); };
const share = (array, wanted) => array.reduce((sum, one, i) => sum + (wanted(one, i) ? 1 : 0), 0) / array.length;

/** Whether hardly any of what is visible is opaque paper. */
export function isInk(picture) {
  if (picture.channels === 3) return false;
  const { data, height, width } = small(picture);
  let paper = 0, visible = 0;
  const plain = new Uint8Array(3 * height * width);
  for (let i = 0; i < height * width; i++) plain.set(data.subarray(4 * i, 4 * i + 3), 3 * i);
  const grey = toGrey(plain, height, width).data;
  for (let i = 0; i < grey.length; i++) {
    if (data[4 * i + 3] > 0) visible++;
    if (grey[i] >= PAPER && data[4 * i + 3] >= OPAQUE) paper++;
  }
  return paper <= OWN * visible;
}

/** { picture, note }: with dark lines on light paper. */
export function turnedRound(picture) {
  const clear = picture.channels === 4 && isWhiteInk(picture);
  if (!clear && !isWhiteOnBlack(onGround(picture))) return { picture, note: "" };
  const from = clear ? onGround(picture, 0) : picture;
  const data = from.data.map((level, at) => (from.channels === 4 && at % 4 === 3 ? level : 255 - level));
  return { picture: { ...from, data }, note: "this drawing is white on black: it was turned round" };
}

function isWhiteInk(picture) {
  const looked = small(picture);
  return greyOf(looked).data.every((level) => level > PAPER) && isWhiteOnBlack(onGround(looked, 0));
}

/** Whether these are thin light lines on black. RGB. */
function isWhiteOnBlack(picture) {
  const looked = small(picture), grey = greyOf(looked), { data, height, width } = grey, light = plane(data.map((level) => (level >= LIGHT ? 1 : 0)), height, width);
  const onEdge = (i) => i < width || i >= width * (height - 1) || i % width === 0 || i % width === width - 1;
  if (share(data, (level) => level < DARK) < BLACK || share(data.filter((_, i) => onEdge(i)), (level) => level < DARK) < EDGE) return false;
  const lit = share(light.data, Boolean);
  if (lit < FEW || lit > MANY || colored(looked, COLOR) > COLORED) return false;
  const framed = new Uint8Array((width + 2) * (height + 2)), thick = Math.max(4, Math.min(height, width) / THICK);
  for (let y = 0; y < height; y++) framed.set(light.data.subarray(y * width, (y + 1) * width), (y + 1) * (width + 2) + 1);
  const wide = Uint8Array.from(depths(plane(framed, height + 2, width + 2)), (far) => (far > thick / 2 ? 1 : 0));
  const grown = dilatedRound(plane(wide, height + 2, width + 2), 2 * Math.round(thick / 2) + 1).data;
  return grown.reduce((sum, one) => sum + one, 0) <= AREAS * light.data.reduce((sum, one) => sum + one, 0);
}

/** Share of pixels whose channels differ by more than `least`. */
function colored({ data }, least) {
  let found = 0;
  for (let at = 0; at < data.length; at += 3) {
    const most = Math.max(data[at], data[at + 1], data[at + 2]);
    if (most - Math.min(data[at], data[at + 1], data[at + 2]) > least) found++;
  }
  return found / (data.length / 3);
}

/** What speaks against this being a line drawing, or an empty text. seen: uint8, as the network sees it. */
export function oddityOf(clean, seen, height, width) {
  if (seen.every((level) => level > 200)) return "there is hardly a line in this drawing: it is all paper";
  if (seen.every((level) => level < 55)) return "this drawing is black all over: dark lines on light paper are wanted";
  const greys = share(seen, (level) => level > 64 && level < 208);
  if (greys > GREYS || colored(resized(clean, height, width), 48) > HUES) return "this looks like a photo or a painting, not a line drawing; it is painted all the same";
  return "";
}
