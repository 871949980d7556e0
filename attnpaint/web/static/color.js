/* Colours: [red, green, blue] from 0 to 255, "#rrggbb", OKLCH for the sliders, CIEDE2000 for likeness, and names. */

export const toHex = (rgb) => `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
export const packed = ([red, green, blue]) => (red << 16) | (green << 8) | blue; // 0xrrggbb
export const unpacked = (color) => [color >> 16, (color >> 8) & 255, color & 255];
export const same = (a, b) => a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
export const luma = ([red, green, blue]) => 0.299 * red + 0.587 * green + 0.114 * blue;

/** "#abc", "abc", "#aabbcc" or "aabbcc"; null where it is none of them. */
export function fromHex(text) {
  const found = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim());
  if (!found) return null;
  const digits = found[1].length === 6 ? found[1] : [...found[1]].map((digit) => digit + digit).join("");
  return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
}

const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
const gamma = (part) => (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055);

/** Lightness 0 to 1, chroma, hue in degrees (Ottosson 2020). */
export function toLch(rgb) {
  const [r, g, b] = rgb.map((part) => linear(part / 255));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const lightness = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const c = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return [lightness, Math.hypot(a, c), (Math.atan2(c, a) * 180 / Math.PI + 360) % 360];
}

function unbounded([lightness, chroma, hue]) {
  const a = chroma * Math.cos(hue * Math.PI / 180), c = chroma * Math.sin(hue * Math.PI / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * c) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * c) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * c) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** The colour, or with less chroma the nearest that a screen shows. */
export function fromLch([lightness, chroma, hue]) {
  let least = 0, most = chroma;
  const fits = (c) => unbounded([lightness, c, hue]).every((part) => part > -0.0005 && part < 1.0005);
  if (fits(chroma)) least = chroma;
  else for (let i = 0; i < 12; i++) {
    const middle = (least + most) / 2;
    if (fits(middle)) least = middle; else most = middle;
  }
  return unbounded([lightness, least, hue]).map((part) => Math.round(255 * Math.min(1, Math.max(0, gamma(Math.max(0, part))))));
}

/** CIE Lab, D65. */
export function toLab(rgb) {
  const [r, g, b] = rgb.map((part) => linear(part / 255));
  const [x, y, z] = [
    (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047,
    0.2126729 * r + 0.7151522 * g + 0.072175 * b,
    (0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883,
  ].map((part) => (part > 216 / 24389 ? Math.cbrt(part) : (24389 / 27 * part + 16) / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** How far apart two colours look: CIEDE2000 (Sharma, Wu & Dalal 2005). */
export const apart = (one, other) => between(toLab(one), toLab(other));

function between([l1, a1, b1], [l2, a2, b2]) {
  const mean7 = ((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2) ** 7;
  const grow = 1 + 0.5 * (1 - Math.sqrt(mean7 / (mean7 + 25 ** 7)));
  const c1 = Math.hypot(a1 * grow, b1), c2 = Math.hypot(a2 * grow, b2);
  const turn = (a, b) => (a || b ? (Math.atan2(b, a) * 180 / Math.PI + 360) % 360 : 0);
  const h1 = turn(a1 * grow, b1), h2 = turn(a2 * grow, b2), rad = Math.PI / 180;
  const both = c1 * c2 !== 0;
  const dh = both ? ((h2 - h1 + 540) % 360) - 180 : 0;
  const dH = 2 * Math.sqrt(c1 * c2) * Math.sin(dh / 2 * rad), dL = l2 - l1, dC = c2 - c1;
  const L = (l1 + l2) / 2, C = (c1 + c2) / 2;
  const H = !both ? h1 + h2 : Math.abs(h1 - h2) <= 180 ? (h1 + h2) / 2 : (h1 + h2 + (h1 + h2 < 360 ? 360 : -360)) / 2;
  const T = 1 - 0.17 * Math.cos((H - 30) * rad) + 0.24 * Math.cos(2 * H * rad)
    + 0.32 * Math.cos((3 * H + 6) * rad) - 0.2 * Math.cos((4 * H - 63) * rad);
  const sl = 1 + 0.015 * (L - 50) ** 2 / Math.sqrt(20 + (L - 50) ** 2), sc = 1 + 0.045 * C, sh = 1 + 0.015 * C * T;
  const rt = -2 * Math.sqrt(C ** 7 / (C ** 7 + 25 ** 7)) * Math.sin(60 * Math.exp(-(((H - 275) / 25) ** 2)) * rad);
  return Math.sqrt((dL / sl) ** 2 + (dC / sc) ** 2 + (dH / sh) ** 2 + rt * (dC / sc) * (dH / sh));
}

const DIM = 38; // of 255: the grey, L* 15, under which black lines on a colour are hardly seen

/** A colour that would hide a drawing's lines, as light as the grey DIM; others as they are (as attnpaint.colour has it). */
export function underLines(rgb) {
  const lacks = DIM - Math.max(0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2], toLab(rgb)[0] * DIM / 15);
  return lacks > 0 ? Array.from(rgb, (level) => Math.round(Math.min(255, level + lacks))) : rgb;
}

const LEAST = 2, LIGHTER = 4; // ΔE2000 from which on two colours are two, and of L* alone

/** Colours 0xrrggbb, each as itself or as one of the others that it differs from by less than LEAST: the one with the
    most pixels stays, firm ones in any case (as attnpaint.colour has it). */
export function united(colors, counts, firm) {
  const all = new Map(); // color → { lab, count, firm, name }
  colors.forEach((color, i) => {
    const one = all.get(color) ?? { color, lab: toLab(unpacked(color)), count: 0, firm: 0, name: -1 };
    all.set(color, Object.assign(one, { count: one.count + counts[i], firm: one.firm | firm[i] }));
  });
  const order = [...all.values()].sort((a, b) => b.firm - a.firm || b.count - a.count || a.color - b.color);
  for (const one of order) {
    if (one.name >= 0 && !one.firm) continue;
    for (const other of order) {
      if (other.name < 0 && !other.firm && Math.abs(other.lab[0] - one.lab[0]) < LIGHTER && between(one.lab, other.lab) < LEAST) other.name = one.color;
    }
    one.name = one.color;
  }
  return colors.map((color) => all.get(color).name);
}

const HUES = [[12, "pink"], [40, "red"], [68, "orange"], [85, "amber"], [118, "yellow"], [155, "green"], [205, "teal"],
  [240, "sky blue"], [284, "blue"], [318, "purple"], [350, "magenta"], [361, "pink"]];

/** A few plain words, for those who do not see it: "dark green", "pale pink", "grey". */
export function nameOf(rgb) {
  const [lightness, chroma, hue] = toLch(rgb);
  if (lightness > 0.97 && chroma < 0.03) return "white";
  if (lightness < 0.2 && chroma < 0.06) return "black";
  const depth = lightness < 0.42 ? "dark " : lightness > 0.82 ? "light " : "";
  if (chroma < 0.025) return `${depth}grey`;
  let word = HUES.find(([end]) => hue < end)[1];
  if (lightness < 0.55 && /orange|amber/.test(word)) word = "brown";
  const soft = chroma < 0.08 ? (lightness > 0.75 ? "pale " : "muted ") : depth;
  return soft + word;
}
