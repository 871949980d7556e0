/* The palette that one can take hold of: slices of the reference, and beside each its four colours. */

import { showNothing, showWhere, stage } from "./board.js";
import { luma, nameOf, toHex } from "./color.js";
import { entryInHand, hand, keyed } from "./hand.js";
import { announce, eachFrame, element, find, findAll, icon, tell } from "./dom.js";
import { bandOf, entries, family, recolored, swapped, toggled } from "./palette.js";
import { isOpen, pick, refresh } from "./picker.js";
import { store } from "./store.js";
import { painterOf } from "./regions.js";
import { coverage } from "./where.js";

export const PLACES = ["top", "upper middle", "lower middle", "bottom"];
const SLICE = { width: 112, height: 46 };
const root = find("#palette");
export const together = () => find("#together").checked;
const swatch = (entry) => find(`[data-entry="${entry}"]`, root);
let dragged = null, wasDrag = false; // { entry, x, y, ghost } while a swatch is held

let taken = () => {}, dropped = () => {};

/** chooseBand(number): asks for another reference for a band; take(entry): puts a colour into the brush;
    drop(place, entry, done): a colour is held over a place of the drawing, or left there. */
export function build(chooseBand, take, drop) {
  [taken, dropped] = [take, drop];
  for (let band = 0; band < 4; band++) {
    const slice = element("button", { type: "button", className: "slice", title: `Take band ${band + 1} from another picture` });
    slice.dataset.band = band;
    slice.ariaLabel = `Band ${band + 1}, ${PLACES[band]}: take it from another picture`;
    slice.append(element("canvas", { width: 2 * SLICE.width, height: 2 * SLICE.height }), icon("picture"));
    slice.addEventListener("click", () => chooseBand(band));
    const row = element("div", { className: "band" }, slice);
    for (const entry of entries.slice(4 * band, 4 * band + 4)) {
      const button = element("button", { type: "button", className: "swatch", tabIndex: entry ? -1 : 0 }, icon("lock"), element("span"), element("kbd"));
      button.dataset.entry = entry;
      row.append(button);
    }
    root.append(row);
  }
  listen();
}

const fresh = () => store.look;
const title = (entry) => `Band ${bandOf(entry) + 1}, colour ${entry % 4 + 1}`;

function open(entry) {
  const members = family(fresh(), entry, together());
  const others = members.length - 1;
  pick({
    title: title(entry),
    color: fresh().colors[entry],
    preview: (color) => store.preview(recolored(store.settled, members, color)),
    commit: (color) => {
      if (toHex(color) === toHex(store.settled.colors[entry])) store.drop();
      else store.commit(recolored(store.settled, members, color), `colour ${toHex(color)}`);
    },
    cancel: () => store.drop(),
    original: () => fresh().painting.colors[entry],
    locked: () => fresh().locks[entry],
    lock: () => lock(entry),
    note: () => (others ? `With it ${others === 1 ? "changes one colour that looks" : `change ${others} colours that look`} the same.` : ""),
  }, swatch(entry));
}

function lock(entry) {
  const locked = !fresh().locks[entry];
  store.commit({ locks: toggled(fresh().locks, entry) }, locked ? "lock" : "unlock");
  announce(locked ? "Locked" : "Unlocked");
}

function exchange(from, to) {
  const change = swapped(fresh(), from, to, together());
  if (change) store.commit(change, "swap");
  else if (fresh().locks[from] || fresh().locks[to]) tell("A locked colour stays where it is.");
}

/** Keys are for the picture now: L is the lasso there, and a lock here. */
const toPicture = () => find("#stage").focus({ preventScroll: true, focusVisible: false });

function listen() {
  root.addEventListener("click", (event) => {
    const button = event.target.closest(".swatch");
    if (!button || wasDrag) return;
    const entry = Number(button.dataset.entry);
    if (event.detail === 0 && entry === entryInHand()) open(entry); // Enter once more
    else taken(entry);
    if (event.detail) toPicture();
  });
  root.addEventListener("dblclick", (event) => {
    const button = event.target.closest(".swatch");
    if (button && !wasDrag) open(Number(button.dataset.entry));
  });
  root.addEventListener("keydown", (event) => {
    const entry = Number(event.target.dataset?.entry ?? NaN);
    if (Number.isNaN(entry) || event.ctrlKey || event.metaKey) return;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -4, ArrowDown: 4 }[event.key];
    const to = entry + by;
    if (by && to >= 0 && to < 16 && (Math.abs(by) === 4 || bandOf(to) === bandOf(entry))) {
      if (event.altKey) exchange(entry, to);
      focus(to);
    } else if (event.key === "l" || event.key === "L") lock(entry);
    else if (event.key === "Backspace" || event.key === "Delete") {
      if (!fresh().locks[entry]) store.commit(recolored(fresh(), [entry], fresh().painting.colors[entry]), "reset");
    } else if (!by) return;
    event.preventDefault();
    event.stopPropagation();
  });
  root.addEventListener("pointerdown", (event) => {
    const button = event.target.closest(".swatch");
    if (!button || event.button) return;
    dragged = { entry: Number(button.dataset.entry), x: event.clientX, y: event.clientY, ghost: null };
    if (event.pointerType === "touch") where(dragged.entry);
  });
  hand.addEventListener("change", eachFrame(update));
  addEventListener("pointermove", drag);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, letGo);
  root.addEventListener("pointerover", (event) => {
    const button = event.pointerType !== "touch" && event.target.closest(".swatch");
    if (button && !dragged && !isOpen()) where(Number(button.dataset.entry));
  });
  root.addEventListener("pointerleave", () => where(null));
  root.addEventListener("focusin", (event) => {
    if (event.target.matches(".swatch:focus-visible")) { focus(Number(event.target.dataset.entry)); where(Number(event.target.dataset.entry)); }
  });
  root.addEventListener("focusout", () => where(null));
}

