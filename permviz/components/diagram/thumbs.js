/** The small picture inside a node: its value over the input plane, along the one input, or over the samples. */
import { heat, paintField, prepared } from "./paint.js";
import { drawImageThumb } from "./thumbs_image.js";

/** @typedef {import("./frame.js").Frame} Frame */

/** Whether there is anything to draw in the nodes of a layer. @param {Frame} f @param {number} layer */
export function hasThumb({ look, layout, sight, scene }, layer) {
  if (look.layers !== null && scene.image.length) return true;
  return look.layers !== null && !(layer === 0 && layout.bundled) && sight.probe.kind !== "none";
}

/** @param {HTMLCanvasElement} canvas @param {number} size @param {Frame} f @param {number} layer @param {number} slot */
export function drawThumb(canvas, size, f, layer, slot) {
  const ctx = prepared(canvas, size, size, f.layout.unit);
  const { look, scene, sight: { probe, scales }, table, palette } = f;
  if (!look.layers || !hasThumb(f, layer)) return;
  if (scene.image.length) {
    drawImageThumb(ctx, size, f, layer, slot);
    return;
  }
  const values = look.layers[layer], width = scene.net.widths[layer], scale = scales[layer];
  const output = layer === scene.net.widths.length - 1;
  const soft = output && scene.loss.kind === "binary-cross-entropy";
  /** @param {number} i */
  const of = (i) => (soft ? Math.tanh(values[i * width + slot] / 2) : values[i * width + slot] / scale);
  if (probe.kind === "plane") paintField(ctx, probe.size, of, table, size);
  else if (probe.kind === "line") drawLine(ctx, probe.size, of, size, palette);
  else drawHistogram(ctx, probe.size, of, size, palette, table);
}

/**
 * @param {CanvasRenderingContext2D} ctx @param {number} count @param {(i: number) => number} of @param {number} size
 * @param {import("./paint.js").Palette} palette
 */
function drawLine(ctx, count, of, size, palette) {
  ctx.strokeStyle = palette.border;
  ctx.beginPath();
  ctx.moveTo(0, size / 2);
  ctx.lineTo(size, size / 2);
  ctx.stroke();
  ctx.strokeStyle = palette.text;
  ctx.lineWidth = 1.6;
  ctx.beginPath();
  for (let i = 0; i < count; i++) ctx.lineTo((size * i) / (count - 1), size / 2 - 0.42 * size * of(i));
  ctx.stroke();
}

/**
 * How often each value occurs over the samples, from -scale to scale, coloured by the value.
 * @param {CanvasRenderingContext2D} ctx @param {number} count @param {(i: number) => number} of @param {number} size
 * @param {import("./paint.js").Palette} palette @param {Uint8ClampedArray} table
 */
function drawHistogram(ctx, count, of, size, palette, table) {
  /** @type {number[]} */
  const bins = new Array(13).fill(0);
  for (let i = 0; i < count; i++) bins[Math.min(12, Math.max(0, Math.floor(((of(i) + 1) / 2) * 13)))]++;
  const most = Math.max(...bins);
  bins.forEach((n, i) => {
    const h = (0.8 * size * n) / most;
    ctx.fillStyle = Math.abs(i - 6) < 1 ? palette.muted : heat(table, (i - 6) / 6);
    ctx.fillRect((size * i) / 13, 0.9 * size - h, size / 13, h);
  });
}
