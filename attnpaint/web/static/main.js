/* The page: what is where, and who is told what. */

import * as api from "./api.js";
import { draw, stage } from "./board.js";
import { announce, button, complain, eachFrame, element, find, findAll, forgive, icon, remembered, tell } from "./dom.js";
import * as autosave from "./autosave.js";
import { browse, chooser, choose, opened, prepare, preview } from "./intake.js";
import * as project from "./project.js";
import * as keys from "./keys.js";
import { edited, shuffled } from "./palette.js";
import { isOpen } from "./picker.js";
import * as saving from "./saving.js";
import { closeGaps, fill, given, learn, needs, paintAnew, painted, receive, resume, takeBand } from "./session.js";
import { store, UNTOUCHED } from "./store.js";
import * as after from "./after.js";
import { keyed } from "./hand.js";
import * as roles from "./roles.js";
import { slices } from "./slices.js";
import * as strip from "./strip.js";
import * as swatches from "./swatches.js";
import { dropOn, takeColor, use } from "./tools.js";
import { compare, loupe, showGates } from "./views.js";

const FINISHES = { painted: "Painted", flat: "Flat", blend: "Blend" };
export { store };

/* Steps */

function step(by) {
  const label = store.step(by);
  if (label) announce(`${by < 0 ? "Undone" : "Redone"}: ${label}`);
}

function chooseReference() {
  choose("reference", "Choose a reference");
}

function chooseBand(band) {
  choose("reference", `Colours for band ${band + 1}, ${swatches.PLACES[band]}`, ({ reference, drawing }) => takeBand(band, reference ?? drawing));
}

function paletteAction(act, label) {
  const { settled } = store;
  if (!settled.colors) return;
  store.commit(act(settled), label);
  announce(label === "reset" ? "As it was painted" : "Shuffled");
}

const shuffle = () => paletteAction((look) => shuffled(look, swatches.together()), "shuffle");
const reset = () => paletteAction(({ painting, locks, colors }) =>
  ({ colors: painting.colors.map((color, entry) => (locks[entry] ? colors[entry] : color)) }), "reset");

function toggleLines() {
  store.commit({ lines: !store.settled.lines }, "lines");
  announce(store.settled.lines ? "Lines on" : "Lines off");
}

function nextFinish() {
  const all = findAll("#finish input"), at = all.findIndex((input) => input.checked);
  all[(at + 1) % all.length].click();
}

function pickKey(place) {
  const entry = keyed(store.look)[place];
  if (entry !== undefined) takeColor(entry);
}

/* The panel as the look is */

function update() {
  const look = store.look, { painting } = look;
  const [back, forth] = [find("#undo"), find("#redo")];
  back.disabled = !store.undoable;
  forth.disabled = !store.redoable;
  if (!painting) return;
  show(painting);
  draw();
  swatches.update();
  find("#reset").disabled = find("#anew").disabled = !look.colors || !edited(look);
  find("#anew").classList.toggle("main", !find("#anew").disabled && !painting.points);
  for (const input of findAll("#finish input")) input.checked = input.value === look.finish;
  const percent = Math.round(100 * look.strength), strength = find("#strength");
  if (strength.style.getPropertyValue("--share") !== `${percent}%`) {
    strength.value = percent;
    strength.style.setProperty("--share", `${percent}%`);
    find("#strength-told").value = `${percent} %`;
  }
  find("#lines").checked = look.lines;
  find("#strokes").hidden = !look.strokes.size;
  find("#strokes-told").textContent = look.strokes.size === 1 ? "1 region" : `${look.strokes.size} regions`;
}

