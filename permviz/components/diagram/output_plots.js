/**
 * Outputs without a plane: curves over the one input, or now against before, sample by sample.
 *
 * @typedef {import("./view_output.js").Drawing} Drawing
 * @typedef {CanvasRenderingContext2D} Context
 * @typedef {import("./paint.js").Palette} Palette
 */
import { FLOOR } from "./output_planes.js";
import { identityColour, prepared, say, write } from "./paint.js";

const HEIGHT = 118, LOW = 54;

/** @param {Drawing} drawing */
export function drawCurves({ f, outputs: { before, now }, n, pictures: [both, apart], width }) {
  const { scene: { samples, window: w }, palette } = f;
  const ctx = prepared(both.canvas, width, HEIGHT, f.layout.unit);
  const y = centred(HEIGHT, 1.15 * largest([...before, ...(samples ? samples.targets : [])]));
  drawAxis(ctx, width, HEIGHT, palette);
  if (samples) {
    ctx.fillStyle = palette.muted;
    for (let s = 0; s < samples.count; s++) {
      ctx.fillRect((width * (samples.inputs[s] - w[0])) / (w[1] - w[0]) - 1, y(samples.targets[s * n]) - 1, 2, 2);
    }
  }
  stroke(ctx, before, n, width, y, { colour: palette.text, dash: [5, 4], line: 1.6 });
  stroke(ctx, now, n, width, y, { colour: palette.accent, dash: [], line: 2.2 });
  write(both.words, "before: dashed, now: solid, data: dots");
  const low = prepared(apart.canvas, width, LOW, f.layout.unit);
  const span = Math.max(f.difference ?? 0, FLOOR);
  drawAxis(low, width, LOW, palette);
  stroke(low, now.map((v, i) => v - before[i]), n, width, centred(LOW, span), { colour: palette.bad, dash: [], line: 1.6 });
  write(apart.words, `difference, scale ±${say(span)}`);
}

/** @param {Drawing} drawing */
export function drawScatter({ f: { palette, layout }, outputs: { before, now }, n, pictures: [picture], width }) {
  const side = Math.min(width - 60, 170);
  const ctx = prepared(picture.canvas, side, side, layout.unit);
  const most = 1.1 * largest(before);
  /** @param {number} v */
  const at = (v) => (side * (v / most + 1)) / 2;
  ctx.strokeStyle = palette.border;
  ctx.strokeRect(0.5, 0.5, side - 1, side - 1);
  ctx.beginPath();
  ctx.moveTo(0, side);
  ctx.lineTo(side, 0);
  ctx.stroke();
  ctx.globalAlpha = 0.55;
  const skip = Math.max(1, Math.ceil(before.length / 3000));
  for (let i = 0; i < before.length; i += skip) {
    ctx.fillStyle = n > 1 ? identityColour(palette, i % n) : palette.accent;
    ctx.fillRect(at(before[i]) - 1.2, side - at(now[i]) - 1.2, 2.4, 2.4);
  }
  ctx.globalAlpha = 1;
  write(picture.words, n > 1 ? "each sample, each output; on the diagonal: the same" : "each sample; on the diagonal: the same");
}

/** @param {Iterable<number>} values */
function largest(values) {
  let most = 0;
  for (const v of values) most = Math.max(most, Math.abs(v));
  return most;
}

/** From a value to a height, zero in the middle. @param {number} height @param {number} top @returns {(v: number) => number} */
function centred(height, top) {
  return (v) => height / 2 - (v / top) * (height / 2 - 4);
}

/** @param {Context} ctx @param {number} width @param {number} height @param {Palette} palette */
function drawAxis(ctx, width, height, palette) {
  ctx.strokeStyle = palette.border;
  ctx.lineWidth = 1;
  ctx.strokeRect(0.5, 0.5, width - 1, height - 1);
  ctx.beginPath();
  ctx.moveTo(0, height / 2);
  ctx.lineTo(width, height / 2);
  ctx.stroke();
}

/**
 * A curve for each of n outputs.
 * @param {Context} ctx @param {Float64Array} values @param {number} n @param {number} width @param {(v: number) => number} y
 * @param {{colour: string, dash: number[], line: number}} pen
 */
function stroke(ctx, values, n, width, y, { colour, dash, line }) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = line;
  ctx.setLineDash(dash);
  const count = values.length / n;
  for (let c = 0; c < n; c++) {
    ctx.beginPath();
    for (let i = 0; i < count; i++) ctx.lineTo((width * i) / (count - 1), y(values[i * n + c]));
    ctx.stroke();
  }
  ctx.setLineDash([]);
}
