/* numpy's `default_rng(0)`: the generator PCG64 (O'Neill 2014), uniform and exponential numbers, bit for bit. */

const START = 35399562948360463058890781895381311971n, STEP = 87136372517582989555478159403783844777n; // of the seed 0
const TIMES = 0x2360ed051fc65da44385df649fccf645n, ALL = (1n << 128n) - 1n, LOW = (1n << 64n) - 1n;
const WHOLE = 2 ** 53;

export class Random {
  constructor() { this.state = START; }

  /** 64 bits. */
  bits() {
    const state = this.state = (this.state * TIMES + STEP) & ALL;
    const mixed = (state >> 64n) ^ (state & LOW), turn = state >> 122n;
    return ((mixed >> turn) | (mixed << (64n - turn))) & LOW;
  }

  /** From 0, below 1. */
  uniform() { return Number(this.bits() >> 11n) / WHOLE; }

  /** Of mean 1: the ziggurat of Marsaglia and Tsang (2000). */
  exponential() {
    const { factor, least, height } = ziggurat();
    for (;;) {
      const bits = this.bits(), layer = Number((bits >> 3n) & 255n), place = Number(bits >> 11n), x = place * factor[layer];
      if (place < least[layer]) return x;
      if (layer === 0) return TAIL - Math.log1p(-this.uniform());
      if ((height[layer - 1] - height[layer]) * this.uniform() + height[layer] < Math.exp(-x)) return x;
    }
  }
}

const TAIL = 7.69711747013104972, AREA = 3.949659822581572e-3; // where the tail begins, and what each of 256 layers holds
let tables = null;

function ziggurat() {
  if (tables) return tables;
  const factor = new Float64Array(256), least = new Float64Array(256), height = new Float64Array(256);
  let edge = TAIL, above = TAIL;
  const widest = AREA / Math.exp(-edge);
  least[0] = Math.floor(edge / widest * WHOLE);
  factor[0] = widest / WHOLE;
  factor[255] = edge / WHOLE;
  height[0] = 1;
  height[255] = Math.exp(-edge);
  for (let layer = 254; layer >= 1; layer--) {
    edge = -Math.log(AREA / edge + Math.exp(-edge));
    least[layer + 1] = Math.floor(edge / above * WHOLE);
    above = edge;
    height[layer] = Math.exp(-edge);
    factor[layer] = edge / WHOLE;
  }
  return (tables = { factor, least, height });
}