let shown = null, described = 0;
/** What changes with the painting alone, and what can wait until the look has settled. */
function show(painting) {
  document.body.dataset.screen = "work";
  find("#start").hidden = true;
  find("#work").hidden = false;
  clearTimeout(described);
  described = setTimeout(() => { swatches.describe(); strip.mark(); if (!store.draft) roles.update(); }, 200);
  if (!store.draft) slices();
  if (shown === painting) return;
  shown = painting;
  const { drawing, reference, width, height } = painting;
  const told = `${drawing.name} · ${width} × ${height}`;
  find("#title").textContent = find("#drawing span span").textContent = document.title = told;
  find("#drawing").title = `${told}. Choose another drawing`;
  find("#reference").textContent = reference?.name ?? "Choose";
  find("#reference").ariaLabel = `Reference: ${reference?.name ?? "none"}. Choose another`;
  find("#picture").ariaLabel = `${drawing.name}${reference ? `, painted in the colours of ${reference.name}` : ", painted"}`;
  find("#opaque-line").hidden = !drawing.clear;
  find("#opaque").checked = painting.from.opaque;
  find("#gap").value = painting.from.gap ?? "";
  const canvas = find("#drawing canvas"), { lines } = painting.painter.arrays, { width: w, height: h } = painting.painter;
  const image = new ImageData(w, h);
  for (let i = 0; i < w * h; i++) image.data.set([lines[3 * i], lines[3 * i + 1], lines[3 * i + 2], 255], 4 * i);
  const whole = new OffscreenCanvas(w, h), side = Math.min(w, h);
  whole.getContext("2d").putImageData(image, 0, 0);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(whole, (w - side) / 2, (h - side) / 4, side, side, 0, 0, canvas.width, canvas.height);
  showGates(false);
}

/* Putting it together */

function panel(info) {
  for (const [value, name] of Object.entries(FINISHES).filter(([key]) => info.finishes.includes(key))) {
    const input = element("input", { type: "radio", name: "finish", value });
    input.addEventListener("change", () => store.commit({ finish: value }, `${name.toLowerCase()} finish`));
    find("#finish").append(element("label", {}, input, name));
  }
  const strength = find("#strength");
  strength.addEventListener("input", () => store.preview({ strength: strength.value / 100 }));
  strength.addEventListener("change", () => store.commit({ strength: strength.value / 100 }, "strength"));
  find("#lines").addEventListener("change", toggleLines);
  find("#opaque").addEventListener("change", ({ target }) => fill(target.checked));
  find("#strokes-clear").addEventListener("click", () => store.commit(UNTOUCHED, "all fills taken back"));
  find("#gap").addEventListener("change", ({ target }) => closeGaps(target.value === "" ? null : Math.max(0, Number(target.value))));
  button("shuffle", "shuffle", "Shuffle the colours that are not locked (S)", shuffle);
  button("reset", "reset", "Back to the colours that were painted", reset);
  find("#anew").addEventListener("click", paintAnew);
  find("#drawing").addEventListener("click", () => choose("drawing", "Choose a drawing"));
  find("#reference").addEventListener("click", chooseReference);
  find("#colors").hidden = !needs.reference;
  find("#hint").hidden = !needs.hints;
  find("#hint").addEventListener("click", paintAnew);
  const fixed = !info.points && needs.reference;
  find("#palette").dataset.repaints = fixed && needs.histogram ? "yes" : "";
  find("#colors-note").hidden = !fixed;
  find("#colors-note").textContent = needs.histogram ? "This model mixes its colours: change them, then paint anew." : "This model takes the reference's style; its colours cannot be changed one by one.";
}

function header() {
  button("undo", "undo", "Undo", () => step(-1));
  button("redo", "redo", "Redo", () => step(1));
  button("open", "open", "Open a project (Ctrl+O)", () => browse("project"));
  button("theme", "theme", "Light or dark", theme);
  button("help", "help", "Keys and gestures (?)", () => find("#helping").showModal());
  find("#save").addEventListener("click", saving.open);
  find("#alarm-close").append(icon("close"));
  find("#alarm-close").addEventListener("click", forgive);
  for (const button of findAll("dialog .icon")) button.append(icon("close"));
  for (const dialog of findAll("dialog")) dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}

function theme() {
  const root = document.documentElement, dark = getComputedStyle(document.body).getPropertyValue("--veil").trim() === "dark";
  const wanted = dark ? "light" : "dark", usual = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.dataset.theme = wanted === usual ? "" : wanted; // as the system has it, also when that changes
  remembered("theme", root.dataset.theme || null);
  announce(`${wanted} theme`);
}

