/**
 * Colours, numbers as text, and the few drawing calls that every picture shares.
 * The colour rule is that of permviz/figures/theme.py: blue positive, orange negative, both fading to the theme's neutral.
 *
 * @typedef {{positive: string, neutral: string, negative: string, text: string, muted: string, background: string,
 *   surface: string, border: string, first: string, second: string, good: string, bad: string, accent: string,
 *   grid: string, nodes: string[]}} Theme
 * @typedef {{light: Theme, dark: Theme}} Colours
 * @typedef {Theme & {dark: boolean}} Palette
 */
import { isDark, rgbOf } from "../colours.js";

/**
 * Light or dark, told by the page's background.
 * @param {Colours} colours @param {string} background @returns {Palette}
 */
export function paletteFor(colours, background) {
  const dark = isDark(background);
  return { ...(dark ? colours.dark : colours.light), dark };
}

/** @param {string} a @param {string} b @param {number} u */
export function mix(a, b, u) {
  const x = rgbOf(a), y = rgbOf(b);
  return `rgb(${x.map((v, i) => Math.round(v + (y[i] - v) * u)).join(",")})`;
}

/** The colour of a node, or of a class; the background is legible on it. @param {Palette} palette @param {number} node */
export function identityColour(palette, node) {
  return palette.nodes[node % palette.nodes.length];
}

/** Nodes of one colour differ in the shape of what carries their number. @param {Palette} palette @param {number} node */
export function shapeOf(palette, node) {
  return ["round", "square", "leaf"][Math.floor(node / palette.nodes.length) % 3];
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

/** Index into the table for a value on the scale -1 to 1. @param {number} value */
export function shade(value) {
  return Math.round(127.5 + 127.5 * Math.max(-1, Math.min(1, value)));
}

/** CSS colour of a value on the scale -1 to 1. @param {Uint8ClampedArray} table @param {number} value */
export function heat(table, value) {
  const i = 4 * shade(Number.isFinite(value) ? value : 0);
  return `rgb(${table[i]},${table[i + 1]},${table[i + 2]})`;
}

/** @param {HTMLCanvasElement} canvas */
const contextOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")); // null only beside another kind of context

/** @type {Map<number, {canvas: HTMLCanvasElement, inner: CanvasRenderingContext2D, image: ImageData}>} */
const scratch = new Map();

/**
 * Paint size x size values, `of(i)` on the scale -1 to 1, smoothly over a square.
 * @param {CanvasRenderingContext2D} ctx @param {number} size @param {(i: number) => number} of @param {Uint8ClampedArray} table
 * @param {number} side pixels
 */
export function paintField(ctx, size, of, table, side) {
  let entry = scratch.get(size);
  if (!entry) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const inner = contextOf(canvas);
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
  ctx.drawImage(entry.canvas, 0, 0, side, side);
}

/** Lengths in the diagram are sixteenths of the root's font size, which grows with the window. @param {number} length */
export const rem = (length) => `${Number((length / 16).toFixed(4))}rem`;

/** CSS pixels of that unit, now. */
export const unitNow = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

/**
 * Give a canvas `width` x `height`, sharp on this screen, cleared; its context in the same unit.
 * @param {HTMLCanvasElement} canvas @param {number} width @param {number} height @param {number} [unit] CSS pixels
 */
export function prepared(canvas, width, height, unit = 1) {
  const ratio = Math.min(3, (window.devicePixelRatio || 1) * unit);
  const w = Math.max(1, Math.round(width * ratio)), h = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = rem(width);
    canvas.style.height = rem(height);
  }
  const ctx = contextOf(canvas);
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  return ctx;
}

/**
 * A loss, or another number, for people: three significant digits, so that its length does not change while it does: 0.0248,
 * 4.80, 2.2e−16, 12345. Its twin is `loss_text` of `networks/digits.py`.
 * @param {number | null} v @param {number} [digits]
 */
export function say(v, digits = 3) {
  if (v === null || !Number.isFinite(v)) return "not finite";
  if (v === 0) return "0";
  const a = Math.abs(v);
  if (a < 1e-3 || a >= 1e5) return v.toExponential(digits - 2).replace("+", "").replaceAll("-", "−");
  const text = v.toPrecision(digits);
  return (text.includes("e") || a >= 10 ** digits ? v.toFixed(0) : text).replace("-", "−");
}

/** Differences of losses up to this part of the larger one are rounding. */
const ROUNDING = 1e-9;

/** Two numbers with as many digits as tell them apart, unless they differ by rounding. @param {number | null} a @param {number | null} b @returns {string[]} */
export function sayApart(a, b) {
  let pair = [say(a), say(b)];
  if (a === null || b === null || !Number.isFinite(a - b)) return pair;
  const differ = Math.abs(a - b) > ROUNDING * Math.max(Math.abs(a), Math.abs(b));
  for (let digits = 4; digits <= 12 && differ && pair[0] === pair[1]; digits++) pair = [say(a, digits), say(b, digits)];
  return pair;
}

/**
 * A barrier on a way whose largest loss is `highest`; one that is no more than rounding is said to be none. Twin: `wall_text`.
 * @param {number | null} barrier @param {number} highest
 */
export function sayWall(barrier, highest) {
  return barrier && isRounding(barrier, highest) ? "0 (rounding)" : say(barrier);
}

/** @param {number} barrier @param {number} highest */
export const isRounding = (barrier, highest) => Number.isFinite(highest) && Math.abs(barrier) <= ROUNDING * Math.abs(highest);

/** How far along a line, told as its end only at its end. @param {number} t from 0 to 1 */
export function sayT(t) {
  return (t === 0 || t === 1 ? t : Math.min(0.99, Math.max(0.01, t))).toFixed(2);
}

/** A weight, always three decimals. @param {number} v */
export function sayWeight(v) {
  return v.toFixed(3).replace("-", "−");
}

/**
 * An element with class, text and attributes.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {string} [className] @param {Record<string, string | number>} [attributes] @param {string} [text]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, className = "", attributes = {}, text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  if (text) node.textContent = text;
  return node;
}

/**
 * An SVG element with attributes.
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag @param {Record<string, string>} [attributes] @returns {SVGElementTagNameMap[T]}
 */
export function svg(tag, attributes = {}) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/** Set an attribute only where it changes. @param {Element} node @param {string} name @param {string | number | boolean} value */
export function put(node, name, value) {
  const text = String(value);
  if (node.getAttribute(name) !== text) node.setAttribute(name, text);
}

/** Set the text only where it changes. @param {Node} node @param {string} text */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
