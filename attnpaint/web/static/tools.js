/* What the pointer and the keys do on the picture: move it, look into it, and the tools of gestures.js. */

import * as after from "./after.js";
import * as board from "./board.js";
import { nameOf, toHex } from "./color.js";
import { announce, button, eachFrame, element, find } from "./dom.js";
import { filled, reached, resolved, shownColor, shownColors } from "./fills.js";
import { GESTURES, preview } from "./gestures.js";
import { colorInHand, hand, inHand, named, take } from "./hand.js";
import { pick } from "./picker.js";
import { painterOf, pixelAt, regionAt } from "./regions.js";
import { store } from "./store.js";
import { mark } from "./swatches.js";
import { madeOf } from "./where.js";

const { stage } = board;
const TOOLS = ["move", "brush", "erase", "lasso", "cut", "join"];
let tool = "move", gesture = null, aim = null, corners = 0; // aim: the keyboard's place, in the drawing's pixels

export function use(name) {
  gesture?.cancel();
  [tool, gesture, corners] = [name, null, 0];
  for (const each of TOOLS) find(`#${each}`).setAttribute("aria-pressed", each === name);
  find("#stage").dataset.tool = name;
  stage.hand = name === "move";
  if (name === "move") aim = null;
  showAim();
  board.showNothing();
  mark([]);
  find("#made").hidden = true;
}

/** A colour into the brush; the tool in hand becomes one that fills. */
export function takeColor(fill) {
  take(fill);
  if (tool !== "lasso") use("brush");
  announce(`In the brush: ${named()}`);
}

let ink = "";
function showInk() {
  if (ink === named()) return;
  ink = named();
  find("#ink i").style.background = toHex(colorInHand());
  find("#ink").ariaDescription = named();
  find("#stage").style.setProperty("--hand", toHex(colorInHand()));
}

function colorAt(at) {
  const pixel = pixelAt(store.look, at);
  if (pixel < 0) return null;
  const { data } = painterOf(store.look).paint({ ...resolved(store.look), lines: false });
  return [...data.subarray(4 * pixel, 4 * pixel + 3)];
}

/* Looking into the picture */

const hover = eachFrame(({ event, at }) => {
  if (stage.panning || stage.drawing || board.seen.gate) return;
  const look = store.look;
  if (tool !== "move") {
    if (event.pointerType !== "touch") preview(tool, at, event.shiftKey);
    return;
  }
  const pixel = pixelAt(look, at);
  inspect(pixel < 0 ? null : madeOf(painterOf(look), look, pixel));
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
  box.replaceChildren(...(found.stroke ? [chip(found.stroke, "your colour")] : found.parts.slice(0, 4).map((part) =>
    chip(rgb(part), `${Math.round(100 * part.share)} %${part.name ? ` ${part.name}` : ""}`))));
}

stage.addEventListener("hover", ({ detail }) => hover(detail));
stage.addEventListener("leave", () => {
  if (!stage.drawing) board.showNothing();
  inspect(null);
});

/* Strokes */

stage.addEventListener("draw", ({ detail: { event, at } }) => {
  if (event.altKey && !gesture) {
    const found = colorAt(at);
    if (found) take(found);
    return;
  }
  if (gesture && !corners) { gesture.move(at, event); return; }
  board.showNothing();
  gesture = GESTURES[tool === "move" ? "brush" : tool]();
  corners = 0;
  gesture.start(at, event);
});
stage.addEventListener("drawn", () => { gesture?.end(); gesture = null; });
stage.addEventListener("cancel", () => { gesture?.cancel(); gesture = null; });

/** A colour that was dragged onto the picture: shown, or left there. */
export function dropOn(place, fill, done) {
  const look = store.settled, region = look.painting ? regionAt(look, place) : 0, regions = reached(look, region, fill);
  if (!done) {
    if (regions.length) board.showRegions(regions, typeof fill === "number" ? look.colors[fill] : fill); else board.showNothing();
    return;
  }
  board.showNothing();
  take(fill);
  const change = filled(look, regions, fill);
  if (change) store.commit(change, "filled");
  after.show(regions);
  if (regions.length) announce(`Filled ${named()}`);
}

function openInk() {
  const { colors } = store.look, distinct = colors ? [...new Map(colors.map((one) => [toHex(one), one])).values()] : [];
  pick({ title: "Brush", color: colorInHand(), preview: take, commit: take, cancel() {}, quick: distinct }, find("#ink"));
  if (tool !== "brush" && tool !== "lasso") use("brush");
}

/* The keyboard's aim, and panning */

stage.addEventListener("place", () => showAim());
export const place = () => aim;

function showAim() {
  const mark = find("#aim");
  mark.hidden = !aim;
  if (aim) mark.style.transform = `translate(${aim[0]}px, ${aim[1]}px) scale(${1 / stage.scale})`;
}

function moveAim(by, far, whole) {
  const { painting } = store.look, sides = [painting.width, painting.height], from = aim ?? sides.map((side) => side / 2);
  aim = [0, 1].map((side) => Math.min(sides[side] - 1, Math.max(0, from[side] + far * by[side] / stage.scale)));
  showAim();
  if (corners) { gesture.move(aim, {}); return; }
  preview(tool, aim, whole);
  announce(`${nameOf(shownColor(shownColors(store.look), regionAt(store.look, aim)))} region`);
}

/** Enter at the aim: a whole stroke, or a corner of a path, which ends where Enter is pressed twice. */
function press(event) {
  const still = gesture && corners && corners === aim;
  if (!gesture) (gesture = GESTURES[tool]()).start(aim, event); else gesture.move(aim, event);
  if (tool === "brush" || tool === "erase" || still) {
    gesture.end();
    [gesture, corners] = [null, 0];
  } else {
    corners = aim;
    announce("Corner. Enter twice ends the path.");
  }
}

find("#stage").addEventListener("keydown", (event) => {
  if (event.target !== find("#stage") || event.ctrlKey || event.metaKey || !store.look.painting) return;
  const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (by && tool === "move") {
    const far = event.shiftKey ? 160 : 40;
    stage.pan(-far * by[0], -far * by[1]);
  } else if (by) moveAim(by, event.shiftKey ? 40 : 10, false);
  else if ((event.key === "Enter" || event.key === " ") && aim) press(event);
  else return;
  event.preventDefault();
  event.stopPropagation();
});

/* The buttons */

const BUTTONS = {
  move: ["move", "Move and look (V)"], brush: ["brush", "Fill: click a region, again its group (B)"],
  erase: ["erase", "Take fills back (E)"], lasso: ["lasso", "Fill all within a lasso (L)"],
  cut: ["cut", "Divide: draw a line that is missing (D)"], join: ["join", "Join: draw across a line that should not divide (J)"],
};
for (const [id, [name, title]] of Object.entries(BUTTONS)) button(id, name, title, () => use(id));
find("#ink").title = "Colour of the brush; Alt and a click take it from the picture";
find("#ink").addEventListener("click", openInk);
hand.addEventListener("change", showInk);
store.addEventListener("change", eachFrame(showInk));
after.build();
showInk();
use("move");
