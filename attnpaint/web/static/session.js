/* From what came in to a painting: one request at a time, the latest; and what is asked of it later. */

import * as api from "./api.js";
import { announce, complain, find, forgive, tell } from "./dom.js";
import { resolved } from "./fills.js";
import { Painter } from "./painter.js";
import { edited, fromHistogram, overlaid, toHistogram } from "./palette.js";
import { painterOf } from "./regions.js";
import { EMPTY, store, UNTOUCHED } from "./store.js";

export const given = { drawing: null, reference: null }; // until there is a painting
export const needs = { reference: true, histogram: true, hints: false };
export const painted = new EventTarget(); // "painted" after each one
let running = null, expected = 1.5; // { stop, wish } of the request that runs; seconds

export function learn({ takes }) {
  const any = (...names) => names.some((name) => takes.includes(name));
  needs.histogram = any("histogram", "tokens");
  needs.reference = needs.histogram || any("style");
  needs.hints = any("hint-map", "hint-image");
}

/** What is being painted or else is on the screen, whose palette stays; null before the first. */
function last() {
  const { painting } = store.settled;
  return running?.wish ?? (painting && { ...painting.from, keeps: true });
}

/** New pictures: painted as soon as there is all that the model takes. */
export async function receive(sources) {
  const { painting } = store.settled, before = last();
  Object.assign(given, before && { drawing: before.drawing, reference: before.reference }, sources);
  painted.dispatchEvent(new Event("given"));
  if (!given.drawing || (needs.reference && !given.reference)) return;
  const label = painting && !sources.drawing ? "reference" : "drawing";
  const locks = Boolean(sources.reference || before?.locks); // a reference that is new on the screen brings its own palette
  const changed = painting && !locks && needs.histogram && store.settled.colors && (before.histogram || edited(store.settled));
  const from = { drawing: given.drawing, reference: given.reference, histogram: changed ? toHistogram(store.settled) : null };
  const same = before?.drawing === given.drawing && before;
  const gap = same ? same.gap : null, opaque = same ? same.opaque : given.drawing.clear === "ink"; // else nothing to see
  await paint({ ...from, gap, opaque, locks }, label);
}

/** drawing, reference: sources, see intake.js; told: of a project, see project.js; back(fresh look): what it becomes. */
export async function resume(drawing, reference, hints, told, back) {
  const { gap = null, keep_alpha: kept = null } = told.options ?? {}, palette = needs.histogram ? told.palette ?? null : null;
  Object.assign(given, { drawing, reference });
  await paint({ drawing, reference, histogram: palette, gap, opaque: kept === false ? true : drawing.clear === "ink", hints, back }, "opened");
}

/** From the palette as it is now, and for models that take hints from the strokes. */
export function paintAnew() {
  const { painting, colors } = store.settled, histogram = colors && needs.histogram ? toHistogram(store.settled) : null;
  if (painting) return paint({ ...last(), histogram, locks: false, keeps: false }, "new painting");
}

/** gap: px, or null for the program's own choice. */
export function closeGaps(gap) {
  const before = last();
  if (before && before.gap !== gap) return paint({ ...before, gap }, "gaps");
}

/** opaque: fill the drawing's transparent parts. */
export function fill(opaque) {
  const before = last();
  if (before) return paint({ ...before, opaque }, opaque ? "filled" : "transparent");
}

