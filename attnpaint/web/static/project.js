/* A painting as a project file, and back: everything that it is made from, fills by places. See docs/projects.md. */

import { toHex, fromHex } from "./color.js";
import { filled, held, joined, marked, resolved, roles } from "./fills.js";
import { groupOf, OTHER, partOf, PARTS } from "./groups.js";
import { fromHistogram, toHistogram } from "./palette.js";
import { painterOf, pixelAt, pointsIn, within } from "./regions.js";
import { members, zipped } from "./zip.js";

export const SUFFIX = ".attnpaint", TYPE = "application/x-attnpaint";
const stem = (name) => name.replace(/\.[^.]+$/, "") || "drawing";
export const isProject = (file) => file.name.toLowerCase().endsWith(SUFFIX);
export const nameOf = ({ painting }) => `${stem(painting.drawing.name)}${SUFFIX}`;
const PALETTE_FILE = /\.(json|gpl|aco|ase|hex|act)$/i;

/** model: { name, sha256 } or null. */
export async function projectOf(look, model = null) {
  const { painting } = look, { from } = painting, { drawing } = from;
  const reference = from.reference && !PALETTE_FILE.test(from.reference.name) ? from.reference : null;
  const told = {
    format: "attnpaint project", version: 1, name: stem(drawing.name), drawing: "drawing",
    references: reference ? [{ file: "reference-1", name: reference.name, bands: null, weight: 1 }] : [],
    palette: from.histogram ?? (reference ? null : painting.histogram ?? null),
    shown: look.colors ? toHistogram(look) : null,
    options: { finish: look.finish, strength: look.strength, gap: from.gap ?? null, work_size: null, keep_alpha: from.opaque ? false : null, invert: "auto", lines: look.lines },
    ...byHand(look),
    hints: from.hints ? "hints" : null, model,
    locks: look.locks.flatMap((locked, entry) => (locked ? [entry] : [])),
  };
  told.page = { ...told.page, files: { drawing: drawing.name, reference: from.reference?.name ?? null } };
  const pictures = [["drawing", drawing.file], ...(reference ? [["reference-1", reference.file]] : []), ...(from.hints ? [["hints", from.hints]] : [])];
  const text = (string) => new Blob([string]);
  return zipped([["mimetype", text(TYPE)], ["project.json", text(JSON.stringify(told))], ...pictures], TYPE);
}

/** What was done to regions: fills, roles, cuts and joins by places in the drawing. page: which of the palette's
    colours each fill follows. */
function byHand(look) {
  const { strokes } = resolved(look), marks = [...new Set([...look.marks.keys(), ...look.held])];
  const points = pointsIn(look, [...strokes.keys(), ...marks, ...look.joined.flat()]), there = (region) => points.has(region);
  const fills = [...strokes.keys()].filter(there);
  return {
    fills: fills.map((region) => ({ at: points.get(region), color: toHex(strokes.get(region)), group: false })),
    roles: marks.filter(there).map((region) => ({ at: points.get(region), role: PARTS[partOf(look, region)] ?? PARTS[OTHER], locked: look.held.has(region) })),
    cuts: look.divisions,
    joins: look.joined.map((regions) => regions.filter(there).map((region) => points.get(region))).filter((list) => list.length > 1),
    page: { entries: fills.map((region) => (typeof look.strokes.get(region) === "number" ? look.strokes.get(region) : -1)), marked: marks.filter(there).map((region) => look.marks.has(region)) },
  };
}

/** { told, drawing, reference, hints }: files of a project. Error: with what to do, where it is none. */
export async function opened(file) {
  try {
    const found = await members(file), told = JSON.parse(await (await found.get("project.json")()).text());
    if (told.format !== "attnpaint project") throw new Error("no project");
    if (told.version > 1) throw new Error("it is of a newer attnpaint");
    const picture = async (name, called) => (name ? new File([await found.get(name)()], called) : null);
    const own = told.page?.files ?? {}, first = told.references?.[0];
    return {
      told, drawing: await picture(told.drawing, own.drawing ?? `${told.name ?? "drawing"}.png`),
      reference: first ? await picture(first.file, first.name || "reference") : null, hints: await picture(told.hints, "hints.png"),
    };
  } catch (error) {
    throw new Error(`${file.name} is no project that can be read (${error.message}); give a file that attnpaint saved`);
  }
}

/** The change that turns a fresh look into the project's. */
export function restored(fresh, told) {
  const { options = {}, locks = [] } = told;
  let look = { ...fresh, strength: options.strength ?? 1, lines: options.lines ?? true, finish: options.finish ?? fresh.finish };
  if (told.shown && look.colors) look = { ...look, colors: fromHistogram(told.shown).colors };
  look.locks = look.locks.map((_, entry) => locks.includes(entry));
  look.divisions = (told.cuts ?? []).filter((line) => line.length > 1);
  const regionOf = ([x, y]) => painterOf(look).arrays.labels[pixelAt(look, [x, y])] ?? 0;
  for (const points of told.joins ?? []) look = { ...look, ...joined(look, points.map(regionOf).filter(Boolean)) };
  for (const [role, color] of Object.entries(told.role_colors ?? {})) {
    const of = roles(look).find(({ part }) => PARTS[part] === role);
    if (of && color.startsWith("#")) look = { ...look, ...filled(look, of.regions, fromHex(color)) };
  }
  (told.fills ?? []).forEach((fill, i) => { look = { ...look, ...laid(look, fill, told.page?.entries?.[i] ?? -1, regionOf) }; });
  (told.roles ?? []).forEach(({ at, role, locked }, i) => {
    const region = regionOf(at);
    if (told.page?.marked?.[i] ?? true) look = { ...look, ...marked(look, [region], PARTS.indexOf(role)) };
    if (locked) look = { ...look, ...held(look, [region], true) };
  });
  return look;
}

function laid(look, { at, within: outline, color, group }, entry, regionOf) {
  const hit = at ? [regionOf(at)] : within(look, outline), regions = group ? hit.flatMap((region) => groupOf(look, region)) : hit;
  const role = PARTS.indexOf(color), of = role >= 0 && roles(look).find(({ part }) => part === role);
  const own = entry >= 0 && look.colors ? entry : color === null ? null : of ? of.colors[0].color : fromHex(color ?? "");
  return own === null && color !== null ? null : filled(look, regions.filter(Boolean), own);
}
