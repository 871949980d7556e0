/* The dialog that saves: pictures, layers, palettes, and the command. */

import * as api from "./api.js";
import { command } from "./command.js";
import { toHex } from "./color.js";
import { resolved } from "./fills.js";
import { announce, complain, download, element, find, forgive, tell } from "./dom.js";
import { toHistogram } from "./palette.js";
import { nameOf, projectOf } from "./project.js";
import { pointsIn } from "./regions.js";
import { remembering } from "./session.js";
import { store } from "./store.js";

const FORMATS = {
  Picture: [["png", "PNG", "exact"], ["webp", "WebP", "smaller"]],
  Layers: [["psd", "PSD", "Photoshop, Krita"], ["ora", "ORA", "Krita, GIMP"]],
  Palette: [["json", "JSON", "attnpaint"], ["gpl", "GPL", "GIMP, Krita, Inkscape"], ["aco", "ACO", "Photoshop"], ["ase", "ASE", "Adobe"], ["svg", "SVG", "to look at"]],
};
const LAYERED = ["psd", "ora"]; // in these the lines are a layer of their own
let info = {};

/** What was filled: by the numbers of regions, and where regions were divided by points. */
function byHand(look) {
  const { strokes } = resolved(look), { divisions } = look, hex = ([region, color]) => [region, toHex(color)];
  if (!divisions.length) return { strokes: Object.fromEntries([...strokes].map(hex)) };
  const points = pointsIn(look, strokes.keys());
  return { cuts: divisions, fills: [...strokes].filter(([region]) => points.has(region)).map(([region, color]) => ({ at: points.get(region), color: toHex(color) })) };
}

/** The file of the look, at the drawing's own size. */
export async function save(format, look = store.settled) {
  const { painting, finish, strength, lines } = look;
  const wanted = { format, finish, strength, lines: lines || LAYERED.includes(format), histogram: look.colors && toHistogram(look), ...byHand(look) };
  forgive();
  document.body.classList.add("busy");
  try {
    const { blob, name } = await remembering(painting, (id) => api.save(id, wanted));
    download(blob, name);
    store.saved = store.steps[store.at];
    tell(`Saved ${name}, ${size(blob.size)}`);
  } catch (error) {
    find("#saving").close();
    complain(error);
  }
  document.body.classList.remove("busy");
}

const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

export function build(about) {
  info = about;
  for (const [title, all] of Object.entries(FORMATS)) {
    const formats = all.filter(([format]) => !info.formats || info.formats.includes(format)); // a page without a server writes some
    const row = element("div", { className: "formats" });
    for (const [format, name, use] of formats) {
      const button = element("button", { type: "button" }, element("b", {}, name), element("span", { className: "faint" }, use));
      button.dataset.format = format;
      button.addEventListener("click", () => save(format));
      row.append(button);
    }
    const group = element("section", { ariaLabel: title }, element("h3", {}, title), row);
    group.dataset.group = title;
    find("#formats").append(group);
  }
  const whole = element("button", { type: "button" }, element("b", {}, "attnpaint"), element("span", { className: "faint" }, "to open and go on"));
  whole.dataset.format = "attnpaint";
  whole.addEventListener("click", saveProject);
  const group = element("section", { ariaLabel: "Project" }, element("h3", {}, "Project: pictures, colours and all that you did"), element("div", { className: "formats" }, whole));
  find("#formats").prepend(group);
  find("#copy").addEventListener("click", copy);
}

/** Everything, in one file. */
async function saveProject() {
  const look = store.settled;
  try {
    const blob = await projectOf(look, modelOf(info));
    download(blob, nameOf(look));
    store.saved = store.steps[store.at];
    tell(`Saved ${nameOf(look)}, ${size(blob.size)}`);
  } catch (error) { complain(error); }
}

const modelOf = ({ model, sha256 }) => (sha256 ? { name: model, sha256 } : null);

export function open() {
  const look = store.settled, { painting } = look;
  if (!painting) return;
  find("#saving-size").textContent = `${painting.width} × ${painting.height}, as the drawing is.`;
  find("[data-group=Palette]").hidden = !look.colors;
  const { text, files, palette, name, notes } = command(look, info);
  find("#command").textContent = text;
  const note = [element("span", {}, `Run it where ${files.join(" and ")} ${files.length > 1 ? "lie" : "lies"}. `)];
  if (palette) {
    const button = element("button", { type: "button", className: "link" }, `Save ${name}`);
    button.addEventListener("click", () => (palette === "project" ? saveProject() : savePalette(look, palette, name)));
    note.push(button, " ");
  }
  if (notes.length) note.push(element("span", {}, `Note: ${notes.join("; ")}.`));
  find("#command-note").replaceChildren(...note);
  find("#saving").showModal();
}

async function savePalette(look, which, name) {
  const histogram = toHistogram(which === "shown" ? look : look.painting);
  try {
    const { blob } = await remembering(look.painting, (id) => api.save(id, { format: "json", histogram, finish: look.finish, strength: 1, lines: true, strokes: {} }));
    download(blob, name);
    tell(`Saved ${name}`);
  } catch (error) { complain(error); }
}

async function copy() {
  const { textContent: text } = find("#command");
  try {
    await navigator.clipboard.writeText(text);
    find("#copy").textContent = "Copied";
    announce("Copied");
    setTimeout(() => { find("#copy").textContent = "Copy"; }, 2000);
  } catch {
    getSelection().selectAllChildren(find("#command"));
    tell("Press Ctrl+C to copy the line that is selected.");
  }
}