/** locks: the reference is new, and locked colours go into its palette; keeps: the palette on the screen stays. */
async function paint(wish, label) {
  running?.stop.abort();
  const { drawing, reference, histogram, gap, opaque, locks, keeps, back } = wish;
  const mine = running = { stop: new AbortController(), wish }, { signal } = mine.stop, before = store.settled;
  forgive();
  busy("Painting");
  const from = { drawing, reference, histogram, gap, opaque };
  try {
    if (locks && before.locks.some(Boolean)) {
      const found = fromHistogram(await api.palette(reference.file));
      from.histogram = toHistogram(overlaid(before, found));
    }
    const samePlaces = before.painting?.drawing === drawing && before.painting?.from.gap === gap;
    from.hints = wish.hints ?? (needs.hints && samePlaces && !back ? await hintsOf(before) : null);
    const painting = await asked(from, signal);
    const look = painting.histogram ? fromHistogram(painting.histogram) : { colors: null, weights: null };
    Object.assign(painting, look);
    const now = store.settled, goesOn = now.painting && !back && (histogram || keeps);
    const sources = goesOn ? now.sources : Array(4).fill(reference && { ...reference, palette: look });
    const change = { ...(!samePlaces && UNTOUCHED), painting, ...(!keeps && look), sources };
    if (!now.painting) change.finish = painting.finish;
    store.commit(back ? back({ ...EMPTY, ...change, ...UNTOUCHED }) : change, label);
    expected = painting.seconds + 0.3;
    const told = `Painted in ${painting.seconds.toFixed(1)} s`;
    if (painting.notes.length) tell(`Note: ${painting.notes.join("; ")}.`); else announce(told);
    painted.dispatchEvent(new Event("painted"));
    requestAnimationFrame(() => requestAnimationFrame(() => { // the first painting shows the stage in the next frame
      if (!document.querySelector("dialog[open]") && !document.activeElement?.closest("#panel, #tools, header")) find("#stage").focus({ preventScroll: true, focusVisible: false });
    }));
  } catch (error) {
    if (error.name !== "AbortError") complain(error);
  } finally {
    if (running === mine) {
      running = null;
      busy("");
    }
  }
}

/** The program's answer with its planes, ready to be recoloured. */
async function asked(from, signal) {
  const told = await api.paint(fields(from), signal, () => busy("Waiting for other paintings"));
  const planes = await api.planes(told.id, signal);
  const colors = told.histogram ? fromHistogram(told.histogram).colors : null;
  return { ...told, from, drawing: from.drawing, reference: from.reference, painter: new Painter(planes, colors, [told.width, told.height]) };
}

const fields = ({ drawing, reference, histogram, gap, opaque, hints }) =>
  ({ drawing: drawing.file, reference: needs.reference ? reference?.file : null, histogram, gap, opaque: drawing.clear ? opaque : opaque || null, hints });

/** The regions that strokes coloured, as a picture of hints; null without any. */
function hintsOf(look) {
  if (!look.strokes.size) return null;
  const painter = painterOf(look), { strokes } = resolved(look), image = new ImageData(painter.width, painter.height);
  painter.arrays.labels.forEach((label, i) => {
    const color = strokes.get(label);
    if (color) image.data.set([...color, 255], 4 * i);
  });
  const canvas = new OffscreenCanvas(painter.width, painter.height);
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas.convertToBlob();
}

/** ask(id), and where the program has forgotten the painting meanwhile, once more after painting it again. */
export async function remembering(painting, ask) {
  try {
    return await ask(painting.id);
  } catch (error) {
    if (error.status !== 404) throw error;
    painting.id = (await api.paint(fields(painting.from))).id;
    return ask(painting.id);
  }
}

/** Another reference for one band: shown at once, painted from only when that is asked for. */
export async function takeBand(band, source) {
  forgive();
  try {
    const palette = fromHistogram(await api.palette(source.file)), look = store.settled;
    const sources = look.sources.with(band, { ...source, palette });
    store.commit({ ...overlaid(look, palette, [band]), sources }, `band ${band + 1}`);
    announce(`Band ${band + 1} has the colours of ${source.name}`);
  } catch (error) { complain(error); }
}

let ticking = 0;
/** What is being done; an empty text: nothing any more. */
function busy(text) {
  const bar = find("#progress"), said = find("#progress-told");
  document.body.classList.toggle("busy", Boolean(text));
  clearInterval(ticking);
  bar.hidden = said.hidden = !text;
  if (!text) return;
  announce(text);
  const began = performance.now();
  const tick = () => {
    const seconds = (performance.now() - began) / 1000;
    bar.firstElementChild.style.transform = `scaleX(${1 - Math.exp(-1.6 * seconds / expected)})`;
    said.textContent = seconds < 1 ? `${text}…` : `${text}… ${Math.floor(seconds)} s`;
  };
  tick();
  ticking = setInterval(tick, 100);
}
