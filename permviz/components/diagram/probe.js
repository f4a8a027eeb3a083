/**
 * Where the browser looks at a function: a 41 x 41 grid of the plane for two inputs, a line of 121 points for one, the samples
 * for more. `look` evaluates a parameter point there and on the samples.
 *
 * @typedef {{kind: "plane" | "line" | "samples" | "none", size: number, count: number, inputs: Float64Array}} Probe
 * @typedef {{layers: Float64Array[] | null, loss: number | null, net: import("./forward.js").Net}} Look
 */
import { forward, lossOf } from "./forward.js";

export const PLANE = 41;
const LINE = 121;

/** @param {import("./wire.js").Scene} scene @returns {Probe} */
export function probeOf({ net, window: w, samples }) {
  if (net.widths[0] === 2 && w.length === 4) {
    const inputs = new Float64Array(2 * PLANE * PLANE);
    for (let i = 0; i < PLANE * PLANE; i++) {
      inputs[2 * i] = w[0] + ((w[1] - w[0]) * (i % PLANE)) / (PLANE - 1);
      inputs[2 * i + 1] = w[3] - ((w[3] - w[2]) * Math.floor(i / PLANE)) / (PLANE - 1);
    }
    return { kind: "plane", size: PLANE, count: PLANE * PLANE, inputs };
  }
  if (net.widths[0] === 1) {
    const inputs = Float64Array.from({ length: LINE }, (_, i) => w[0] + ((w[1] - w[0]) * i) / (LINE - 1));
    return { kind: "line", size: LINE, count: LINE, inputs };
  }
  if (samples) return { kind: "samples", size: samples.count, count: samples.count, inputs: samples.inputs };
  return { kind: "none", size: 0, count: 0, inputs: new Float64Array(0) };
}

/** @param {import("./forward.js").Net} net @param {Probe} probe @param {import("./forward.js").Samples | null} samples @returns {Look} */
export function look(net, probe, samples) {
  const layers = probe.count ? forward(net, probe.inputs, probe.count) : null;
  const loss = !samples ? null : lossOf(net, samples, layers && probe.kind === "samples" ? layers[layers.length - 1] : undefined);
  return { net, layers, loss };
}

/** Largest absolute difference of the outputs. @param {Look} a @param {Look} b */
export function largestDifference(a, b) {
  if (!a.layers || !b.layers) return null;
  const x = a.layers[a.layers.length - 1], y = b.layers[b.layers.length - 1];
  let most = 0;
  for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i] - y[i]));
  return most;
}

/** Largest absolute value of each layer, never zero: the pictures' scales. @param {Look} one */
export function scalesOf(one) {
  return (one.layers ?? []).map((values) => {
    let most = 0;
    for (const v of values) most = Math.max(most, Math.abs(v));
    return most || 1;
  });
}

/**
 * Line pieces of the zero contour of a size x size field, in grid units (marching squares, linear along each side).
 * @param {number} size @param {(i: number) => number} of @returns {[number, number][][]} pairs of ends
 */
export function zeroContour(size, of) {
  /** @type {[number, number][][]} */
  const pieces = [];
  for (let r = 0; r < size - 1; r++) {
    for (let c = 0; c < size - 1; c++) {
      const corners = [[c, r], [c + 1, r], [c + 1, r + 1], [c, r + 1]];
      const values = corners.map(([x, y]) => of(y * size + x));
      /** @type {[number, number][]} */
      const cuts = [];
      for (let i = 0; i < 4; i++) {
        const j = (i + 1) % 4;
        if (values[i] > 0 === values[j] > 0) continue;
        const u = values[i] / (values[i] - values[j]);
        cuts.push([corners[i][0] + u * (corners[j][0] - corners[i][0]), corners[i][1] + u * (corners[j][1] - corners[i][1])]);
      }
      for (let i = 0; i + 1 < cuts.length; i += 2) pieces.push([cuts[i], cuts[i + 1]]);
    }
  }
  return pieces;
}
