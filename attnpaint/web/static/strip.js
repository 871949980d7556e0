/* Results that were painted or kept, side by side. */

import { thumbnail } from "./board.js";
import { announce, element, find, icon } from "./dom.js";
import { store } from "./store.js";

const MOST = 16, SMALL = 72, LARGE = 640; // px of a thumbnail's height in the strip, and of its long side in the gallery
const FINISH = { painted: "painted", flat: "flat", blend: "blended" };
let results = []; // { look, canvas, number }
let count = 0;

/** The look as it is now, unless it is there already. */
export function keep(look = store.settled) {
  if (!look.painting || results.some((result) => result.look === look)) return;
  const canvas = thumbnail(look, LARGE);
  results.push({ look, canvas, small: smaller(canvas), number: ++count });
  results = results.slice(-MOST);
  show();
  find("#results").lastElementChild?.scrollIntoView({ block: "nearest", inline: "end" });
}

function use(result) {
  store.commit(result.look, `result ${result.number}`);
  result.look = store.settled;
  announce(`Result ${result.number}`);
  show();
}

/** Halved again and again, so that thin lines stay. */
function smaller(canvas) {
  let made = canvas;
  const height = Math.ceil(SMALL * devicePixelRatio);
  while (made.height > height) {
    const part = Math.max(0.5, height / made.height);
    const next = element("canvas", { width: Math.max(1, Math.round(made.width * part)), height: Math.max(1, Math.round(made.height * part)) });
    const context = next.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(made, 0, 0, next.width, next.height);
    made = next;
  }
  return made;
}

const caption = ({ look, number }) => {
  const source = look.painting.reference?.name;
  return `${number}: ${look.painting.drawing.name}${source ? ` from ${source}` : ""}, ${FINISH[look.finish]}`;
};

function item(result, large) {
  const canvas = large ? result.canvas : result.small;
  const button = element("button", { type: "button", ariaLabel: `Result ${caption(result)}`, title: caption(result) }, canvas);
  button.setAttribute("aria-current", result.look === store.settled);
  button.addEventListener("click", () => {
    use(result);
    find("#gallery").close();
  });
  const remove = element("button", { type: "button", className: "remove", ariaLabel: `Remove result ${result.number}` }, icon("close"));
  remove.addEventListener("click", () => {
    results = results.filter((each) => each !== result);
    show();
    if (large) showBeside();
  });
  const name = large ? [element("p", { className: "faint" }, caption(result))] : [];
  return element("li", {}, button, remove, ...name);
}

function show() {
  find("#strip").hidden = !store.settled.painting;
  find("#results").replaceChildren(...results.map((result) => item(result, false)));
  find("#beside").hidden = results.length < 2;
}

export function mark() {
  const buttons = find("#results").querySelectorAll("li > button:first-child");
  results.forEach((result, i) => buttons[i]?.setAttribute("aria-current", result.look === store.settled));
}

function showBeside() {
  find("#gallery-list").replaceChildren(...results.map((result) => item(result, true)));
}

export function build() {
  Object.assign(find("#keep"), { title: "Keep this one (M)", ariaLabel: "Keep this one among the results" }).append(icon("plus"));
  Object.assign(find("#beside"), { title: "Side by side", ariaLabel: "Results side by side" }).append(icon("grid"));
  find("#keep").addEventListener("click", () => keep());
  find("#beside").addEventListener("click", () => { showBeside(); find("#gallery").showModal(); });
}
