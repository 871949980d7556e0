/* Shortcuts, and the dialog that lists them. Single letters can be switched off (WCAG 2.1.4). */

import { element, find, remembered } from "./dom.js";

const MAC = /Mac|iP(hone|ad)/.test(navigator.platform);
const CONTROL = MAC ? "⌘" : "Ctrl";
const GESTURES = [["Wheel, pinch", "zoom"], ["Drag, two fingers, Space and drag", "move the picture"],
  ["Click a colour, click a region", "the region takes it; click again: its group; again: all that is alike"],
  ["Shift and a click, or hold", "the whole group at once"], ["Drag a colour onto the picture", "the region there takes it"],
  ["Drag a colour onto another", "swap the two"], ["Double-click a colour", "change it"], ["Alt and a click", "take the colour from the picture"],
  ["Arrow keys in the palette", "next colour; with Alt swap with it"], ["L, Delete on a colour", "lock it; as it was painted"]];

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
    const writing = event.target.matches("input:not([type=range], [type=checkbox], [type=radio]), textarea, select");
    const control = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && event.target.closest("button, summary, select, a")) return;
    if (document.querySelector("dialog[open]") || (writing && !(control && event.key === "s"))) return;
    const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    const name = control ? `Ctrl+${event.shiftKey ? "Shift+" : ""}${key}` : key;
    const found = actions.find(([each]) => each === name);
    if (!found || (!control && key.length === 1 && !letters.checked && key !== "?")) return;
    event.preventDefault();
    found[2]();
  });
}
