/* What can be done to a palette: 16 colours, four bands from top to bottom, four in each. All of it gives the
   part of a look (see store.js) that changes. */

import { apart, same } from "./color.js";

const ALIKE = 3; // ΔE2000, as the command line's --swap counts them

export const bandOf = (entry) => Math.floor(entry / 4);
export const entries = Array.from({ length: 16 }, (_, entry) => entry);

export const fromHistogram = ({ colors, weights }) => ({ colors: colors.flat(), weights: weights.flat() });
export const toHistogram = ({ colors, weights }) => ({ colors: fours(colors), weights: fours(weights) });
const fours = (list) => [0, 4, 8, 12].map((start) => list.slice(start, start + 4));

/** The entry itself, and with `together` all that look like it and are not locked. */
export function family({ colors, locks }, entry, together) {
  const alike = (other) => !locks[other] && apart(colors[entry], colors[other]) <= ALIKE;
  return entries.filter((other) => other === entry || (together && alike(other)));
}

export function recolored({ colors }, members, color) {
  return { colors: colors.map((old, entry) => (members.includes(entry) ? color : old)) };
}

/** Two colours change places; null where one of them is locked, or they are one. */
export function swapped(look, from, to, together) {
  const { colors, locks } = look;
  if (locks[from] || locks[to] || same(colors[from], colors[to])) return null;
  const there = family(look, from, together), here = family(look, to, together).filter((entry) => !there.includes(entry));
  const moved = (entry) => (there.includes(entry) ? colors[to] : here.includes(entry) ? colors[from] : colors[entry]);
  return { colors: entries.map(moved) };
}

/** The colours that are not locked, dealt out anew; those alike stay together. */
export function shuffled(look, together) {
  const groups = [];
  for (const entry of entries) {
    if (look.locks[entry] || groups.some((group) => group.includes(entry))) continue;
    const taken = groups.flat();
    groups.push(family(look, entry, together).filter((member) => !taken.includes(member)));
  }
  const order = groups.map((group) => look.colors[group[0]]);
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const colors = [...look.colors];
  groups.forEach((group, i) => group.forEach((entry) => { colors[entry] = order[i]; }));
  return { colors };
}

/** What is locked keeps its colour under another palette. bands: those that it gives. */
export function overlaid(look, { colors, weights }, bands = [0, 1, 2, 3]) {
  const given = (entry) => bands.includes(bandOf(entry));
  return {
    colors: entries.map((entry) => (given(entry) && !look.locks[entry] ? colors[entry] : look.colors[entry])),
    weights: entries.map((entry) => (given(entry) ? weights[entry] : look.weights[entry])),
  };
}

/** Whether a look shows other colours than its painting was made from. */
export const edited = ({ painting, colors }) => colors.some((color, entry) => !same(color, painting.colors[entry]));

export function toggled(list, entry) {
  const flipped = [...list];
  flipped[entry] = !flipped[entry];
  return flipped;
}
