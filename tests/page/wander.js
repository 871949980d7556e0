// Moves at random; where the canvas is not what painting all of it gives. given: a seed.
const [{ store }, fills, { resolved }, board, regions] =
  await Promise.all(["store", "fills", "fills", "board", "regions"].map((name) => import(`/page/${name}.js`)));
let seed = given[0];
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
const { painting } = store.settled, { painter, width, height } = painting, place = () => [random() * width, random() * height];
const some = () => Array.from({ length: 1 + Math.floor(3 * random()) }, () => regions.regionAt(store.settled, place())).filter(Boolean);
const moves = {
  fill: () => fills.filled(store.settled, some(), [random(), random(), random()].map((part) => Math.floor(256 * part))),
  erase: () => fills.filled(store.settled, some(), null),
  divide: () => fills.divide(store.settled, [place(), place()])?.change,
  join: () => fills.joined(store.settled, some()),
  colour: () => ({ colors: store.settled.colors.with(Math.floor(16 * random()), [9, Math.floor(256 * random()), 99]) }),
  strength: () => ({ strength: [1, 0.7, 0.4][Math.floor(3 * random())] }),
};
const off = [], made = {};
const canvas = document.querySelector("#picture"), pen = canvas.getContext("2d");
const other = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
const seen = (context) => context.getImageData(0, 0, canvas.width, canvas.height).data;
for (const finish of ["flat", "blend", "painted"]) {
  store.commit({ finish }, "finish");
  for (let step = 0; step < 40; step++) {
    const name = Object.keys(moves)[Math.floor(6 * random())];
    if (random() < 0.3) store.step(random() < 0.7 ? -1 : 1);
    else {
      const change = moves[name]();
      if (!change) continue;
      made[name] = (made[name] ?? 0) + 1;
      store.commit(change, name);
    }
    board.draw();
    const shown = seen(pen), lines = !document.querySelector("#fine").hidden ? false : store.look.lines;
    painter.fresh();
    Object.assign(painter, { edged: null, shaded: undefined, set: null, divisions: null });
    painter.sets.clear();
    other.putImageData(painter.paint({ ...resolved(store.look), lines }), 0, 0);
    const whole = seen(other);
    let most = 0, at = 0;
    for (let i = 0; i < whole.length; i++) if (Math.abs(whole[i] - shown[i]) > most) [most, at] = [Math.abs(whole[i] - shown[i]), i >> 2];
    if (most) off.push(`${name}, ${finish}: ${most} at ${at % canvas.width}, ${Math.floor(at / canvas.width)}`);
    board.draw();
  }
}
return [off, Object.keys(made).length];
