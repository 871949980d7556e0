/* What can be done to the regions of a look: fill them, take fills back, say what they are, hold them, join and
   divide them. A fill is a colour [r, g, b], or the number of the palette's colour that it follows. All of it gives
   the part of a look (see store.js) that changes, or null where nothing does. */

import { apart, same, toHex, unpacked } from "./color.js";
import { alikeOf, groupOf, OTHER, partOf, withJoined } from "./groups.js";
import { groundOf, painterOf, within } from "./regions.js";

export const colorOf = (look, fill) => (typeof fill === "number" ? look.colors[fill] : fill);

/** The look as a painter takes it: with colours for all fills. Models without a palette ignore its colours. */
export function resolved(look) {
  const colors = look.colors ?? Array(16).fill([0, 0, 0]);
  return { ...look, colors, strokes: new Map([...look.strokes].map(([region, fill]) => [region, colorOf(look, fill)])) };
}

/** Every region's colour as 0xrrggbb, as the flat finish shows it. */
export function shownColors(look) {
  const painter = painterOf(look), { colors, strokes } = resolved(look);
  painter.turn(Int32Array.from([...colors.flat(), 0, 0, 0, 255, 255, 255]));
  return painter.flat(strokes);
}

export const shownColor = (list, region) => unpacked(list[region]);

/** What a click on a region takes: the region; where it has the fill already its group; then all that is alike.
    One that is locked takes nothing. */
export function reached(look, region, fill, whole = false) {
  if (!region || (!whole && look.held.has(region))) return [];
  const has = (one) => look.held.has(one) || sameFill(look, look.strokes.get(one) ?? null, fill);
  const one = [...withJoined(look, [region])];
  if (!whole && !one.every(has)) return one;
  const group = groupOf(look, region);
  return whole || !group.every(has) ? group : alikeOf(look, region);
}

function sameFill(look, one, other) {
  if (one === null || other === null) return one === other;
  return same(colorOf(look, one), colorOf(look, other));
}

/** fill: null takes fills back. What is held keeps its colour. */
export function filled(look, regions, fill) {
  const strokes = new Map(look.strokes);
  let count = 0;
  for (const region of regions) {
    if (look.held.has(region) || sameFill(look, strokes.get(region) ?? null, fill)) continue;
    if (fill === null) strokes.delete(region); else strokes.set(region, fill);
    count++;
  }
  return count ? { strokes } : null;
}

/** What else is like these regions and has another colour. */
export function moreLike(look, regions) {
  const painter = painterOf(look);
  const [first] = [...regions].sort((one, other) => painter.area[other] - painter.area[one]);
  if (!first) return [];
  const fill = look.strokes.get(first), shown = shownColors(look);
  if (fill === undefined) return [];
  const color = colorOf(look, fill);
  return alikeOf(look, first).filter((region) => !look.held.has(region) && painter.area[region] && apart(shownColor(shown, region), color) > 3);
}

/** part: a place in PARTS, or -1 to ask the network. */
export function marked(look, regions, part) {
  const marks = new Map(look.marks);
  for (const region of regions) if (part < 0) marks.delete(region); else marks.set(region, part);
  return { marks };
}

/** A held region keeps the colour that it shows. */
export function held(look, regions, hold) {
  const kept = new Set(look.held), strokes = new Map(look.strokes), shown = hold && shownColors(look);
  for (const region of regions) {
    if (!hold) { kept.delete(region); continue; }
    kept.add(region);
    if (!strokes.has(region)) strokes.set(region, shownColor(shown, region));
  }
  return { held: kept, strokes };
}

/** One region from now on, in the colour of the largest. */
export function joined(look, regions) {
  const all = [...withJoined(look, regions)];
  if (all.length < 2) return null;
  const painter = painterOf(look), largest = all.reduce((best, region) => (painter.area[region] > painter.area[best] ? region : best));
  const fill = look.strokes.get(largest) ?? shownColor(shownColors(look), largest);
  const rest = look.joined.filter((one) => !one.some((region) => all.includes(region)));
  return { joined: [...rest, all], ...filled(look, all, fill) };
}

/** { change, pieces }: the look with regions divided along a line, and of each new region the one that it was cut
    from, whose fill, mark and lock it has; null where the line divides nothing. */
export function divide(look, line) {
  const before = painterOf(look).regions, divisions = [...look.divisions, line], { arrays, regions } = painterOf({ ...look, divisions });
  const pieces = new Map(), strokes = new Map(look.strokes), marks = new Map(look.marks), kept = new Set(look.held);
  for (let region = before; region < regions; region++) {
    const parent = arrays.cutFrom[region - painterOf(look).whole.regions];
    pieces.set(region, parent);
    for (const map of [strokes, marks]) if (map.has(parent)) map.set(region, map.get(parent));
    if (kept.has(parent)) kept.add(region);
  }
  painterOf(look);
  return pieces.size ? { change: { divisions, strokes, marks, held: kept }, pieces } : null;
}

/** A part of one region alone becomes a region: what lies within a path. { change, regions: those within }. */
export function carve(look, path, part) {
  const found = divide(look, [...path, path[0]]);
  if (!found) return { change: {}, regions: [] };
  const cut = { ...look, ...found.change }, of = (region) => found.pieces.get(region) ?? region, whole = within(look, path);
  const regions = within(cut, path).filter((region) => of(region) === part || whole.includes(of(region)));
  painterOf(look);
  const rest = new Map(); // slivers of others stay one with what they were cut from
  for (const [region, parent] of found.pieces) if (parent !== part) rest.set(parent, [...(rest.get(parent) ?? [parent]), region]);
  return { change: { ...found.change, joined: [...look.joined, ...rest.values()] }, regions };
}

/** The figure's parts, and the colours that each shows: [{ part, regions, colors: [{ color, regions, area }] }]. */
export function roles(look) {
  const painter = painterOf(look), shown = shownColors(look), found = new Map();
  for (let region = 1; region < painter.regions; region++) {
    if (!painter.area[region]) continue;
    const part = partOf(look, region);
    if (part < 0 || part === OTHER) continue;
    if (!found.has(part)) found.set(part, new Map());
    const color = shownColor(shown, region), hex = toHex(color), colors = found.get(part);
    if (!colors.has(hex)) colors.set(hex, { color, regions: [], area: 0 });
    colors.get(hex).regions.push(region);
    colors.get(hex).area += painter.area[region];
  }
  const parts = [...found].map(([part, colors]) => ({ part, colors: [...colors.values()].sort((a, b) => b.area - a.area) }));
  return parts.sort((a, b) => a.part - b.part).map((one) => ({ ...one, regions: one.colors.flatMap(({ regions }) => regions) }));
}

/** Never flooded by accident. */
export const isGround = (look, region) => region === groundOf(look);
