/* Palettes as files: attnpaint's JSON, GIMP's .gpl and Lospec's .hex. */

import { fromHex, nameOf, toHex } from "../color.js";
import { Problem } from "./problem.js";

const BANDS = 4, RANKS = 4;

/** { colors, weights } of four bands. */
export function read(name, text) {
  const bands = /\.json$/i.test(name) ? fromJson(name, text) : spread(/\.gpl$/i.test(name) ? fromGpl(name, text) : fromLines(name, text), name);
  const filled = bands.map((band) => ranked(band));
  return { colors: filled.map((band) => band.map(({ color }) => color)), weights: filled.map((band) => band.map(({ weight }) => weight)) };
}

const unread = (name, why) => new Problem(`${name} is no palette that can be read here (${why}); give a picture, or a palette that attnpaint saved`);

function fromJson(name, text) {
  let told;
  try { told = JSON.parse(text); } catch { throw unread(name, "it is no JSON"); }
  if (Array.isArray(told)) return spread(told.map((one) => colorOf(name, one)), name);
  const bands = told?.bands ?? told?.colors?.map((band, i) => band.map((color, rank) => ({ color: toHex(color), weight: told.weights?.[i]?.[rank] ?? 1 })));
  if (!Array.isArray(bands) || bands.length !== BANDS || !bands.every((band) => Array.isArray(band) && band.length && band.length <= RANKS)) throw unread(name, "it has no four bands of four colours");
  return bands.map((band) => band.map((one) => ({ color: colorOf(name, one.color ?? one), weight: weightOf(name, one.weight ?? 1) })));
}

function colorOf(name, text) {
  const color = typeof text === "string" ? fromHex(text) : null;
  if (!color) throw unread(name, `${JSON.stringify(text)} is no colour`);
  return color;
}

function weightOf(name, weight) {
  if (typeof weight !== "number" || !(weight >= 0) || !Number.isFinite(weight)) throw unread(name, `${JSON.stringify(weight)} is no weight`);
  return weight;
}

function fromGpl(name, text) {
  const lines = text.split(/\r?\n/);
  if (lines[0].trim() !== "GIMP Palette") throw unread(name, "its first line is not GIMP Palette");
  const rows = lines.slice(1).map((line) => /^\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})/.exec(line)).filter(Boolean);
  return rows.map((row) => row.slice(1, 4).map(Number));
}

const fromLines = (name, text) => text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean).map((line) => colorOf(name, line));

/** Up to sixteen colours in their order, in four bands. */
function spread(colors, name) {
  if (!colors.length) throw unread(name, "it holds no colour");
  if (colors.length > BANDS * RANKS) throw unread(name, `it holds ${colors.length} colours, and ${BANDS * RANKS} are taken here`);
  return Array.from({ length: BANDS }, (_, band) => {
    const from = Math.floor(band * colors.length / BANDS), end = Math.max(from + 1, Math.floor((band + 1) * colors.length / BANDS));
    return colors.slice(from, end).map((color) => ({ color, weight: 1 }));
  });
}

/** Heaviest first, weights of sum 1, the last colour repeated with weight 0. */
function ranked(band) {
  const total = band.reduce((sum, { weight }) => sum + weight, 0), order = [...band].sort((a, b) => b.weight - a.weight);
  return Array.from({ length: RANKS }, (_, rank) => {
    const { color, weight } = order[Math.min(rank, order.length - 1)];
    return { color, weight: rank < order.length ? (total ? weight / total : 1 / order.length) : 0 };
  });
}

export const WRITTEN = ["json", "gpl", "aco", "ase"];

/** A palette { colors, weights } in one of these formats: a text or bytes. */
export function written({ colors, weights }, format, name) {
  const all = colors.flat().map((color) => ({ color, title: nameOf(color) }));
  if (format === "aco") return aco(all);
  if (format === "ase") return ase(all, name);
  if (format === "gpl") {
    const rows = all.map(({ color, title }) => `${color.map((part) => String(part).padStart(3)).join(" ")}\t${title}`);
    return ["GIMP Palette", `Name: ${name}`, `Columns: ${RANKS}`, "#", ...rows, ""].join("\n");
  }
  const bands = colors.map((band, i) => band.map((color, rank) => ({ color: toHex(color), weight: Number(Math.fround(weights[i][rank]).toPrecision(6)) })));
  return `${JSON.stringify({ name, bands }, null, 2)}\n`;
}

/** Bytes of numbers of 16 bits, high byte first. */
function words(...values) {
  const view = new DataView(new ArrayBuffer(2 * values.length));
  values.forEach((value, i) => view.setUint16(2 * i, value));
  return new Uint8Array(view.buffer);
}

/** Zero-closed text as numbers of 16 bits. */
const coded = (text) => [...Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)), 0];
const joined = (parts) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** Photoshop's swatches: version 1, for old programs, then version 2 with names. */
function aco(all) {
  const space = ({ color }) => [0, ...color.map((part) => 257 * part), 0];
  const told = all.flatMap((one) => { const title = coded(one.title); return [...space(one), 0, title.length, ...title]; });
  return words(1, all.length, ...all.flatMap(space), 2, all.length, ...told);
}

/** Adobe Swatch Exchange: a group of RGB colours. */
function ase(all, name) {
  const block = (kind, content) => joined([words(kind, content.length >>> 16, content.length & 65535), content]);
  const titled = (text) => { const title = coded(text); return words(title.length, ...title); };
  const levels = (color) => { const view = new DataView(new ArrayBuffer(12)); color.forEach((part, i) => view.setFloat32(4 * i, part / 255)); return new Uint8Array(view.buffer); };
  const text = (letters) => new TextEncoder().encode(letters);
  const colors = all.map(({ color, title }) => block(1, joined([titled(title), text("RGB "), levels(color), words(2)])));
  return joined([text("ASEF"), words(1, 0, 0, all.length + 2), block(0xc001, titled(name)), ...colors, block(0xc002, [])]);
}
