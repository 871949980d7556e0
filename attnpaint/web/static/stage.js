/* The picture under glass: zoom, pan and pinch. `world` holds the layers, in pixels of the drawing. */

import { find } from "./dom.js";

const MOST = 16, AROUND = 28, BELOW = 76; // px left free around the fitted picture, and for the tools below it

/** Whether a pointer is on something that lies over the picture. */
const isControl = ({ target }) => Boolean(target.closest?.("button, input, select, label, [role=slider], [role=toolbar], [role=group] [role=group]"));

export class Stage extends EventTarget {
  width = 1;
  height = 1;
  scale = 1; // CSS pixels for one pixel of the drawing
  x = 0;
  y = 0;
  fitted = true;
  rect = null;
  pointers = new Map();
  panning = false; // what a single pointer does at present
  drawing = false;
  hand = true; // what it is to do: move the picture, or draw
  space = false;

  constructor(root, world) {
    super();
    Object.assign(this, { root, world });
    root.addEventListener("pointerdown", (event) => this.down(event));
    root.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) root.addEventListener(end, (event) => this.up(event));
    root.addEventListener("pointerleave", () => this.tell("leave"));
    root.addEventListener("wheel", (event) => {
      event.preventDefault();
      const by = event.deltaY * (event.deltaMode === 1 ? 24 : 1) * (event.ctrlKey ? 4 : 1);
      this.zoom(Math.exp(-Math.max(-240, Math.min(240, by)) / 400), event.clientX, event.clientY);
    }, { passive: false });
    new ResizeObserver(() => {
      this.rect = null;
      if (this.fitted) this.fit(); else this.place();
    }).observe(root);
    for (const moved of ["scroll", "resize"]) addEventListener(moved, () => { this.rect = null; }, true);
  }

  /** Where the stage is in the window: asked for once, as the answer costs a layout of the page. */
  get box() { return this.rect ??= this.root.getBoundingClientRect(); }

  /** Of another size it is fitted anew. */
  resize(width, height) {
    if (this.width === width && this.height === height) return;
    Object.assign(this, { width, height });
    for (const [side, value] of [["width", width], ["height", height]]) this.world.style[side] = `${value}px`;
    this.fit();
  }

  fit() {
    const { width, height } = this.box;
    const narrow = width < 600, around = narrow ? 12 : AROUND, below = narrow ? 108 : BELOW;
    this.scale = Math.max(0.01, Math.min((width - 2 * around) / this.width, (height - around - below) / this.height, MOST));
    this.x = (width - this.width * this.scale) / 2;
    this.y = (height - below + around - this.height * this.scale) / 2;
    this.fitted = true;
    this.place();
  }

  /** One pixel of the drawing on one of the screen. */
  actual() {
    const { left, top, width, height } = this.box;
    this.zoom(1 / devicePixelRatio / this.scale, left + width / 2, top + height / 2);
  }

  /** around: where in the window; by default the middle. */
  zoom(by, clientX, clientY) {
    const { left, top, width, height } = this.box;
    const x = (clientX ?? left + width / 2) - left, y = (clientY ?? top + height / 2) - top;
    const least = Math.min(0.05, this.scale), scale = Math.max(least, Math.min(MOST, this.scale * by));
    this.x = x - (x - this.x) * scale / this.scale;
    this.y = y - (y - this.y) * scale / this.scale;
    this.scale = scale;
    this.fitted = false;
    this.place();
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.fitted = false;
    this.place();
  }

  /** Some of the picture always stays in sight. */
  place() {
    const { width, height } = this.box, rest = 48;
    this.x = Math.min(width - rest, Math.max(rest - this.width * this.scale, this.x));
    this.y = Math.min(height - rest, Math.max(rest - this.height * this.scale, this.y));
    this.world.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.tell("place");
  }

  /** A place in the window → in the drawing, which may lie outside it. */
  toPicture({ clientX, clientY }) {
    const { left, top } = this.box;
    return [(clientX - left - this.x) / this.scale, (clientY - top - this.y) / this.scale];
  }

  tell(name, event) {
    const detail = event && { event, at: this.toPicture(event) };
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  down(event) {
    if (isControl(event)) return;
    this.rect = null;
    this.root.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, event);
    if (this.pointers.size > 1) {
      if (this.drawing) this.tell("cancel");
      Object.assign(this, { drawing: false, panning: true });
    } else if (this.hand || this.space || event.button === 1) {
      this.panning = true;
      find("#stage").classList.add("held");
    } else if (event.button === 0) {
      this.drawing = true;
      this.tell("draw", event);
    }
    if (this.hand) this.tell("hover", event);
  }

  move(event) {
    const last = this.pointers.get(event.pointerId);
    if (!last) {
      if (!isControl(event)) this.tell("hover", event);
    } else if (this.pointers.size === 2) {
      const [other] = [...this.pointers.values()].filter((each) => each.pointerId !== event.pointerId);
      const span = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
      this.pan((event.clientX - last.clientX) / 2, (event.clientY - last.clientY) / 2);
      this.zoom(span(event) / span(last), (event.clientX + other.clientX) / 2, (event.clientY + other.clientY) / 2);
    } else if (this.drawing) {
      for (const each of event.getCoalescedEvents?.() ?? []) this.tell("draw", each);
      this.tell("draw", event);
    } else if (this.panning) {
      this.pan(event.clientX - last.clientX, event.clientY - last.clientY);
    }
    if (last) this.pointers.set(event.pointerId, event);
  }

  up(event) {
    if (!this.pointers.delete(event.pointerId) || this.pointers.size) return;
    if (this.drawing) this.tell(event.type === "pointerup" ? "drawn" : "cancel");
    Object.assign(this, { drawing: false, panning: false });
    find("#stage").classList.remove("held");
  }
}
