/* Shortcuts, and the dialog that lists them. Single letters can be switched off (WCAG 2.1.4). */

import { element, find, remembered } from "./dom.js";

const MAC = /Mac|iP(hone|ad)/.test(navigator.platform);
const CONTROL = MAC ? "⌘" : "Ctrl";
const GESTURES = [["Wheel, pinch", "zoom"], ["Drag, two fingers, Space and drag", "move the picture"],
  ["Drag a swatch onto another", "swap the two colours"], ["Alt and a click, with the brush", "take the colour from the picture"],
  ["Arrow keys in the palette", "next colour; with Alt swap with it"], ["L, Delete on a swatch", "lock it; as it was painted"]];

/** actions: ["B", "Brush", act] each; those without words are not listed. */
export function build(actions) {
  const list = find("#keys");
  for (const [name, what] of actions) {
    const keys = name.replace("Ctrl", CONTROL).split(/(?<=.)\+/).flatMap((key) => [element("kbd", {}, key), " "]);
    if (what) list.append(element("dt", {}, ...keys), element("dd", {}, what));
  }
  for (const [gesture, what] of GESTURES) list.append(element("dt", {}, gesture), element("dd", {}, what));
  const letters = find("#letters");
  letters.checked = remembered("letters") !== "off";
  letters.addEventListener("change", () => remembered("letters", letters.checked ? null : "off"));
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    const writing = event.target.matches("input:not([type=range], [type=checkbox], [type=radio]), textarea");
    const control = event.ctrlKey || event.metaKey;
    if (document.querySelector("dialog[open]") || (writing && !(control && event.key === "s"))) return;
    const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    const name = control ? `Ctrl+${event.shiftKey ? "Shift+" : ""}${key}` : key;
    const found = actions.find(([each]) => each === name);
    if (!found || (!control && key.length === 1 && !letters.checked && key !== "?")) return;
    event.preventDefault();
    found[2]();
  });
}