/** A file that holds a whole painting. */
async function openProject(file) {
  const { told, drawing, reference, hints } = await project.opened(file);
  const sources = [await opened(drawing, "file"), reference && await opened(reference, "file")];
  await resume(...sources, hints, told, (fresh) => project.restored(fresh, told));
}

function cards() {
  for (const kind of ["drawing", "reference"]) {
    const card = find(`[data-intake=${kind}]`);
    card.hidden = kind === "reference" && !needs.reference;
    card.append(element("h3", { id: `${kind}-title` }, kind === "drawing" ? "Drawing" : "Reference"), chooser(kind));
  }
}

painted.addEventListener("given", () => {
  for (const kind of ["drawing", "reference"]) if (given[kind]) preview(find(`[data-intake=${kind}]`), given[kind]);
});
painted.addEventListener("painted", () => {
  strip.keep();
  if (remembered("hinted") || !store.settled.painting.points) return;
  remembered("hinted", "yes");
  if (find("#note").hidden) tell("Click a colour, then a place in the picture: its region takes it. Click again for all that belongs to it. Double-click a colour to change it.");
});
store.addEventListener("change", eachFrame(update));
addEventListener("beforeunload", (event) => { if (store.unsaved) event.preventDefault(); });
addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.matches("input, select, textarea") && !document.querySelector("dialog[open]");
  if (event.key.toLowerCase() === "z" && plain && !event.repeat && find("#letters").checked) loupe(true);
});
addEventListener("keyup", (event) => { if (event.key.toLowerCase() === "z") loupe(false); });
addEventListener("keydown", (event) => { if (event.key === " " && event.target === find("#stage")) { stage.space = true; event.preventDefault(); } });
addEventListener("keyup", (event) => { if (event.key === " ") stage.space = false; });

header();
try {
  const info = await api.info();
  learn(info);
  prepare(info, receive, openProject);
  panel(info);
  cards();
  swatches.build(chooseBand, takeColor, dropOn);
  saving.build(info);
  strip.build();
  autosave.build(openProject);
  find("#about").textContent = `attnpaint ${info.version}, model: ${info.model} (${info.recipe}).`;
  keys.build([
    ["Ctrl+Z", "Undo", () => step(-1)], ["Ctrl+Shift+Z", "Redo", () => step(1)], ["Ctrl+Y", "", () => step(1)],
    ["Ctrl+S", "Save", saving.open], ["Ctrl+O", "Open a project", () => browse("project")], ["V", "Move and look", () => use("move")], ["B", "Fill a region; again: its group", () => use("brush")],
    ["L", "Fill within a lasso", () => use("lasso")], ["E", "Take fills back", () => use("erase")],
    ["D", "Divide a region by a line", () => use("cut")], ["J", "Join regions", () => use("join")],
    ["Enter", "Fill what is like the last fill", () => after.takeMore()], ["K", "Lock what was filled last", () => after.hold()],
    ["1 … 0", "A colour into the brush", () => {}], ...Array.from("1234567890", (digit, i) => [digit, "", () => pickKey(i)]),
    ["Z", "Loupe, while it is held", () => {}], ["C", "Before and after", () => compare()], ["G", "Where the network looked", () => showGates()],
    ["N", "Lines on or off", toggleLines], ["O", "Next finish", nextFinish], ["S", "Shuffle the colours", shuffle],
    ["P", "Paint anew from the palette", () => find("#anew").click()], ["R", "Another reference", chooseReference],
    ["M", "Keep among the results", () => strip.keep()], ["F", "Fit", () => stage.fit()], ["A", "100 %", () => stage.actual()],
    ["+", "Larger", () => stage.zoom(1.25)], ["=", "", () => stage.zoom(1.25)], ["-", "Smaller", () => stage.zoom(1 / 1.25)],
    ["?", "This list", () => find("#helping").showModal()], ["Escape", "", () => { if (!isOpen()) use("move"); }],
  ]);
  document.body.dataset.ready = "yes";
} catch (error) { complain(error); }
if (!CSS.supports("color", "light-dark(red, blue)")) tell("This browser is old: colours of the page may be off.");
