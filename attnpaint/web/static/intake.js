/* Pictures come in: dropped, pasted, picked from the disk or from the samples. */

import * as api from "./api.js";
import { complain, element, find, findAll, icon, tell } from "./dom.js";
import { isProject, SUFFIX } from "./project.js";

const PALETTES = [".json", ".gpl", ".aco", ".ase", ".hex", ".act"];
const KINDS = {
  project: { title: "Project", accept: SUFFIX },
  drawing: { title: "Drawing", icon: "pen", hint: "Dark lines on white or transparent paper", accept: `image/*,${SUFFIX}` },
  reference: { title: "Reference", icon: "picture", hint: "A picture whose colours you like, or a palette file", accept: `image/*,${PALETTES},${SUFFIX}` },
};
let restore = () => {}; // told how to open a project
let limits = { bytes: Infinity }, samples = { drawings: [], references: [] }, take = () => {}, wanted = null;

/** taken({ drawing?, reference? }): called with what came in; project(file): with a project file. */
export function prepare(info, taken, project) {
  restore = project;
  ({ limits, samples } = info);
  take = taken;
}

const isPalette = (file) => PALETTES.some((suffix) => file.name.toLowerCase().endsWith(suffix));

/** { file, name, bitmap, clear, origin }; bitmap: null where only the program can read the picture; clear: see below. */
export async function opened(file, origin) {
  if (file.size > limits.bytes) {
    const mega = (bytes) => `${Math.round(bytes / 1048576)} MB`;
    throw new Error(`${file.name} has ${mega(file.size)}, and ${mega(limits.bytes)} are taken at most; make it smaller, or start attnpaint app with other limits`);
  }
  if (!file.size) throw new Error(`${file.name} is empty; choose another file`);
  const bitmap = isPalette(file) ? null : await createImageBitmap(file).catch(() => null);
  return { file, name: file.name, bitmap, clear: bitmap ? clearness(bitmap) : "", origin };
}

const MANY = 40; // files that are opened at once
const SIDE = 96; // px at which pictures are judged

function pixels(bitmap, ground) {
  const context = new OffscreenCanvas(SIDE, SIDE).getContext("2d");
  context.fillStyle = ground;
  context.fillRect(0, 0, SIDE, SIDE);
  context.drawImage(bitmap, 0, 0, SIDE, SIDE);
  return context.getImageData(0, 0, SIDE, SIDE).data;
}

/** "" without transparency, "ink" where little but dark lines is not transparent, "parts" otherwise. */
function clearness(bitmap) {
  const data = pixels(bitmap, "transparent");
  let alpha = 0, light = 0;
  for (let i = 0; i < data.length; i += 4) {
    alpha += data[i + 3];
    light += data[i + 3] * data[i + 1];
  }
  if (alpha === 255 * SIDE * SIDE) return "";
  return alpha < 128 * SIDE * SIDE && light < 100 * alpha ? "ink" : "parts";
}

/** Much paper, little colour. */
function looksDrawn({ bitmap }) {
  if (!bitmap) return false;
  const data = pixels(bitmap, "#fff");
  let colored = 0, white = 0;
  for (let i = 0; i < data.length; i += 4) {
    const part = [data[i], data[i + 1], data[i + 2]];
    if (Math.max(...part) - Math.min(...part) > 40) colored++;
    if (Math.min(...part) > 200) white++;
  }
  return colored < 0.03 * SIDE * SIDE && white > 0.4 * SIDE * SIDE;
}

/** kind: drawing, reference or, where the files themselves are to tell, nothing. */
export async function receive(files, kind, origin = "file", taken = take) {
  try {
    const project = [...files].find(isProject);
    if (project) {
      find("#choose").close();
      await restore(project);
      return;
    }
    if (files.length > MANY) throw new Error(`${files.length} files are too many for the page; attnpaint colorize paints whole folders`);
    const sources = await Promise.all([...files].map((file) => opened(file, origin)));
    if (!sources.length) return;
    if (sources.length > 2) several(sources, taken);
    else if (sources.length === 2) {
      const drawn = looksDrawn(sources[1]) && !looksDrawn(sources[0]) ? 1 : 0;
      taken({ drawing: sources[drawn], reference: sources[1 - drawn] });
    } else {
      taken({ [kind ?? (looksDrawn(sources[0]) ? "drawing" : "reference")]: sources[0] });
    }
  } catch (error) { complain(error); }
}

