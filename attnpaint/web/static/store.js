/* What is on the screen, and every step that led to it: undo and redo for all of it.

   A look is never changed, only replaced:
   painting: what the program painted, with its `painter`; null before the first
   colors, weights: 16 each, band by band; locks: 16 booleans; sources: 4, whose band it is, { name, bands }
   strokes: Map of region → [r, g, b], or the number of the palette's colour that it follows; finish, strength, lines
   marks: Map of region → its place in PARTS; held: Set of regions that keep their colour; joined: lists of regions
   that are one; divisions: lines, see divide.js */

const STEPS = 300, PAINTINGS = 12; // kept at most; a painting's planes take some 10 MB

export const EMPTY = {
  painting: null, colors: null, weights: null, locks: Array(16).fill(false), sources: [],
  strokes: new Map(), marks: new Map(), held: new Set(), joined: [], divisions: [], finish: "flat", strength: 1, lines: true,
};

/** A look without anything that was done to its regions by hand. */
export const UNTOUCHED = { strokes: EMPTY.strokes, marks: EMPTY.marks, held: EMPTY.held, joined: EMPTY.joined, divisions: EMPTY.divisions };

export class Store extends EventTarget {
  steps = [{ look: EMPTY, label: "" }];
  at = 0;
  draft = null;
  saved = 0; // the step that was saved last
  kept = 0; // the step that the browser's storage holds

  get look() { return this.draft ?? this.steps[this.at].look; }
  get settled() { return this.steps[this.at].look; }
  get undoable() { return this.at > (this.steps[0].look.painting ? 0 : 1); }
  get redoable() { return this.at < this.steps.length - 1; }
  get unsaved() { return this.undoable && ![this.saved, this.kept].includes(this.steps[this.at]); }

  /** Shown, but no step yet: while a slider moves. */
  preview(change) {
    this.draft = { ...this.settled, ...change };
    this.tell();
  }

  drop() {
    if (!this.draft) return;
    this.draft = null;
    this.tell();
  }

  /** label: what the step did, for "Undone: …". */
  commit(change, label) {
    this.draft = null;
    this.steps.length = this.at + 1;
    this.steps.push({ look: { ...this.settled, ...change }, label });
    while (this.steps.length > STEPS || this.paintings().size > PAINTINGS) this.steps.shift();
    this.at = this.steps.length - 1;
    this.tell();
  }

  paintings() {
    return new Set(this.steps.map(({ look }) => look.painting));
  }

  /** Backwards or forwards; what the step was, or an empty text. */
  step(by) {
    const label = by < 0 ? this.steps[this.at].label : this.steps[this.at + 1]?.label;
    if (by < 0 ? !this.undoable : !this.redoable) return "";
    this.draft = null;
    this.at += by;
    this.tell();
    return label;
  }

  tell() { this.dispatchEvent(new Event("change")); }
}

export const store = new Store();
