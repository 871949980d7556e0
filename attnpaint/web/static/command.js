/* The `attnpaint colorize …` line that makes the picture on the screen, and what it does not hold. */

import { apart, same, toHex } from "./color.js";
import { resolved } from "./fills.js";
import { edited, entries } from "./palette.js";
import { nameOf } from "./project.js";
import { pointsIn } from "./regions.js";

const NEAR = 10, ALIKE = 3; // ΔE2000; as attnpaint.palettes.edit has them
const FEW = 6; // fills that a line holds at most

const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
const stem = (name) => name.replace(/\.[^.]+$/, "") || "drawing";

/** The --swap options that turn the painting's colours into the look's; null where none do. */
function swaps({ painting, colors }) {
  const pairs = new Map();
  for (const entry of entries) {
    const old = painting.colors[entry];
    if (!same(old, colors[entry])) pairs.set(toHex(old), [old, colors[entry]]);
  }
  const made = [...painting.colors], taken = Array(16).fill(false);
  for (const [old, color] of pairs.values()) {
    const away = painting.colors.map((each) => apart(each, old));
    const nearest = away.indexOf(Math.min(...away));
    if (away[nearest] > NEAR || taken[nearest]) continue; // one swap stands for all that are alike
    for (const entry of entries) {
      if (apart(painting.colors[entry], painting.colors[nearest]) > ALIKE || taken[entry]) continue;
      taken[entry] = true;
      made[entry] = color;
    }
    pairs.get(toHex(old)).used = true;
  }
  if (!entries.every((entry) => same(made[entry], colors[entry]))) return null;
  return [...pairs.values()].filter((pair) => pair.used).map(([old, color]) => `${toHex(old)}=${toHex(color)}`);
}

/** What is too much for one line is in the project file. */
function byProject(look, out, model) {
  const name = nameOf(look), words = ["attnpaint", "colorize", quoted(name), ...(model && model !== "default" ? ["--model", quoted(model)] : [])];
  return { text: [...words, "-o", out].join(" "), files: [name], palette: "project", name, notes: [] };
}

/** { text, files, palette, notes }: palette, which one must be saved for it: "" none, "painted" the one that was
    painted from, "shown" the one on the screen, "project" a project file instead. info: of the model. */
export function command(look, { model }) {
  const { painting } = look, { from } = painting, notes = [];
  const drawing = painting.drawing.name, name = `${stem(drawing)}.palette.json`;
  const words = ["attnpaint", "colorize", quoted(drawing)], files = [drawing];
  const fills = look.strokes.size ? resolved(look).strokes : null;
  if (look.divisions.length || (fills && fills.size > FEW) || from.hints) return byProject(look, quoted(`${stem(drawing)}.colored.png`), model);
  let palette = from.histogram ? "painted" : "";
  const found = look.colors && edited(look) ? swaps(look) : [];
  if (!found) {
    palette = "shown";
    notes.push("painted anew from the palette as it is now: a region may take another colour of it");
  }
  if (palette) words.push("--palette", quoted(name));
  else if (painting.reference) words.push(/\.(json|gpl|aco|ase|hex|act)$/i.test(painting.reference.name) ? "--palette" : "--ref", quoted(painting.reference.name));
  if (palette) files.push(name);
  else if (painting.reference) files.push(painting.reference.name);
  for (const swap of found ?? []) words.push("--swap", `'${swap}'`);
  words.push("--finish", look.finish);
  if (look.strength < 1) words.push("--strength", String(Math.round(100 * look.strength) / 100));
  if (!look.lines) words.push("--no-lines");
  if (from.gap !== null && from.gap !== undefined) words.push("--gap", String(from.gap));
  if (from.opaque) words.push("--opaque");
  if (model && model !== "default") words.push("--model", quoted(model));
  for (const [region, at] of fills ? pointsIn(look, fills.keys()) : []) words.push("--fill", `'${at.join(",")}=${toHex(fills.get(region))}'`);
  words.push("-o", quoted(`${stem(drawing)}.colored.png`));
  return { text: words.join(" "), files, palette, name, notes };
}