const quoted = (name) => (/^[\w@%+=:,./-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);

/** More than a drawing and a reference: the first of each is painted, the others wait to be chosen. */
function several(sources, taken) {
  const drawn = sources.filter(looksDrawn), drawings = drawn.length ? drawn : sources.slice(0, 1);
  const references = sources.filter((source) => !drawings.includes(source));
  taken({ drawing: drawings[0], ...(references.length && { reference: references[0] }) });
  const offer = (kind) => (source) => {
    const button = element("button", { type: "button", className: "quiet" }, source.name);
    button.addEventListener("click", () => { taken({ [kind]: source }); button.remove(); });
    return button;
  };
  const buttons = [...drawings.slice(1).map(offer("drawing")), ...references.slice(1).map(offer("reference"))];
  if (drawings.length > 1 && references.length) {
    const line = `attnpaint colorize ${drawings.map(({ name }) => quoted(name)).join(" ")} --ref ${quoted(references[0].name)} -o painted/`;
    const copy = element("button", { type: "button", className: "quiet", title: line }, "Copy the command for all");
    copy.addEventListener("click", () => navigator.clipboard.writeText(line).then(() => tell("Copied. Run it where the files lie."), () => tell(line)));
    buttons.push(copy);
  }
  find("#others p").textContent = `Of ${sources.length} files one drawing and one reference are painted. Paint another:`;
  find("#others div").replaceChildren(...buttons);
  find("#others").hidden = false;
}

async function sample({ url }, kind, taken) {
  try {
    const blob = await api.fetched(url), name = decodeURIComponent(url.split("/").pop());
    await receive([new File([blob], name, { type: blob.type })], kind, "sample", taken);
  } catch (error) { complain(error); }
}

export function browse(kind, taken = take) {
  wanted = { kind, taken };
  const input = find("#file");
  Object.assign(input, { accept: KINDS[kind].accept, value: "", title: KINDS[kind].title });
  input.click();
}

find("#file").addEventListener("change", ({ target }) => receive(target.files, wanted.kind, "file", wanted.taken));

/** A place to drop on, a button to pick a file, and the samples. */
export function chooser(kind, taken = take) {
  const { title, icon: name, hint } = KINDS[kind];
  const button = element("button", { type: "button", className: "well" },
    icon(name), element("b", {}, "Drop, paste or choose a file"), element("span", { className: "faint" }, hint));
  button.addEventListener("click", () => browse(kind, taken));
  const list = element("ul", { className: "samples", ariaLabel: `Sample ${title.toLowerCase()}s` });
  for (const each of samples[`${kind}s`] ?? []) {
    const choice = element("button", { type: "button", title: each.name, ariaLabel: each.name }, element("img", { src: each.url, alt: "", loading: "lazy" }));
    choice.addEventListener("click", () => sample(each, kind, taken));
    list.append(element("li", {}, choice));
  }
  const zone = element("div", { className: "chooser" }, button, ...(list.children.length ? [element("p", { className: "faint" }, "or a sample"), list] : []));
  zone.dataset.drop = kind;
  zone.dropped = taken;
  return zone;
}

/** The chooser in a dialog; it closes when something came in. */
export function choose(kind, title, taken = take) {
  const dialog = find("#choose");
  find("#choose-title").textContent = title;
  find("#choose-body").replaceChildren(chooser(kind, (given) => { dialog.close(); taken(given); }));
  dialog.showModal();
}

/** The well shows what was taken. */
export function preview(zone, source) {
  const well = find(".well", zone);
  const shown = source.bitmap ? element("canvas") : icon("picture");
  if (source.bitmap) {
    const scale = Math.min(1, 640 / Math.max(source.bitmap.width, source.bitmap.height));
    Object.assign(shown, { width: Math.max(1, source.bitmap.width * scale), height: Math.max(1, source.bitmap.height * scale) });
    const context = shown.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(source.bitmap, 0, 0, shown.width, shown.height);
  }
  well.classList.toggle("filled", Boolean(source.bitmap));
  well.replaceChildren(shown, element("span", { className: "faint" }, source.name));
}

find("#others-close").append(icon("close"));
find("#others-close").addEventListener("click", () => { find("#others").hidden = true; });

/* Dropping anywhere: two halves show themselves, for the drawing and the reference. */
let over = 0;
const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
const veil = (shown) => { over = shown; find("#drop").hidden = !shown || document.body.dataset.screen === "start" || find("#choose").open; };

addEventListener("dragenter", (event) => { if (carries(event)) veil(over + 1); });
addEventListener("dragleave", (event) => { if (carries(event)) veil(Math.max(0, over - 1)); });
addEventListener("dragover", (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  const zone = event.target.closest?.("[data-drop]");
  for (const each of findAll("[data-drop]")) each.classList.toggle("target", each === zone);
});
addEventListener("pointermove", () => { if (over) veil(0); }); // a drag that ended elsewhere
addEventListener("drop", (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  veil(0);
  const zone = event.target.closest?.("[data-drop]");
  for (const each of findAll("[data-drop]")) each.classList.remove("target");
  const files = event.dataTransfer.files;
  receive(files, files.length === 1 ? zone?.dataset.drop : undefined, "file", zone?.dropped);
});

addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])].map((file) => new File([file], "pasted.png", { type: file.type }));
  if (!files.length) return;
  event.preventDefault();
  const zone = find("#choose[open] [data-drop]") ?? document.activeElement?.closest?.("[data-drop]");
  receive(files, zone?.dataset.drop, "pasted", zone?.dropped);
});
