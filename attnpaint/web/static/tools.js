/* What the pointer and the keys do on the picture: move it, look into it, paint regions. */

import * as board from "./board.js";
import { fromHex, nameOf, toHex } from "./color.js";
import { announce, button, eachFrame, element, find } from "./dom.js";
import { pick } from "./picker.js";
import { store } from "./store.js";
import { mark } from "./swatches.js";
import { madeOf } from "./where.js";

const { stage } = board;
const INK = 128, PAPER = 200; // brightness of the drawing under which there is a line, and from which there is none
const NEAR = 8; // px of the view
let tool = "move", color = fromHex("#d9583b");
let strokes = null, last = null, aim = null; // while a stroke is drawn; the keyboard's aim, in the drawing's pixels

export function use(name) {
  tool = name;
  for (const each of ["move", "brush", "erase"]) find(`#${each}`).setAttribute("aria-pressed", each === name);
  find("#stage").dataset.tool = name;
  stage.hand = name === "move";
  if (name === "move") aim = null;
  showAim();
  board.showNothing();
  mark([]);
  find("#made").hidden = true;
}

export function setColor(rgb) {
  color = rgb;
  find("#ink i").style.background = toHex(rgb);
  find("#ink").ariaDescription = `${nameOf(rgb)}, ${toHex(rgb)}`;
}

/** The pixel of the view at a place of the drawing, or -1 outside it. */
function pixelAt([x, y]) {
  const { painting } = store.look;
  if (!painting) return -1;
  const { width, height } = painting.painter;
  const column = Math.floor(x * width / painting.width), row = Math.floor(y * height / painting.height);
  return column < 0 || row < 0 || column >= width || row >= height ? -1 : row * width + column;
}

/** The region meant at a place: on a line the nearest one beside it. */
function regionAt(at) {
  const pixel = pixelAt(at);
  if (pixel < 0) return 0;
  const { painter } = store.look.painting, { labels } = painter.arrays;
  const column = pixel % painter.width, left = Math.max(-NEAR, -column), right = Math.min(NEAR, painter.width - 1 - column);
  let best = pixel, nearest = Infinity;
  if (painter.light(pixel) >= INK) return labels[pixel];
  for (let dy = -NEAR; dy <= NEAR; dy++) {
    for (let dx = left; dx <= right; dx++) {
      const beside = pixel + dy * painter.width + dx, far = dx * dx + dy * dy;
      if (far < nearest && painter.light(beside) >= PAPER) [best, nearest] = [beside, far];
    }
  }
  return labels[best];
}

function colorAt(at) {
  const pixel = pixelAt(at);
  if (pixel < 0) return null;
  const look = store.look, { painter } = look.painting;
  const { data } = painter.paint({ ...look, colors: board.colorsOf(look), lines: false });
  return [...data.subarray(4 * pixel, 4 * pixel + 3)];
}

/* Looking into the picture */

const hover = eachFrame(({ event, at }) => {
  if (stage.panning || board.seen.gate) return;
  const pixel = pixelAt(at), look = store.look;
  if (tool !== "move" && !stage.drawing) {
    const region = regionAt(at);
    if (region && event.pointerType !== "touch") board.showRegion(region, tool === "erase" ? [255, 255, 255] : color);
    else board.showNothing();
    return;
  }
  inspect(pixel < 0 ? null : madeOf(look.painting.painter, look, pixel));
});

function inspect(found) {
  const box = find("#made");
  box.hidden = !found || (!found.stroke && !found.parts.length);
  mark(found?.parts ?? []);
  if (box.hidden) return;
  const { colors } = store.look;
  const rgb = ({ kind }) => colors[kind] ?? (kind === 16 ? [0, 0, 0] : [255, 255, 255]);
  const chip = (one, text) => {
    const swatch = element("i");
    swatch.style.background = toHex(one);
    return element("span", {}, swatch, text);
  };
  box.replaceChildren(...(found.stroke ? [chip(found.stroke, "your stroke")] : found.parts.slice(0, 4).map((part) =>
    chip(rgb(part), `${Math.round(100 * part.share)} %${part.name ? ` ${part.name}` : ""}`))));
}

