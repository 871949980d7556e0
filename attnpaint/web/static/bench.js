/* Recolourings a second on this machine, for tests and the curious: in the console
   (await import("/page/bench.js")).benchmark() */

import { draw } from "./board.js";
import { store } from "./store.js";

/** Each time one colour of the palette changes, then the picture is computed and put on the canvas; in the
    first half of `frames` as fast as it goes, in the second once for each frame that the browser shows. */
export async function benchmark(finish = "flat", frames = 120) {
  const before = store.settled, { painting } = before;
  const change = (turn) => {
    const colors = before.colors.map((color, entry) => (entry === turn % 16 ? color.map((part) => (part + 7 * turn) % 256) : color));
    store.draft = { ...before, finish, colors };
    draw();
  };
  const spent = [];
  for (let turn = 0; turn < frames / 2; turn++) {
    const began = performance.now();
    change(turn);
    spent.push(performance.now() - began);
    if (turn % 10 === 9) await new Promise(requestAnimationFrame);
  }
  const began = performance.now();
  for (let turn = 0; turn < frames / 2; turn++) {
    change(turn);
    await new Promise(requestAnimationFrame);
  }
  const shown = 500 * frames / (performance.now() - began);
  store.draft = null;
  draw();
  spent.sort((a, b) => a - b);
  const { width, height } = painting.painter, middle = spent[spent.length >> 1], slow = spent[Math.floor(0.95 * spent.length)];
  return { width, height, finish, milliseconds: middle, slow, computed: 1000 / middle, shown };
}
