/* Small helpers: elements, messages that screen readers hear, and what this browser remembers. */

export const find = (selector, root = document) => root.querySelector(selector);
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

export const element = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** An icon's meaning, and what it does. title: with its key in brackets. */
export function button(id, name, title, act) {
  const found = find(`#${id}`);
  Object.assign(found, { title, ariaLabel: title.replace(/ \(.+\)$/, "") }).append(icon(name));
  found.addEventListener("click", act);
}

/** Once a frame at most, with the latest arguments. */
export function eachFrame(act) {
  let given = null;
  return (...latest) => {
    if (!given) requestAnimationFrame(() => { const last = given; given = null; act(...last); });
    given = latest;
  };
}

let spoken = 0;
/** Read aloud by screen readers; nothing is seen. */
export function announce(text) {
  find("#spoken").textContent = text + (spoken++ % 2 ? " " : ""); // the same text twice is read twice
}

let fading = 0;
/** One line for a while, seen and read aloud. */
export function tell(text) {
  clearTimeout(fading);
  const note = find("#note");
  note.textContent = text;
  note.hidden = false;
  announce(text);
  fading = setTimeout(() => { note.hidden = true; }, Math.max(3500, 70 * text.length));
}

/** A problem stays until it is closed, or solved by the next thing that succeeds. */
export function complain(error) {
  const [problem, ...remedy] = String(error.message ?? error).split(/;\s+/);
  find("#problem").textContent = sentence(problem);
  find("#remedy").textContent = sentence(remedy.join("; "));
  find("#alarm").hidden = false;
}

export const forgive = () => { find("#alarm").hidden = true; };

const sentence = (text) => (text ? `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}` : "");

/** Read or, with a value, write what this browser remembers; without storage nothing is remembered. */
export function remembered(name, value) {
  try {
    if (value === undefined) return localStorage.getItem(`attnpaint ${name}`);
    if (value === null) localStorage.removeItem(`attnpaint ${name}`);
    else localStorage.setItem(`attnpaint ${name}`, value);
  } catch { /* private windows may have no storage */ }
  return null;
}

export function download(blob, name) {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
