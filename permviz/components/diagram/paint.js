/**
 * Colours, numbers as text, and the few drawing calls that every picture shares.
 * The colour rule is that of permviz/figures/theme.py: blue positive, orange negative, both fading to the theme's neutral.
 *
 * @typedef {{positive: string, neutral: string, negative: string, text: string, muted: string, background: string,
 *   surface: string, border: string, first: string, second: string, good: string, bad: string, accent: string,
 *   grid: string, identities: string[], dark: boolean}} Palette
 */

/** [r, g, b] of "#rrggbb", "#rgb" or "rgb(r, g, b)". @param {string} colour */
export function rgbOf(colour) {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})\b/i.exec(colour.trim())?.[1];
  if (hex) {
    const wide = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
    return [0, 2, 4].map((i) => parseInt(wide.slice(i, i + 2), 16));
  }
  const parts = colour.match(/[\d.]+/g);
  return parts && parts.length >= 3 ? parts.slice(0, 3).map(Number) : [255, 255, 255];
}

/** Light or dark, told by the luminance of the page's background (ITU-R BT.709 weights). */
export function paletteFor(colours, background) {
  const [r, g, b] = rgbOf(background || "#ffffff");
  const dark = 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
  return { ...(dark ? colours.dark : colours.light), identities: colours.identities, dark };
}

/** @param {string} a @param {string} b @param {number} u */
export function mix(a, b, u) {
  const x = rgbOf(a), y = rgbOf(b);
  return `rgb(${x.map((v, i) => Math.round(v + (y[i] - v) * u)).join(",")})`;
}

/** Identity colour of a node. @param {Palette} palette @param {number} node */
export function identityColour(palette, node) {
  return palette.identities[node % palette.identities.length];
}

/** Black or white, whichever reads better on a colour. @param {string} colour */
export function inkOn(colour) {
  const [r, g, b] = rgbOf(colour).map((v) => (v / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.3 ? "#10151a" : "#ffffff";
}

/** 256 colours from negative over neutral to positive, as packed bytes. @param {Palette} palette @returns {Uint8ClampedArray} */
export function divergingTable(palette) {
  const [low, middle, high] = [palette.negative, palette.neutral, palette.positive].map(rgbOf);
  const table = new Uint8ClampedArray(256 * 4);
  for (let i = 0; i < 256; i++) {
    const u = (i - 127.5) / 127.5;
    const end = u < 0 ? low : high;
    for (let c = 0; c < 3; c++) table[4 * i + c] = middle[c] + (end[c] - middle[c]) * Math.abs(u);
    table[4 * i + 3] = 255;
  }
  return table;
}

/** Index into the table for a value on the scale -1 to 1. */
export function shade(value) {
  return Math.round(127.5 + 127.5 * Math.max(-1, Math.min(1, value)));
}

/** CSS colour of a value on the scale -1 to 1. */
export function heat(table, value) {
  const i = 4 * shade(Number.isFinite(value) ? value : 0);
  return `rgb(${table[i]},${table[i + 1]},${table[i + 2]})`;
}

const scratch = new Map();

/** Paint size x size values, `of(i)` on the scale -1 to 1, smoothly over a rectangle. */
export function paintField(ctx, size, of, table, x, y, w, h) {
  let entry = scratch.get(size);
  if (!entry) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const inner = canvas.getContext("2d");
    scratch.set(size, (entry = { canvas, inner, image: inner.createImageData(size, size) }));
  }
  const { data } = entry.image;
  for (let i = 0; i < size * size; i++) {
    const j = 4 * shade(of(i));
    data[4 * i] = table[j];
    data[4 * i + 1] = table[j + 1];
    data[4 * i + 2] = table[j + 2];
    data[4 * i + 3] = 255;
  }
  entry.inner.putImageData(entry.image, 0, 0);
  ctx.imageSmoothingEnabled = true;
  ctx.drawImage(entry.canvas, x, y, w, h);
}

/** Give a canvas `width` x `height` CSS pixels, sharp on this screen, cleared; its context in CSS pixels. */
export function prepared(canvas, width, height) {
  const ratio = Math.min(3, window.devicePixelRatio || 1);
  const w = Math.max(1, Math.round(width * ratio)), h = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  return ctx;
}

/** So many significant digits, zeros at the end too; whole from as many digits on. @param {number} v @param {number} digits */
function significant(v, digits) {
  const text = Math.abs(v) >= 10 ** digits ? v.toFixed(0) : v.toPrecision(digits);
  return text.replaceAll("-", "−");
}

/** A number for people, three digits, so that its length does not change while it does: 0.0248, 4.80, 2.2e−16, 12345. @param {number | null} v */
export function say(v) {
  if (v === null || v === undefined || !Number.isFinite(v)) return "not finite";
  if (v === 0) return "0";
  const a = Math.abs(v);
  if (a < 1e-3 || a >= 1e5) {
    const [m, e] = v.toExponential(1).split("e");
    return `${m.replace("-", "−")}e${e.replace("+", "").replace("-", "−")}`;
  }
  return significant(v, 3);
}

/** Two numbers with as many digits as tell them apart. @param {number} a @param {number} b @returns {string[]} */
export function sayApart(a, b) {
  let pair = [say(a), say(b)];
  for (let digits = 4; digits <= 12 && a !== b && pair[0] === pair[1]; digits++) {
    pair = [a, b].map((v) => significant(v, digits));
  }
  return pair;
}

/** A weight, always three decimals. @param {number} v */
export function sayWeight(v) {
  return v.toFixed(3).replace("-", "−");
}

/** An element with class, text and attributes. @returns {any} */
export function el(tag, className = "", attributes = {}, text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text) node.textContent = text;
  return node;
}

/** An SVG element with attributes. @returns {any} */
export function svg(tag, attributes = {}) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/** Set an attribute only where it changes. */
export function put(node, name, value) {
  const text = String(value);
  if (node.getAttribute(name) !== text) node.setAttribute(name, text);
}

/** Set the text only where it changes. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