/** Where a colour, and what looks like it, went; null shows the picture again. */
const where = eachFrame((entry) => {
  const shown = entry !== null && !isOpen() && fresh().painting.points, box = find("#made");
  box.hidden = !shown;
  if (!shown) { showNothing(); return; }
  const members = family(fresh(), entry, together()), covers = coverage(painterOf(fresh()), fresh());
  const share = Math.round(100 * members.reduce((sum, member) => sum + covers[member], 0));
  showWhere(members);
  box.replaceChildren(share ? `${share} % of the picture` : "not in the picture");
});

function focus(entry) {
  for (const button of findAll(".swatch", root)) button.tabIndex = Number(button.dataset.entry) === entry ? 0 : -1;
  if (document.activeElement !== swatch(entry)) swatch(entry).focus();
}

const under = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest?.("#palette .swatch");

const overStage = ({ clientX, clientY }) => Boolean(document.elementFromPoint(clientX ?? -1, clientY ?? -1)?.closest?.("#stage"));
const over = eachFrame((event) => { if (dragged) dropped(stage.toPicture(event), dragged.entry, false); });

function drag(event) {
  if (!dragged) return;
  if (!dragged.ghost && Math.hypot(event.clientX - dragged.x, event.clientY - dragged.y) > 6) {
    dragged.ghost = element("i", { id: "ghost" });
    dragged.ghost.style.background = toHex(fresh().colors[dragged.entry]);
    document.body.append(dragged.ghost);
    showNothing();
  }
  if (!dragged.ghost) return;
  dragged.ghost.style.transform = `translate(${event.clientX}px, ${event.clientY}px)`;
  const target = under(event);
  if (overStage(event)) over(event); else if (overStage(dragged)) showNothing();
  [dragged.clientX, dragged.clientY] = [event.clientX, event.clientY];
  for (const button of findAll(".swatch", root)) button.classList.toggle("target", button === target && Number(button.dataset.entry) !== dragged.entry);
}

function letGo(event) {
  if (!dragged) return;
  const { entry, ghost } = dragged, target = event.type === "pointerup" && ghost && under(event);
  ghost?.remove();
  dragged = null;
  for (const button of findAll(".target", root)) button.classList.remove("target");
  if (event.pointerType === "touch") where(null);
  if (!ghost) return;
  wasDrag = true; // and no click
  setTimeout(() => { wasDrag = false; });
  if (target) { exchange(entry, Number(target.dataset.entry)); return; }
  if (event.type !== "pointerup") return;
  const element = document.elementFromPoint(event.clientX, event.clientY), role = element?.closest?.("#parts-list li");
  if (role) role.given(entry, element);
  else if (element?.closest?.("#stage") && !element.closest("#tools, #after")) {
    dropped(stage.toPicture(event), entry, true);
    toPicture();
  }
}

let shown = "";
/** Swatches as the look is. */
export function update() {
  const look = store.look;
  root.hidden = find("#colors-tools").hidden = !look.colors;
  if (!look.colors) return;
  const fixed = !look.painting?.points && !root.dataset.repaints, keys = keyed(look), inHand = entryInHand();
  const { colors, weights, locks } = look, told = JSON.stringify([colors, weights, locks, fixed, inHand]);
  refresh(colors[picked()]);
  if (told === shown) return;
  shown = told;
  for (const entry of entries) {
    const button = swatch(entry), color = look.colors[entry], hex = toHex(color);
    button.style.setProperty("--color", hex);
    button.classList.toggle("light", luma(color) > 140);
    button.classList.toggle("locked", look.locks[entry]);
    button.classList.toggle("unused", look.weights[entry] === 0);
    button.disabled = fixed;
    button.classList.toggle("hand", entry === inHand);
    button.setAttribute("aria-pressed", entry === inHand);
    find("kbd", button).textContent = keys.includes(entry) ? (keys.indexOf(entry) + 1) % 10 : "";
    button.ariaLabel = `${title(entry)}: ${nameOf(color)}, ${hex}${look.locks[entry] ? ", locked" : ""}`;
    button.title = `${hex}, ${Math.round(100 * look.weights[entry])} % of its band. Click: into the brush. Double-click: change it. Drag it onto the picture, or onto another to swap them.`;
  }
}

const picked = () => entries.find((entry) => find("#picker-title").textContent === title(entry));

/** Described once the look has settled: how much of the picture each colour covers. */
export function describe() {
  const { painting } = store.settled;
  if (!painting?.points) return;
  const shares = coverage(painterOf(store.settled), store.settled);
  for (const entry of entries) swatch(entry).ariaDescription = `covers ${Math.round(100 * shares[entry])} % of the picture`;
}

/** What a place of the picture was made of: [{ kind, share }]. */
export function mark(parts) {
  for (const button of findAll(".swatch", root)) {
    const part = parts.find(({ kind }) => kind === Number(button.dataset.entry));
    button.classList.toggle("made", Boolean(part));
    find("span", button).textContent = part ? `${Math.round(100 * part.share)}` : "";
  }
}
