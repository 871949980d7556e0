/* Which regions belong together: by what the network said of them, or without that by colour and touching. */

import { apart, unpacked } from "./color.js";
import { groundOf, neighbours, painterOf } from "./regions.js";

const ALIKE = 0.55; // cosine of two regions' vectors from which on regions of one part are one group
const ONE = 3; // ΔE2000 up to which two colours are one
const SURE = 90; // of 255: a part that is less likely than that is not named
export const PARTS = ["ground", "skin", "hair", "eyes", "mouth and brows", "clothes", "other"];
export const GROUND = 0, OTHER = 6;

/** What a region is, as its mark says or as the network thinks: a place in PARTS; -1 where nobody knows. */
export function partOf(look, region) {
  const marked = look.marks.get(region);
  if (marked !== undefined) return marked;
  const { arrays: { parts } } = painterOf(look);
  if (region === groundOf(look)) return GROUND;
  if (!parts) return -1;
  const own = parts.subarray(region * PARTS.length, (region + 1) * PARTS.length), most = own.indexOf(Math.max(...own));
  return own[most] < SURE ? -1 : most;
}

/** A function of another region: whether it is like this one. */
function likeness(look, region) {
  const painter = painterOf(look), { likeness: vectors } = painter.arrays;
  const wide = vectors ? vectors.length / painter.regions : 0;
  const vector = (one) => vectors.subarray(one * wide, (one + 1) * wide);
  const part = look.marks.get(region);
  const fits = (other) => part === undefined || !look.marks.has(other) || look.marks.get(other) === part;
  if (wide && vector(region).some(Boolean)) {
    const own = vector(region), named = partOf(look, region);
    return (other) => {
      const with_ = vector(other);
      let sum = 0;
      for (let i = 0; i < wide; i++) sum += own[i] * with_[i];
      return sum > ALIKE * 127 * 127 && fits(other) && partOf(look, other) === named;
    };
  }
  const flat = painter.flat(new Map()), color = (one) => unpacked(flat[one]), own = color(region);
  return (other) => fits(other) && apart(own, color(other)) <= ONE;
}

/** The region, those joined with it, and those that touch one another and are like it; never the ground beside it. */
export function groupOf(look, region) {
  const like = likeness(look, region), beside = neighbours(look), ground = groundOf(look);
  const found = new Set([region]), edge = [region];
  while (region !== ground && edge.length) {
    for (const other of beside[edge.pop()]) {
      if (found.has(other) || other === ground || !like(other)) continue;
      found.add(other);
      edge.push(other);
    }
  }
  return [...withJoined(look, found)];
}

/** All that is like the region, wherever it lies; never the ground beside it. */
export function alikeOf(look, region) {
  const painter = painterOf(look), like = likeness(look, region), ground = groundOf(look), found = new Set([region]);
  for (let other = 1; region !== ground && other < painter.regions; other++) {
    if (other !== ground && painter.area[other] && like(other)) found.add(other);
  }
  return [...withJoined(look, found)];
}

/** With the regions that someone joined with any of these. */
export function withJoined(look, regions) {
  const found = new Set(regions);
  for (const joined of look.joined) if (joined.some((region) => found.has(region))) for (const region of joined) found.add(region);
  return found;
}
