/* The colour sliders (OKLCH: hue, chroma, lightness), for a swatch or the brush. One step for each slider move. */

import { fromHex, fromLch, nameOf, same, toHex, toLch } from "./color.js";
import { eachFrame, element, find, icon } from "./dom.js";

const box = find("#picker"), hex = find("#picker-hex");
const sliders = ["hue", "chroma", "light"].map((name) => find(`#picker-${name}`));
const WORDS = ["Hue", "Chroma", "Light"];
let target = null, lch = [0, 0, 0], anchor = null;

/** given: { title, color, preview(rgb), commit(rgb), cancel(), original?, locked?, lock?(), note?, quick? } */
export function pick(given, beside) {
  target = given;
  anchor = beside;
  find("#picker-title").textContent = given.title;
  find("#picker-old").style.background = toHex(given.color);
  const quick = (given.quick ?? []).map((color) => {
    const button = element("button", { type: "button", ariaLabel: `${nameOf(color)}, ${toHex(color)}` });
    button.style.background = toHex(color);
    button.addEventListener("click", () => take(color));
    return button;
  });
  find("#picker-quick").replaceChildren(...quick);
  find("#picker-lock").hidden = !given.lock;
  find("#picker-reset").hidden = !given.original;
  show(given.color);
  tellLock();
  if (!box.matches(":popover-open")) box.showPopover();
  place();
  sliders[0].focus({ preventScroll: true });
}

export const isOpen = () => box.matches(":popover-open");

function place() {
  const at = anchor.getBoundingClientRect(), { width, height } = box.getBoundingClientRect(), gap = 10;
  const panel = anchor.closest("#panel")?.getBoundingClientRect(); // beside it, so that no swatch is hidden
  const above = panel ? at.top - 40 : at.top - gap - height;
  const left = panel ? panel.right + gap : Math.max(8, Math.min(innerWidth - width - 8, at.left - width / 2));
  box.style.setProperty("--left", `${left}px`);
  box.style.setProperty("--top", `${Math.max(8, Math.min(innerHeight - height - 8, above))}px`);
}

/** Fields and tracks as the colour is; the sliders' own hue outlives grey. */
function show(color, moved = false) {
  if (!moved) {
    const next = toLch(color);
    lch = [next[0], next[1], next[1] < 0.004 ? lch[2] : next[2]];
    sliders.forEach((slider, i) => { slider.value = [lch[2], lch[1], lch[0]][i]; });
  }
  if (document.activeElement !== hex) hex.value = toHex(color);
  hex.removeAttribute("aria-invalid");
  find("#picker-new").style.background = toHex(color);
  const [lightness, chroma, hue] = lch;
  const track = (slider, at, count) => {
    const stops = Array.from({ length: count + 1 }, (_, i) => toHex(fromLch(at(i / count))));
    slider.style.setProperty("--track", `linear-gradient(to right, ${stops.join(", ")})`);
  };
  const vivid = Math.max(0.09, chroma), middle = Math.min(0.85, Math.max(0.35, lightness));
  track(sliders[0], (part) => [middle, vivid, 360 * part], 18);
  track(sliders[1], (part) => [lightness, 0.32 * part, hue], 8);
  track(sliders[2], (part) => [part, chroma, hue], 8);
  const said = [`${Math.round(hue)}°`, `${Math.round(100 * chroma / 0.32)} %`, `${Math.round(100 * lightness)} %`];
  sliders.forEach((slider, i) => slider.setAttribute("aria-valuetext", `${WORDS[i]} ${said[i]}: ${nameOf(color)}`));
}

const preview = eachFrame((color) => target?.preview(color));

function read() {
  lch = [Number(sliders[2].value), Number(sliders[1].value), Number(sliders[0].value)];
  return fromLch(lch);
}

/** A whole step: a slider let go, a field left, a colour taken from elsewhere. */
function take(color, moved = false) {
  if (target.locked?.()) return;
  show(color, moved);
  requestAnimationFrame(() => target?.commit(color)); // after the last preview
}

for (const slider of sliders) {
  slider.addEventListener("input", () => {
    const color = read();
    show(color, true);
    preview(color);
  });
  slider.addEventListener("change", () => take(read(), true));
}

hex.addEventListener("input", () => {
  const color = fromHex(hex.value);
  if (color) { show(color); preview(color); } else hex.setAttribute("aria-invalid", "true");
});
hex.addEventListener("change", () => {
  const color = fromHex(hex.value);
  if (color) take(color);
});

function tellLock() {
  const locked = Boolean(target.locked?.()), button = find("#picker-lock");
  button.setAttribute("aria-pressed", locked);
  button.ariaLabel = locked ? "Unlock this colour" : "Lock this colour";
  button.title = `${button.ariaLabel} (L)`;
  for (const field of [...sliders, hex, find("#picker-dropper"), find("#picker-reset")]) field.disabled = locked;
  find("#picker-note").textContent = locked ? "Locked: it stays as it is whatever else changes." : target.note?.() ?? "";
}

find("#picker-lock").append(icon("lock"));
find("#picker-lock").addEventListener("click", () => { target.lock(); tellLock(); });
Object.assign(find("#picker-reset"), { ariaLabel: "As it was painted", title: "As it was painted" }).append(icon("reset"));
find("#picker-reset").addEventListener("click", () => take(target.original()));
find("#picker-close").append(icon("close"));

const dropper = find("#picker-dropper");
Object.assign(dropper, { ariaLabel: "Pick a colour from the screen", title: "Pick a colour from the screen" }).append(icon("dropper"));
dropper.hidden = !("EyeDropper" in window);
dropper.addEventListener("click", async () => {
  const found = await new EyeDropper().open().catch(() => null);
  const color = found && fromHex(found.sRGBHex);
  if (color) take(color);
});

box.addEventListener("toggle", (event) => {
  if (event.newState === "open") return;
  requestAnimationFrame(() => target?.cancel()); // what was previewed and not taken
});

/** The colour may have changed behind the sliders: by undo, for example. */
export function refresh(color) {
  if (!isOpen() || !color) return;
  const current = fromHex(hex.value);
  if (!current || !same(current, color)) show(color);
}
