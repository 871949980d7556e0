// Every kind of move as steps that a test runs one by one: window.moves = { names, start(name, turn, finish), step() }.
const modules = ["store", "fills", "regions", "tools", "board", "after", "roles"];
const [{ store }, fills, regions, tools, board, after, roles] =
  await Promise.all(modules.map((name) => import(`/page/${name}.js`)));
const stage = document.querySelector("#stage"), queue = [], box = document.querySelector("#world").getBoundingClientRect();
let steps = [];
stage.setPointerCapture = () => {};  // there is no pointer of that number
window.requestAnimationFrame = (act) => queue.push(act);
const shown = () => { while (queue.length) queue.shift()(performance.now()); };
const timed = (act) => steps.push([act, true]), aside = (act) => steps.push([act, false]);
const at = ([x, y]) => ({ clientX: box.left + box.width * x, clientY: box.top + box.height * y });
const pointer = (name, place, more) => timed(() => stage.dispatchEvent(
  new PointerEvent(name, { bubbles: true, pointerId: 7, pointerType: "mouse", ...at(place), ...more })));
const stroke = (path, more) => {
  pointer("pointerdown", path[0], more);
  for (const place of path.slice(1)) pointer("pointermove", place, more);
  pointer("pointerup", path.at(-1), more);
};
const key = (name, more = {}) => timed(() =>
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, ...more })));
const line = (from, to, many) => Array.from({ length: many + 1 }, (_, i) =>
  [0, 1].map((part) => from[part] + (to[part] - from[part]) * i / many));
const ring = (x, y, radius, many) => Array.from({ length: many + 1 }, (_, i) =>
  [x + radius * Math.cos(2 * Math.PI * i / many), y + radius * Math.sin(2 * Math.PI * i / many)]);
const body = [0.5, 0.6], skirt = [0.47, 0.75];
const tool = (name) => aside(() => tools.use(name));
const hand = (turn) => aside(() => tools.takeColor([10 + 7 * turn, 20, 90 + 5 * turn]));
const recolored = (turn) => ({ colors: store.settled.colors.map((color, i) => (i === turn % 16 ? [turn, 99, 50] : color)) });
const kinds = {
  nothing: () => timed(() => {}),
  fill: (turn) => { hand(turn); stroke([body]); },
  "group fill": (turn) => { hand(turn); stroke([skirt], { shiftKey: true }); },
  hover: (turn) => { hand(turn); for (const place of line([0.3, 0.3], [0.7, 0.7], 6)) pointer("pointermove", place); },
  stroke: (turn) => { hand(turn); stroke(line([0.32, 0.3 + 0.01 * turn], [0.7, 0.8], 12)); },
  lasso: (turn) => { hand(turn); tool("lasso"); stroke(ring(0.5, 0.5, 0.3, 12)); },
  "lasso inside": (turn) => { hand(turn); tool("lasso"); stroke(ring(0.5 + 0.002 * turn, 0.62, 0.03, 10)); },
  erase: () => { tool("erase"); stroke(line([0.35, 0.35], [0.65, 0.75], 8)); },
  split: (turn) => { tool("cut"); stroke(line([0.3, 0.6 + 0.006 * turn], [0.7, 0.62 + 0.006 * turn], 8)); },
  "split of the ground": (turn) => { tool("cut"); stroke(line([0.02, 0.5 + 0.01 * turn], [0.4, 0.5 + 0.01 * turn], 8)); },
  undo: () => { tool("move"); for (let i = 0; i < 2; i++) key("z", { ctrlKey: true }); },
  redo: () => { for (let i = 0; i < 2; i++) key("y", { ctrlKey: true }); },
  merge: (turn) => { tool("join"); stroke(line([0.4, 0.3 + 0.02 * turn], [0.6, 0.6], 8)); },
  palette: (turn) => { timed(() => store.preview(recolored(turn))); timed(() => store.commit(recolored(turn), "colour")); },
  more: (turn) => {
    aside(() => {
      const { width, height } = store.settled.painting, region = regions.regionAt(store.settled, [skirt[0] * width, skirt[1] * height]);
      store.commit(fills.filled(store.settled, [region], [turn, 200, 90]), "one");
      after.show([region]);
    });
    timed(() => after.takeMore());
  },
  lock: () => { timed(() => after.hold()); timed(() => after.hold()); },
  mark: (turn) => timed(() => {
    const part = document.querySelector("#part");
    part.value = String(1 + turn % 4);
    part.dispatchEvent(new Event("change"));
  }),
  role: (turn) => {
    timed(() => store.commit(fills.filled(store.settled, fills.roles(store.settled)[0].regions, [turn, 30, 60]), "role"));
    timed(() => roles.update());
  },
};
const run = (act) => {
  act();
  shown();
  document.body.getBoundingClientRect();  // styles and layout
};
window.moves = {
  names: Object.keys(kinds),
  start(name, turn, finish) {
    if (store.settled.finish !== finish) run(() => store.commit({ finish }, "finish"));
    steps = [];
    kinds[name](turn);
    return steps.map(([, counts]) => counts);
  },
  step() { run(steps.shift()[0]); },
};
