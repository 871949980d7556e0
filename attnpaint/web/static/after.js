/* The bar after a fill: what else is like it, what it is, and whether it stays. */

import * as board from "./board.js";
import { announce, button, element, find, tell } from "./dom.js";
import { colorOf, filled, held, marked, moreLike } from "./fills.js";
import { PARTS, partOf } from "./groups.js";
import { toHex } from "./color.js";
import { store } from "./store.js";

const bar = find("#after");
let regions = [], more = [];

/** regions: those that were just filled; none hides the bar. */
export function show(those) {
  regions = those;
  update();
}

export const shown = () => regions.filter((region) => store.settled.strokes.has(region) || store.settled.held.has(region));

function update() {
  const look = store.settled, there = look.painting ? shown() : [];
  bar.hidden = !there.length;
  more = there.length ? moreLike(look, there) : [];
  if (!there.length) return;
  const fill = look.strokes.get(there[0]);
  find("i", bar).style.background = fill === undefined ? "none" : toHex(colorOf(look, fill));
  const takes = find("#likewise");
  takes.hidden = !more.length;
  takes.replaceChildren(`${more.length} more like this `, element("kbd", {}, "↵"));
  find("#part").value = partOf(look, there[0]);
  const locked = there.every((region) => look.held.has(region));
  find("#hold").setAttribute("aria-pressed", locked);
  find("#hold").title = find("#hold").ariaLabel = locked ? "Unlock: it may change again (K)" : "Lock: it keeps this colour (K)";
}

/** Fills what is like the last fill; false where there is nothing. */
export function takeMore() {
  const look = store.settled, there = shown(), fill = look.strokes.get(there[0]);
  if (!more.length || fill === undefined) return false;
  const count = more.length, all = [...there, ...more];
  board.showNothing();
  store.commit(filled(look, more, fill) ?? {}, `${count} more`);
  announce(`Filled ${count} more`);
  show(all);
  return true;
}

export function hold() {
  const look = store.settled, there = shown();
  if (!there.length) { tell("Fill a region first; then it can be locked."); return; }
  const locks = !there.every((region) => look.held.has(region));
  store.commit(held(look, there, locks), locks ? "locked region" : "unlocked region");
  announce(locks ? "Locked" : "Unlocked");
}

export function build() {
  const select = find("#part"), names = [[-1, "not known"], ...PARTS.map((name, part) => [part, name])];
  select.append(...names.map(([value, name]) => element("option", { value }, name)));
  select.addEventListener("change", () => {
    store.commit(marked(store.settled, shown(), Number(select.value)), `marked as ${select.selectedOptions[0].textContent}`);
    announce(`Marked as ${select.selectedOptions[0].textContent}`);
  });
  find("#likewise").addEventListener("click", () => { takeMore(); find("#stage").focus({ preventScroll: true }); });
  for (const kind of ["pointerenter", "focus"]) find("#likewise").addEventListener(kind, () => board.showRegions(more, colorOf(store.settled, store.settled.strokes.get(shown()[0]))));
  for (const kind of ["pointerleave", "blur"]) find("#likewise").addEventListener(kind, board.showNothing);
  button("hold", "lock", "Lock: it keeps this colour (K)", hold);
  store.addEventListener("change", () => { if (!store.draft) update(); });
}
