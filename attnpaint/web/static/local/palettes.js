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

/** The text of a palette { colors, weights } in a format. */
export function written({ colors, weights }, format, name) {
  if (format === "gpl") {
    const rows = colors.flat().map((color) => `${color.map((part) => String(part).padStart(3)).join(" ")}\t${nameOf(color)}`);
    return ["GIMP Palette", `Name: ${name}`, `Columns: ${RANKS}`, "#", ...rows, ""].join("\n");
  }
  const bands = colors.map((band, i) => band.map((color, rank) => ({ color: toHex(color), weight: Number(Math.fround(weights[i][rank]).toPrecision(6)) })));
  return `${JSON.stringify({ name, bands }, null, 2)}\n`;
}
