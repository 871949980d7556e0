/* The figure by its parts (hair, skin, …): the colours of each, which change all of it at once. */

import * as board from "./board.js";
import { nameOf, same, toHex } from "./color.js";
import { announce, element, find } from "./dom.js";
import { colorOf, filled, roles } from "./fills.js";
import { PARTS } from "./groups.js";
import { pick } from "./picker.js";
import { store } from "./store.js";

const MOST = 5, LEAST = 0.002; // chips of a part, and the share of the picture from which a colour has one
const list = find("#parts-list");
let rows = [];

const word = (part) => PARTS[part][0].toUpperCase() + PARTS[part].slice(1);

/** A colour for regions, as one step. */
function give(regions, fill, part) {
  const change = filled(store.settled, regions, fill);
  if (!change) { store.drop(); return; }
  store.commit(change, PARTS[part]);
  announce(`${word(part)}: ${nameOf(colorOf(store.settled, fill))}`);
}

function open(part, { color, regions }, chip) {
  pick({
    title: word(part), color,
    preview: (rgb) => { const change = filled(store.settled, regions, rgb); if (change) store.preview(change); else store.drop(); },
    commit: (rgb) => { if (same(rgb, color)) store.drop(); else give(regions, rgb, part); },
    cancel: () => store.drop(),
    quick: store.look.colors ? [...new Map(store.look.colors.map((one) => [toHex(one), one])).values()] : [],
  }, chip);
}

function row({ part, regions, colors }) {
  const name = element("button", { type: "button", className: "role", title: `Where the ${PARTS[part]} is. Drop a colour here to give it to all of it.` }, word(part));
  const chips = colors.filter(({ area }, i) => i === 0 || (i < MOST && area >= LEAST)).map((one) => {
    const chip = element("button", { type: "button", className: "chip", title: `${toHex(one.color)}: change it`, ariaLabel: `${word(part)}: ${nameOf(one.color)}, ${toHex(one.color)}. Change it` });
    chip.style.background = toHex(one.color);
    chip.addEventListener("click", () => open(part, one, chip));
    watch(chip, one.regions);
    return chip;
  });
  watch(name, regions);
  const made = element("li", {}, name, element("span", { className: "chips" }, ...chips));
  made.given = (fill, target) => { // a colour that was dropped on a chip, or on the row
    const at = chips.indexOf(target.closest(".chip"));
    give(at < 0 ? regions : colors[at].regions, fill, part);
  };
  return made;
}

function watch(button, regions) {
  button.addEventListener("pointerenter", () => board.showOnly(regions));
  button.addEventListener("focus", () => { if (button.matches(":focus-visible")) board.showOnly(regions); });
  for (const kind of ["pointerleave", "blur"]) button.addEventListener(kind, board.showNothing);
}

/** Rows as the look is; kept while the same parts show the same colours. */
export function update() {
  const look = store.settled, found = look.painting && (look.painting.painter.arrays.parts || look.marks.size) ? roles(look) : [];
  find("#parts").hidden = !found.length;
  const told = JSON.stringify(found);
  if (told === rows) return;
  rows = told;
  const focused = [...list.querySelectorAll("button")].indexOf(document.activeElement);
  list.replaceChildren(...found.map(row));
  const all = [...list.querySelectorAll("button")];
  all.forEach((each, i) => { each.tabIndex = i === Math.max(0, focused) ? 0 : -1; });
  if (focused >= 0) all[focused]?.focus();
}

list.addEventListener("keydown", (event) => { // one stop for Tab, arrows within
  const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
  if (!by) return;
  const all = [...list.querySelectorAll("button")], at = all.indexOf(document.activeElement), next = all[(at + by + all.length) % all.length];
  [all[at].tabIndex, next.tabIndex] = [-1, 0];
  next.focus();
  event.preventDefault();
  event.stopPropagation();
});
