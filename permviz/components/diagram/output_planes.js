/**
 * Outputs over the plane of two inputs: colours for values or classes, the decision boundary, the data.
 *
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {CanvasRenderingContext2D} Context
 */
import { heat, identityColour, paintField, prepared, say, write } from "./paint.js";
import { zeroContour } from "./probe.js";

/** Differences below this are painted as what they are: rounding. */
export const FLOOR = 1e-9;

/** @param {import("./view_output.js").Drawing} drawing */
export function drawPlanes({ f, outputs: { before, now }, n, pictures, width }) {
  const side = Math.floor((width - 16) / 3), { size } = f.sight.probe;
  const scale = f.sight.scales[f.sight.scales.length - 1], { kind } = f.scene.loss;
  [before, now].forEach((values, i) => {
    const ctx = prepared(pictures[i].canvas, side, side, f.layout.unit);
    /** @param {number} j */
    const shade = (j) => 0.62 * (kind === "binary-cross-entropy" ? Math.tanh(values[j * n] / 2) : values[j * n] / scale);
    if (kind === "cross-entropy") paintClasses(ctx, values, n, side, f);
    else paintField(ctx, size, shade, f.table, side);
    drawBoundary(ctx, values, n, side, f);
    drawData(ctx, side, f);
  });
  const span = Math.max(f.difference ?? 0, FLOOR);
  /** The difference that is largest in size, with its sign. @param {number} j */
  const largest = (j) => {
    let most = 0;
    for (let c = 0; c < n; c++) {
      const d = now[j * n + c] - before[j * n + c];
      if (Math.abs(d) > Math.abs(most)) most = d;
    }
    return most / span;
  };
  paintField(prepared(pictures[2].canvas, side, side, f.layout.unit), size, largest, f.table, side);
  write(pictures[2].words, span > FLOOR ? `difference, ±${say(span)}` : "difference");
}

/** @param {Context} ctx @param {Float64Array} values @param {number} n @param {number} side @param {Frame} f */
function paintClasses(ctx, values, n, side, { palette, sight: { probe: { size } } }) {
  const cell = side / size;
  const colours = Array.from({ length: n }, (_, c) => identityColour(palette, c));
  ctx.globalAlpha = 0.45;
  for (let i = 0; i < size * size; i++) {
    ctx.fillStyle = colours[winner(values, i, n)];
    ctx.fillRect((i % size) * cell, Math.floor(i / size) * cell, cell + 0.4, cell + 0.4);
  }
  ctx.globalAlpha = 1;
}

/**
 * Where the decision changes: the zero contour of the logit, or of each class's lead over the others.
 * @param {Context} ctx @param {Float64Array} values @param {number} n @param {number} side @param {Frame} f
 */
function drawBoundary(ctx, values, n, side, { palette, scene, sight: { probe: { size } } }) {
  const { kind } = scene.loss;
  if (kind === "squared") return;
  /** @param {number} c @returns {(i: number) => number} */
  const lead = (c) => (i) => {
    let other = -Infinity;
    for (let d = 0; d < n; d++) if (d !== c) other = Math.max(other, values[i * n + d]);
    return values[i * n + c] - other;
  };
  /** @type {((i: number) => number)[]} */
  const fields = kind === "cross-entropy" ? Array.from({ length: n }, (_, c) => lead(c)) : [(i) => values[i]];
  ctx.strokeStyle = palette.text;
  ctx.lineWidth = 1.4;
  ctx.beginPath();
  const unit = side / (size - 1);
  for (const field of fields) {
    for (const [p, q] of zeroContour(size, field)) {
      ctx.moveTo(p[0] * unit, p[1] * unit);
      ctx.lineTo(q[0] * unit, q[1] * unit);
    }
  }
  ctx.stroke();
}

/** The data: colour and shape tell the class. @param {Context} ctx @param {number} side @param {Frame} f */
function drawData(ctx, side, { scene: { samples, window: w, loss, names }, sight: { scales }, table, palette }) {
  if (!samples) return;
  const skip = Math.max(1, Math.ceil(samples.count / 400));
  const scale = scales[scales.length - 1];
  for (let s = 0; s < samples.count; s += skip) {
    const x = (side * (samples.inputs[2 * s] - w[0])) / (w[1] - w[0]), y = (side * (w[3] - samples.inputs[2 * s + 1])) / (w[3] - w[2]);
    const target = samples.targets[loss.kind === "squared" ? s * names.outputs.length : s];
    if (loss.kind === "squared") ctx.fillStyle = heat(table, target / scale);
    else if (loss.kind === "cross-entropy") ctx.fillStyle = identityColour(palette, target);
    else ctx.fillStyle = target > 0 ? palette.positive : palette.negative;
    ctx.strokeStyle = palette.dark ? "rgba(0,0,0,.65)" : "rgba(255,255,255,.85)";
    ctx.lineWidth = 0.7;
    ctx.beginPath();
    if (loss.kind !== "squared" && target % 2 === 1) ctx.rect(x - 1.5, y - 1.5, 3, 3);
    else ctx.arc(x, y, 1.7, 0, 7);
    ctx.fill();
    ctx.stroke();
  }
}

/** The class of the largest output at place i. @param {Float64Array} values @param {number} i @param {number} n */
function winner(values, i, n) {
  let best = 0;
  for (let c = 1; c < n; c++) if (values[i * n + c] > values[i * n + best]) best = c;
  return best;
}
