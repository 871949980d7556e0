/* Other views of the picture: before and after, the gates' maps, and how large it is shown. */

import * as board from "./board.js";
import { button, element, find, findAll, tell } from "./dom.js";
import { store } from "./store.js";

const { stage } = board;
let split = 0.5, comparing = false;

/* Before and after */

export function compare(on = !comparing) {
  comparing = on;
  find("#compare").setAttribute("aria-pressed", on);
  find("#split").hidden = !on;
  place();
}

function place() {
  const percent = `${Math.round(100 * stage.scale * devicePixelRatio)} %`;
  Object.assign(find("#actual"), { textContent: percent, ariaLabel: `${percent}, zoom to 100 %` });
  board.compare(comparing ? split : null);
  if (!comparing) return;
  const bar = find("#split"), top = Math.max(0, stage.y), bottom = Math.min(stage.box.height, stage.y + stage.height * stage.scale);
  bar.style.left = `${stage.x + split * stage.width * stage.scale}px`;
  bar.style.top = `${top}px`;
  bar.style.height = `${Math.max(60, bottom - top)}px`;
  bar.setAttribute("aria-valuenow", Math.round(100 * split));
  bar.setAttribute("aria-valuetext", `${Math.round(100 * split)} % of the drawing before painting`);
}

function slide(to) {
  split = Math.min(1, Math.max(0, to));
  place();
}

find("#split").addEventListener("pointerdown", (event) => {
  event.preventDefault();
  event.target.focus({ focusVisible: false });
  event.target.setPointerCapture(event.pointerId);
});
find("#split").addEventListener("pointermove", (event) => {
  if (event.target.hasPointerCapture(event.pointerId)) slide(stage.toPicture(event)[0] / stage.width);
});
find("#split").addEventListener("keydown", (event) => {
  const to = { ArrowLeft: split - 0.02, ArrowRight: split + 0.02, Home: 0, End: 1 }[event.key];
  if (to === undefined) return;
  slide(to);
  event.preventDefault();
  event.stopPropagation();
});
stage.addEventListener("place", place);

/* Where the network looked: its attention gates */

export function showGates(on = !board.seen.gate) {
  const { painting } = store.look, box = find("#gates");
  if (on && !painting?.gates) { tell("This model does not say where it looks."); return; }
  find("#look").setAttribute("aria-pressed", on);
  box.hidden = !on;
  board.showGate(on ? 1 : 0);
  if (!on) return;
  const choices = Array.from({ length: painting.gates }, (_, i) => {
    const input = element("input", { type: "radio", name: "gate", value: i + 1, checked: !i });
    input.addEventListener("change", () => board.showGate(i + 1));
    const word = i === 0 ? "Coarse" : i === painting.gates - 1 ? "Fine" : "";
    return element("label", { title: `Step ${i + 1} of ${painting.gates}, from coarse to fine` }, input, word || `${i + 1}`);
  });
  box.replaceChildren(...choices, element("span", { className: "faint" }, "brighter: it looked here more"));
}

/* A loupe: five times larger around the pointer, then as before */

const LARGER = 5;
let kept = null, pointer = null;

export function loupe(on = !kept) {
  if (on === Boolean(kept) || !store.look.painting) return;
  find("#loupe").setAttribute("aria-pressed", on);
  if (on) {
    const { x, y, scale, fitted } = stage;
    kept = { x, y, scale, fitted };
    stage.zoom(LARGER, pointer?.clientX, pointer?.clientY);
  } else {
    Object.assign(stage, kept);
    kept = null;
    if (stage.fitted) stage.fit(); else stage.place();
  }
}

find("#stage").addEventListener("pointermove", ({ clientX, clientY, target }) => { if (!target.closest("#tools")) pointer = { clientX, clientY }; });
find("#stage").addEventListener("pointerleave", () => { pointer = null; });

/* The buttons */

button("loupe", "loupe", "Loupe: five times larger, while Z is held or until clicked again", () => loupe());

button("compare", "compare", "Before and after (C)", () => compare());
button("look", "gates", "Where the network looked (G)", () => showGates());
button("less", "minus", "Smaller (−)", () => stage.zoom(1 / 1.25));
button("more", "plus", "Larger (+)", () => stage.zoom(1.25));
button("fit", "fit", "Fit (F)", () => stage.fit());
find("#actual").title = "One pixel of the drawing on one of the screen (A)";
find("#actual").addEventListener("click", () => stage.actual());

find("#tools").addEventListener("keydown", (event) => { // as toolbars are walked
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by) return;
  const all = findAll("#tools button").filter((each) => each.offsetParent);
  all[(all.indexOf(document.activeElement) + by + all.length) % all.length].focus();
  event.preventDefault();
  event.stopPropagation();
});
