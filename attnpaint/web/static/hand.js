/* The colour in the brush: one of the palette, which it follows, or any other. */

import { apart, nameOf, same, toHex } from "./color.js";
import { colorOf } from "./fills.js";
import { entries } from "./palette.js";
import { store } from "./store.js";

const ALIKE = 3; // ΔE2000 up to which two of the palette's colours share a key

export const hand = new EventTarget(); // "change" when another colour is taken
let fill = null;

/** A colour [r, g, b], or the number of a palette's colour. */
export function take(one) {
  fill = one;
  hand.dispatchEvent(new Event("change"));
}

/** What is in the brush; before anything was taken, the palette's first colour that is no paper. */
export function inHand() {
  const { colors } = store.look;
  if (typeof fill === "number" && !colors) fill = null;
  return fill ?? (colors ? Math.max(0, colors.findIndex((color) => Math.min(...color) < 200)) : [217, 88, 59]);
}

export const colorInHand = () => colorOf(store.look, inHand());
export const named = () => `${nameOf(colorInHand())}, ${toHex(colorInHand())}`;

/** The palette's entry that is in the brush, or -1. */
export function entryInHand() {
  const one = inHand();
  return typeof one === "number" ? one : -1;
}

/** The palette's colours that differ, ten at most, for the keys 1 to 9 and 0: entries. */
export function keyed({ colors, weights }) {
  const found = [];
  for (const entry of colors ? entries : []) {
    if (weights[entry] && !found.some((other) => same(colors[other], colors[entry]) || apart(colors[other], colors[entry]) <= ALIKE)) found.push(entry);
  }
  return found.slice(0, 10);
}
