/* What a stroke of the pointer does with each tool: fill, take back, fill within a lasso, divide, join. Each is
   { start(at, event), move(at, event), end(), cancel() } for one stroke; places are in pixels of the drawing. */

import * as after from "./after.js";
import * as board from "./board.js";
import { announce, tell } from "./dom.js";
import { carve, divide, filled, isGround, joined, reached } from "./fills.js";
import { colorInHand, inHand, named } from "./hand.js";
import { groupOf, withJoined } from "./groups.js";
import { INK, lassoed, painterOf, pixelAt, regionAt } from "./regions.js";
import { store } from "./store.js";

const { stage } = board;
const HOLD = 450; // ms after which a press takes the whole group
const STILL = 5; // px of the screen that a press may move and still be one
const POINTS = 400; // of a path, at most

const count = (number) => (number === 1 ? "1 region" : `${number} regions`);

/** value(): what regions are filled with; null takes fills back. */
function filling(value, verb) {
  let touched, last, from, moved, onGround, timer;
  const put = (regions) => {
    for (const region of regions) touched.add(region);
    const change = filled(store.settled, touched, value());
    if (change) store.preview(change); else store.drop();
  };
  const along = (at) => {
    const steps = Math.max(1, Math.ceil(Math.hypot(at[0] - last[0], at[1] - last[1]) * stage.scale / 2)), added = [];
    for (let i = 1; i <= steps; i++) {
      const place = [0, 1].map((side) => last[side] + (at[side] - last[side]) * i / steps), pixel = pixelAt(store.settled, place);
      if (pixel < 0 || painterOf(store.settled).light(pixel) < INK) continue; // lines are crossed
      const region = regionAt(store.settled, place);
      if (region && !touched.has(region) && (onGround || !isGround(store.settled, region))) added.push(region);
    }
    if (added.length) put(added);
  };
  const stop = () => clearTimeout(timer);
  return {
    start(at, event) {
      const region = regionAt(store.settled, at);
      [touched, last, from, moved, onGround] = [new Set(), at, at, false, isGround(store.settled, region)];
      if (store.settled.held.has(region)) tell("This region is locked. Unlock it below the picture, or with K.");
      put(reached(store.settled, region, value(), event.shiftKey));
      stop();
      timer = setTimeout(() => { if (!moved && region) put(groupOf(store.settled, region)); }, HOLD);
    },
    move(at) {
      if (!moved && Math.hypot(at[0] - from[0], at[1] - from[1]) * stage.scale < STILL) return;
      if (!moved) touched = withJoined(store.settled, [regionAt(store.settled, from)].filter(Boolean)); // a stroke takes no groups
      moved = true;
      stop();
      along(at);
      last = at;
    },
    end() {
      stop();
      const regions = [...touched], change = filled(store.settled, regions, value());
      if (change) store.commit(change, verb.toLowerCase()); else store.drop();
      if (regions.length) announce(`${verb}: ${count(regions.length)}${value() === null ? "" : ` ${named()}`}`);
      after.show(regions);
    },
    cancel() { stop(); store.drop(); },
  };
}

/** finish(path): what is done with the path that was drawn. */
function drawing(closed, finish) {
  let path = [];
  return {
    start(at) { path = [at]; board.showNothing(); },
    move(at) {
      const [x, y] = path.at(-1);
      if (Math.hypot(at[0] - x, at[1] - y) * stage.scale < 2) return;
      path.push(at);
      if (path.length > POINTS) path = path.filter((_, i) => i % 2 === 0 || i === path.length - 1);
      board.showPath(path, closed);
    },
    end() {
      board.showPath([]);
      const rounded = path.map((place) => place.map((side) => Math.round(10 * side) / 10));
      finish(rounded, Math.max(...path.map((at) => Math.hypot(at[0] - path[0][0], at[1] - path[0][1]))) * stage.scale < STILL);
    },
    cancel() { board.showPath([]); },
  };
}

function fillWithin(path, press) {
  const look = store.settled;
  let { regions, part } = press ? { regions: reached(look, regionAt(look, path[0]), inHand()) } : lassoed(look, path), base = look, change = {};
  if (part && path.length > 2 && (!isGround(look, part) || !filled(look, regions, inHand()))) { // of the ground last
    ({ regions, change } = carve(look, path, part));
    base = { ...look, ...change };
  }
  if (!regions.length) { tell("Nothing lies within. Draw round what is to be filled."); return; }
  const fills = filled(base, regions, inHand());
  if (!fills && base === look) { tell("All within has this colour already, or is locked."); return; }
  store.commit({ ...change, ...fills }, "lasso");
  announce(`Filled: ${count(regions.length)} ${named()}`);
  after.show(regions);
}

function cutAlong(path, press) {
  const divided = !press && divide(store.settled, path);
  if (!divided) { tell("This divides nothing. Draw from one line of the drawing to another."); return; }
  store.commit(divided.change, "dividing line");
  tell("Divided. Fill one of the two.");
}

function joinAlong(path) {
  const look = store.settled, regions = new Set();
  path.forEach((at, i) => {
    const [x, y] = path[Math.max(0, i - 1)], steps = Math.max(1, Math.ceil(Math.hypot(at[0] - x, at[1] - y) * stage.scale / 2));
    for (let step = 1; step <= steps; step++) {
      const place = [x + (at[0] - x) * step / steps, y + (at[1] - y) * step / steps], pixel = pixelAt(look, place);
      if (pixel >= 0 && painterOf(look).light(pixel) >= INK) regions.add(regionAt(look, place));
    }
  });
  const change = joined(look, [...regions].filter((region) => region && !isGround(look, region)));
  if (!change) { tell("Draw across the line that is not to divide."); return; }
  store.commit(change, "joined regions");
  announce(`Joined: ${count(regions.size)}`);
}

export const GESTURES = {
  brush: () => filling(inHand, "Filled"),
  erase: () => filling(() => null, "Taken back"),
  lasso: () => drawing(true, fillWithin),
  cut: () => drawing(false, cutAlong),
  join: () => drawing(false, joinAlong),
};

/** What a press would take, tinted. */
export function preview(tool, at, whole) {
  const look = store.look, region = regionAt(look, at);
  if (!region || tool === "cut" || tool === "join" || tool === "lasso") board.showNothing();
  else if (tool === "erase") board.showRegions(reached(look, region, null, whole), [255, 255, 255]);
  else board.showRegions(reached(look, region, inHand(), whole), colorInHand());
}
