/**
 * The small pictures where samples are images. The inputs show the image that lights the network up; a node of the first layer
 * shows its weights, pixel by pixel; an output fills as high as its probability. A ring tells a hidden node's value.
 *
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {CanvasRenderingContext2D} Context
 */
import { heat, mix } from "./paint.js";
import { probabilities } from "./output_bars.js";

/** @param {Context} ctx @param {number} size @param {Frame} f @param {number} layer @param {number} slot */
export function drawImageThumb(ctx, size, f, layer, slot) {
  const { scene, look, sight, table, palette } = f, { widths } = scene.net, last = widths.length - 1;
  const layers = look.layers ?? [], at = litOf(f) * widths[layer];
  const value = layers[layer][at + slot] / sight.scales[layer];
  if (layer === 0 && f.layout.bundled) drawPixels(ctx, size, f);
  else if (layer === 0) fill(ctx, size, shadeOf(f, slot));
  else if (layer === last) {
    const p = probabilities(layers[last], at, widths[last])[slot];
    fill(ctx, size, palette.surface);
    ctx.fillStyle = palette.accent;
    ctx.fillRect(0, size * (1 - p), size, size * p);
  } else {
    if (layer === 1) drawWeights(ctx, size, f, slot);
    else fill(ctx, size, heat(table, value));
    drawRing(ctx, size, value, palette);
  }
}

/** The sample that lights the network up. @param {Pick<Frame, "state" | "scene">} f */
export function litOf({ state, scene }) {
  return scene.samples ? state.lit % scene.samples.count : 0;
}

/** The image that lights the network up. @param {Context} ctx @param {number} size @param {Frame} f */
export function drawPixels(ctx, size, f) {
  paintCells(ctx, size, f.scene.image, (i) => shadeOf(f, i));
}

/** The weights of a node of the first layer. @param {Context} ctx @param {number} size @param {Frame} f @param {number} slot */
function drawWeights(ctx, size, { scene, shown, sight, table }, slot) {
  const n = scene.net.widths[0], W = shown.theta.W[0];
  paintCells(ctx, size, scene.image, (i) => heat(table, W[slot * n + i] / sight.firstScale));
}

/** Cells on whole pixels, so that no seam shows. @param {Context} ctx @param {number} size @param {number[]} image @param {(i: number) => string} colour */
function paintCells(ctx, size, [rows, columns], colour) {
  for (let i = 0; i < rows * columns; i++) {
    const x = (size * (i % columns)) / columns, y = (size * Math.floor(i / columns)) / rows;
    ctx.fillStyle = colour(i);
    ctx.fillRect(x, y, size / columns + 0.4, size / rows + 0.4);
  }
}

/** A pixel's ink, from its least to its largest value among the samples. @param {Frame} f @param {number} pixel */
function shadeOf({ scene, state, sight, palette }, pixel) {
  const { samples } = scene;
  if (!samples) return palette.surface;
  const [low, high] = sight.spans()[pixel], v = samples.inputs[litOf({ scene, state }) * scene.net.widths[0] + pixel];
  return mix(palette.surface, palette.text, high > low ? (v - low) / (high - low) : 0);
}

/** @param {Context} ctx @param {number} size @param {string} colour */
function fill(ctx, size, colour) {
  ctx.fillStyle = colour;
  ctx.fillRect(0, 0, size, size);
}

/** Clockwise for a positive value, the other way for a negative one; once around is the largest of the layer. @param {Context} ctx @param {number} size @param {number} value @param {import("./paint.js").Palette} palette */
function drawRing(ctx, size, value, palette) {
  const width = Math.max(2.5, 0.09 * size), end = 2 * Math.PI * Math.max(-1, Math.min(1, value));
  for (const [colour, w, to] of /** @type {[string, number, number][]} */ ([[palette.background, width + 1.5, 2 * Math.PI], [value >= 0 ? palette.positive : palette.negative, width, end]])) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = w;
    ctx.beginPath();
    ctx.arc(size / 2, size / 2, size / 2 - width / 2, -Math.PI / 2, -Math.PI / 2 + to, to < 0);
    ctx.stroke();
  }
}
