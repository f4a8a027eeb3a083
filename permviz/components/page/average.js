/**
 * The average of copies, and what its loss says of convexity: the numbers of `jensen_argument` in
 * permviz/landscape/convexity.py. Pure.
 *
 * @typedef {import("../diagram/forward.js").Net} Net
 * @typedef {import("../diagram/permutation.js").Order} Order
 * @typedef {{holds: boolean | null, statement: string, hypothesis: string, kind: string, copies: string, low: number | null,
 *   margin: number | null}} Argument  the library's, of the average of all copies; null: not finite
 */
import { between, permuted } from "../diagram/permutation.js";
import { sayApart } from "../diagram/paint.js";

/**
 * The average of all permuted copies: W_1 over its rows, W_L over its columns, the matrices between over both, hidden biases
 * over their nodes; `symmetric_average` of permviz/symmetry/averaging.py.
 * @param {Net} net @returns {Net}
 */
export function averageOf(net) {
  const last = net.W.length - 1;
  const W = net.W.map((w, k) => {
    const columns = net.widths[k], rows = net.widths[k + 1];
    const overRows = k < last ? w.map((_, at) => mean(rows, (i) => w[i * columns + (at % columns)])) : w;
    return k > 0 ? overRows.map((_, at) => mean(columns, (j) => overRows[at - (at % columns) + j])) : overRows;
  });
  return { ...net, W, b: net.b.map((b, k) => (k < last ? b.map(() => mean(b.length, (i) => b[i])) : b)) };
}

/** @param {number} n @param {(i: number) => number} of */
function mean(n, of) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += of(i);
  return sum / n;
}

/** The point half-way from A to its copy. @param {Net} net @param {Order} order */
export function halfWay(net, order) {
  return between(net, permuted(net, order), 0.5);
}

/**
 * What the loss half-way says, in words. The margin is the library's for the average of all copies; sums half-way are of the same
 * sizes, and a decade more covers them.
 * @param {number} loss half-way @param {Argument} argument
 */
export function halfWaySays(loss, { low, margin }) {
  if (low === null || margin === null || !Number.isFinite(loss)) return "Half-way the loss is not finite: nothing follows.";
  const [here, ends] = sayApart(loss, low);
  if (loss > low + 10 * margin) return `Half-way from A to B the loss is ${here}, above the ${ends} of both: it is not convex, nor even quasi-convex.`;
  return `Half-way from A to B the loss is ${here}, not above the ${ends} of both: this pair is silent.`;
}