stage.addEventListener("hover", ({ detail }) => hover(detail));
stage.addEventListener("leave", () => {
  if (!stage.drawing) board.showNothing();
  inspect(null);
});

/* Strokes */

function dab(at) {
  const pixel = pixelAt(at);
  if (pixel < 0 || last && store.look.painting.painter.light(pixel) < INK) return; // lines are crossed
  const region = regionAt(at);
  if (tool === "erase") strokes.delete(region); else strokes.set(region, color);
}

function begin() {
  strokes = new Map(store.settled.strokes);
  last = null;
  board.showNothing();
}

function draw(at) {
  if (!strokes) begin();
  const steps = last ? Math.max(1, Math.ceil(Math.hypot(at[0] - last[0], at[1] - last[1]) * stage.scale / 2)) : 1;
  for (let i = 1; i <= steps; i++) dab(last ? [0, 1].map((side) => last[side] + (at[side] - last[side]) * i / steps) : at);
  last = at;
  store.preview({ strokes: new Map(strokes) });
}

function finish() {
  const was = store.settled.strokes, now = strokes;
  strokes = null;
  const changed = now && (now.size !== was.size || [...now].some(([region, one]) => was.get(region) !== one));
  if (changed) store.commit({ strokes: now }, tool === "erase" ? "erased stroke" : "stroke");
  else store.drop();
}

stage.addEventListener("draw", ({ detail: { event, at } }) => {
  if (!event.altKey) { draw(at); return; }
  const found = colorAt(at);
  if (found) setColor(found);
});
stage.addEventListener("drawn", finish);
stage.addEventListener("cancel", () => { strokes = null; store.drop(); });

function openInk() {
  const { colors } = store.look, distinct = colors ? [...new Map(colors.map((one) => [toHex(one), one])).values()] : [];
  const was = color;
  pick({ title: "Brush", color: was, preview: setColor, commit: setColor, cancel() {}, quick: distinct }, find("#ink"));
  if (tool !== "brush") use("brush");
}

/* The keyboard's aim, and panning */

stage.addEventListener("place", () => showAim());

function showAim() {
  const mark = find("#aim");
  mark.hidden = !aim;
  if (aim) mark.style.transform = `translate(${aim[0]}px, ${aim[1]}px) scale(${1 / stage.scale})`;
}

find("#stage").addEventListener("keydown", (event) => {
  if (event.target !== find("#stage") || event.ctrlKey || event.metaKey) return;
  const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  const { painting } = store.look;
  if (by && tool === "move") {
    const far = event.shiftKey ? 160 : 40;
    stage.pan(-far * by[0], -far * by[1]);
  } else if (by) {
    const far = (event.shiftKey ? 40 : 10) / stage.scale;
    aim = [0, 1].map((side) => Math.min([painting.width, painting.height][side] - 1, Math.max(0, (aim ?? [painting.width / 2, painting.height / 2])[side] + far * by[side])));
    showAim();
    board.showRegion(regionAt(aim), tool === "erase" ? [255, 255, 255] : color);
    announce(`${nameOf(colorAt(aim))} region`);
  } else if ((event.key === "Enter" || event.key === " ") && aim) {
    draw(aim);
    finish();
    announce(tool === "erase" ? "Erased" : `Painted ${nameOf(color)}`);
  } else return;
  event.preventDefault();
  event.stopPropagation();
});

/* The buttons */

const BUTTONS = {
  move: ["move", "Move and look (V)", () => use("move")],
  brush: ["brush", "Brush: colour the region under it (B)", () => use("brush")],
  erase: ["erase", "Erase strokes (E)", () => use("erase")],
};
for (const [id, given] of Object.entries(BUTTONS)) button(id, ...given);
find("#ink").title = "Colour of the brush; Alt and a click take it from the picture";
find("#ink").addEventListener("click", openInk);
setColor(color);
use("move");
