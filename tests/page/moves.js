// What each kind of move costs, in ms: the worst of its steps, of which each is the best of five. given: finishes, kinds.
const names = ["store", "fills", "regions", "tools", "board", "after", "roles"];
const [{ store }, fills, regions, tools, board, after, roles] =
  await Promise.all(names.map((name) => import(`/page/${name}.js`)));
const stage = document.querySelector("#stage"), side = store.settled.painting.width, queue = [];
const frame = window.requestAnimationFrame, start = store.at;
stage.setPointerCapture = () => {};  // there is no pointer of that number
window.requestAnimationFrame = (act) => queue.push(act);
const shown = () => { while (queue.length) queue.shift()(performance.now()); };
let spent = [];
const timed = (act) => {
  const began = performance.now();
  act();
  shown();
  document.body.getBoundingClientRect();  // styles and layout
  spent.push(performance.now() - began);
};
const box = document.querySelector("#world").getBoundingClientRect();
const at = (x, y) => ({ clientX: box.left + box.width * x, clientY: box.top + box.height * y });
const pointer = (name, [x, y], more = {}) => timed(() => stage.dispatchEvent(
  new PointerEvent(name, { bubbles: true, pointerId: 7, pointerType: "mouse", ...at(x, y), ...more })));
const stroke = (path, more) => {
  pointer("pointerdown", path[0], more);
  for (const place of path.slice(1)) pointer("pointermove", place, more);
  pointer("pointerup", path.at(-1), more);
};
const key = (name, more = {}) => timed(() => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, ...more })));
const line = (from, to, steps) => Array.from({ length: steps + 1 }, (_, i) =>
  [0, 1].map((part) => from[part] + (to[part] - from[part]) * i / steps));
const ring = (x, y, radius, steps) => Array.from({ length: steps + 1 }, (_, i) =>
  [x + radius * Math.cos(2 * Math.PI * i / steps), y + radius * Math.sin(2 * Math.PI * i / steps)]);
const bodies = [[0.5, 0.6], [0.47, 0.75]];
const tool = (name) => { tools.use(name); shown(); };
const hand = (turn) => { tools.takeColor([10 + 7 * turn, 20, 90 + 5 * turn]); shown(); };
const undo = () => key("z", { ctrlKey: true });
let turn = 0, last = 0;
const kinds = {
  fill: () => { hand(turn); stroke([bodies[0]]); },
  "group fill": () => { hand(turn); stroke([bodies[1]], { shiftKey: true }); },
  hover: () => { hand(turn); for (const place of line([0.3, 0.3], [0.7, 0.7], 6)) pointer("pointermove", place); },
  stroke: () => { hand(turn); stroke(line([0.32, 0.3 + 0.01 * turn], [0.7, 0.8], 24)); },
  lasso: () => { hand(turn); tool("lasso"); stroke(ring(0.5, 0.5, 0.3, 40)); },
  "lasso inside": () => { hand(turn); tool("lasso"); stroke(ring(0.5 + 0.002 * turn, 0.62, 0.03, 20)); },
  erase: () => { tool("erase"); stroke(line([0.35, 0.35], [0.65, 0.75], 12)); },
  split: () => { tool("cut"); stroke(line([0.3, 0.6 + 0.006 * turn], [0.7, 0.62 + 0.006 * turn], 12)); },
  "split of the ground": () => { tool("cut"); stroke(line([0.02, 0.5 + 0.01 * turn], [0.4, 0.5 + 0.01 * turn], 12)); },
  undo: () => { tool("move"); undo(); undo(); },
  redo: () => { for (let i = 0; i < 2; i++) key("y", { ctrlKey: true }); },
  merge: () => { tool("join"); stroke(line([0.4, 0.3 + 0.02 * turn], [0.6, 0.6], 12)); },
  palette: () => { const colors = store.settled.colors.map((color, i) => (i === turn ? [turn, 99, 50] : color));
    timed(() => store.preview({ colors })); timed(() => store.commit({ colors }, "colour")); },
  "more like this": () => { hand(turn); stroke([bodies[0]]); spent = []; timed(() => after.takeMore()); },
  lock: () => { timed(() => after.hold()); timed(() => after.hold()); },
  mark: () => { const part = document.querySelector("#part"); part.value = String(1 + turn % 4);
    timed(() => part.dispatchEvent(new Event("change"))); },
  role: () => { const [{ regions: those }] = fills.roles(store.settled);
    timed(() => store.commit(fills.filled(store.settled, those, [turn, 30, 60]), "role")); timed(() => roles.update()); },
};
const found = {};
const [finishes, wanted] = given;
for (const finish of finishes) {
  store.commit({ finish }, "finish");
  shown();
  for (const [name, act] of Object.entries(kinds)) {
    if (wanted && !wanted.includes(name)) continue;
    let best = null;  // of each step
    for (turn = 6 * finishes.indexOf(finish), last = turn + 6; turn < last; turn++) {
      spent = [];
      act();
      if (turn % 6) best = spent.map((step, i) => Math.min(step, best?.[i] ?? Infinity));  // the first time it is compiled
    }
    found[`${name}${finishes.length > 1 ? `, ${finish}` : ""}`] = Math.max(...best);
    await new Promise((done) => setTimeout(done, 20));
  }
}
tools.use("move");
window.requestAnimationFrame = frame;
while (store.at > start) store.step(-1);
shown();
return found;
