/* The layers of the picture: the colours, the drawing before, a veil or tint over it, a gate's map, and, where
   the drawing is looked at closely, its own full-size lines instead of the view's. */

import * as api from "./api.js";
import { isNone, NOWHERE } from "./areas.js";
import { complain, find, findAll } from "./dom.js";
import { resolved } from "./fills.js";
import { painterOf } from "./regions.js";
import { remembering } from "./session.js";
import { Stage } from "./stage.js";
import { store } from "./store.js";
import { tint, veil as where, veiled } from "./where.js";

const CLOSE = 1.15; // times the view's own size from which the full-size lines are shown

export const stage = new Stage(find("#stage"), find("#world"));
const picture = find("#picture"), over = find("#over"), before = find("#before"), fine = find("#fine"), gate = find("#gate");
const pen = picture.getContext("2d"), veils = over.getContext("2d");

let shown = null, close = false, split = false;
export const seen = { gate: 0 };

/** The look that is on the screen, drawn. */
export function draw() {
  const look = store.look, { painting } = look;
  if (!painting) return;
  if (shown !== painting) open(painting);
  const { painter } = painting;
  const near = look.lines && isClose(painting);
  if (near !== close) {
    close = near;
    fine.hidden = !near;
    drawBefore();
  }
  put(pen, painter.paint({ ...resolved(look), lines: look.lines && !near }), painter.taken());
}

function put(context, image, box) {
  const [left, top, right, bottom] = box;
  if (!isNone(box)) context.putImageData(image, 0, 0, left, top, right - left, bottom - top);
}

function open(painting) {
  const { painter, drawing } = painting;
  painter.fresh();
  for (const canvas of [picture, over, before]) Object.assign(canvas, { width: painter.width, height: painter.height });
  if (shown?.drawing !== drawing) {
    fine.removeAttribute("src");
    if (drawing.bitmap && drawing.bitmap.width === painting.width) {
      fine.src = drawing.address ??= URL.createObjectURL(drawing.file);
      fine.style.filter = `brightness(${255 / paper(drawing.bitmap)})`;
    }
  }
  showNothing();
  shown = painting;
  picture.parentElement.classList.toggle("clear", Boolean(painter.arrays.alpha));
  stage.resize(painting.width, painting.height);
  drawBefore();
  showGate(Math.min(seen.gate, painting.gates));
}

/** Brightness that counts as white, as the program finds it. */
function paper(bitmap) {
  const side = 256, canvas = new OffscreenCanvas(side, side), context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, side, side);
  context.drawImage(bitmap, 0, 0, side, side);
  const green = context.getImageData(0, 0, side, side).data.filter((_, i) => i % 4 === 1).sort();
  return Math.max(128, green[Math.floor(0.9 * green.length)] - 8);
}

const isClose = ({ painter, width }) =>
  fine.hasAttribute("src") && width > painter.width && stage.scale * devicePixelRatio * width / painter.width > CLOSE;

/** The drawing alone; white where the full-size lines lie over it. */
function drawBefore() {
  before.hidden = !split;
  if (!split || !shown) return;
  const { lines, alpha } = shown.painter.arrays, image = new ImageData(before.width, before.height);
  for (let i = 0, from = 0, to = 0; to < image.data.length; i++) {
    for (let part = 0; part < 3; part++) image.data[to++] = close ? 255 : lines[from + part];
    image.data[to++] = alpha ? alpha[i] : 255;
    from += 3;
  }
  before.getContext("2d").putImageData(image, 0, 0);
}

stage.addEventListener("place", () => {
  const { painting } = store.look;
  if (!painting) return;
  const zoomed = stage.scale * devicePixelRatio * painting.width / painting.painter.width;
  picture.parentElement.classList.toggle("pixels", zoomed >= 4);
  if (shown === painting && isClose(painting) !== close) draw();
});

/** from 0, all painted, to 1, all drawing; null ends it. */
export function compare(share) {
  if (split !== (share !== null)) {
    split = share !== null;
    drawBefore();
  }
  if (split) before.style.clipPath = `inset(0 ${100 * (1 - share)}% 0 0)`;
}

let cover = null;
/** One image for all veils: each of them sets every pixel. */
const blank = () => (cover?.width === over.width && cover.height === over.height ? cover : (cover = new ImageData(over.width, over.height)));
const ground = () => getComputedStyle(document.body).getPropertyValue("--veil").trim() === "dark" ? [24, 24, 24] : [240, 240, 239];

let laid = { name: "", set: null, box: NOWHERE }; // what lies over the picture, on which regions, and where

/** name: of what it shows, or "" for what is always drawn anew; drawn(painter, target): its box. */
function lay(name, drawn) {
  const painter = painterOf(store.look);
  if (!painter || (name && laid.name === name && laid.set === painter.set)) return;
  showNothing();
  const target = blank();
  laid = { name, set: painter.set, box: drawn(painter, target) };
  put(veils, target, laid.box);
}

export function showWhere(kinds) {
  if (store.look.painting?.painter.points) lay("", (painter, target) => where(painter, store.look, kinds, ground(), target));
}

/** These regions in a colour, over all else. */
export function showRegions(regions, color) {
  lay(`${color} ${regions}`, (painter, target) => tint(painter, regions, color, target));
}

/** All but these regions under a veil. */
export function showOnly(regions) {
  lay("", (painter, target) => veiled(painter, regions, ground(), target));
}

export function showNothing() {
  const { box, box: [left, top, right, bottom] } = laid;
  if (!isNone(box)) veils.clearRect(left, top, right - left, bottom - top);
  laid = { name: "", set: null, box: NOWHERE };
}

/** The path of a lasso or a line that is being drawn, in pixels of the drawing; [] ends it. */
export function showPath(path, closed) {
  const drawn = path.length ? `M${path.map((at) => at.map((side) => side.toFixed(1)).join(" ")).join("L")}${closed ? "Z" : ""}` : "";
  find("#trail").setAttribute("viewBox", `0 0 ${stage.width} ${stage.height}`);
  for (const line of findAll("#trail path")) line.setAttribute("d", drawn);
}

/** number: from 1, the deepest; 0 shows none. */
export async function showGate(number) {
  const painting = shown;
  seen.gate = number;
  gate.hidden = true;
  if (!number || !painting) return;
  try {
    const blob = await remembering(painting, (id) => api.fetched(api.gate(id, number)));
    if (seen.gate !== number || shown !== painting) return;
    URL.revokeObjectURL(gate.src);
    gate.src = URL.createObjectURL(blob);
    gate.hidden = false;
  } catch (error) { complain(error); }
}

/** The look as a small canvas. */
export function thumbnail(look, side) {
  const { painter } = look.painting;
  const whole = new OffscreenCanvas(painter.width, painter.height);
  whole.getContext("2d").putImageData(painter.paint(resolved(look)), 0, 0);
  const scale = Math.min(1, side / Math.max(painter.width, painter.height));
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.max(1, Math.round(painter.width * scale)), height: Math.max(1, Math.round(painter.height * scale)) });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(whole, 0, 0, canvas.width, canvas.height);
  return canvas;
}
