/**
 * Permutations of hidden nodes, and the parameter points between copies of a network.
 *
 * An order has one row a hidden layer, in the gather meaning of permviz/symmetry/permutation.py: slot i of layer k holds node
 * order[k-1][i], so W_k -> W_k[p, :], b_k -> b_k[p], W_{k+1} -> W_{k+1}[:, p]. Hidden layers count from 1, slots from 0.
 *
 * @typedef {number[][]} Order
 * @typedef {{t: number[], losses: number[], chord: number[]}} Curve  along a straight line; NaN where there is no finite loss
 * @typedef {import("./forward.js").Net} Net
 */

/** @param {number[]} hidden widths of the hidden layers @returns {Order} */
export function identityOrder(hidden) {
  return hidden.map((n) => Array.from({ length: n }, (_, i) => i));
}

/** @param {Order} a @param {Order} b */
export function sameOrder(a, b) {
  return a.length === b.length && a.every((row, k) => row.length === b[k].length && row.every((v, i) => v === b[k][i]));
}

/** Whether `order` holds each node of each hidden layer exactly once. @param {unknown} order @param {number[]} hidden */
export function isOrder(order, hidden) {
  return Array.isArray(order) && order.length === hidden.length && order.every((row, k) => {
    if (!Array.isArray(row) || row.length !== hidden[k]) return false;
    const seen = new Set(row);
    return seen.size === hidden[k] && row.every((v) => Number.isInteger(v) && v >= 0 && v < hidden[k]);
  });
}

/**
 * The order after the contents of slots a and b of one layer are exchanged.
 * @param {Order} order @param {number} layer @param {number} a @param {number} b @returns {Order}
 */
export function swapSlots(order, layer, a, b) {
  return order.map((row, k) => {
    if (k !== layer - 1) return row;
    const next = row.slice();
    [next[a], next[b]] = [row[b], row[a]];
    return next;
  });
}

/** Slot of each node. @param {number[]} row @returns {number[]} */
export function inverseRow(row) {
  const slots = new Array(row.length);
  row.forEach((node, slot) => (slots[node] = slot));
  return slots;
}

/** A uniformly random order (Fisher-Yates). @param {number[]} hidden @param {() => number} random in [0, 1) @returns {Order} */
export function randomOrder(hidden, random) {
  return identityOrder(hidden).map((row) => {
    for (let i = row.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [row[i], row[j]] = [row[j], row[i]];
    }
    return row;
  });
}

/** The permuted copy. @param {Net} net @param {Order} order @returns {Net} */
export function permuted(net, order) {
  const L = net.widths.length - 1;
  const W = [], b = [];
  for (let k = 1; k <= L; k++) {
    const n = net.widths[k], m = net.widths[k - 1];
    const rows = k < L ? order[k - 1] : null, columns = k > 1 ? order[k - 2] : null;
    const w = new Float64Array(n * m), c = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const from = rows ? rows[i] : i;
      c[i] = net.b[k - 1][from];
      for (let j = 0; j < m; j++) w[i * m + j] = net.W[k - 1][from * m + (columns ? columns[j] : j)];
    }
    W.push(w);
    b.push(c);
  }
  return { ...net, W, b };
}

/**
 * The post's first step alone: rows a and b of W_k and b_k are exchanged, the columns of W_{k+1} are not. Not a copy.
 * @param {Net} net @param {number} layer k @param {number} a @param {number} b @returns {Net}
 */
export function halfSwapped(net, layer, a, b) {
  const m = net.widths[layer - 1];
  const W = net.W.slice(), c = net.b.slice();
  const w = (W[layer - 1] = W[layer - 1].slice()), bias = (c[layer - 1] = c[layer - 1].slice());
  const row = w.slice(a * m, (a + 1) * m);
  w.copyWithin(a * m, b * m, (b + 1) * m);
  w.set(row, b * m);
  [bias[a], bias[b]] = [bias[b], bias[a]];
  return { ...net, W, b: c };
}

/** The point (1 - t) A + t B of the segment. @param {Net} A @param {Net} B @param {number} t @returns {Net} */
export function between(A, B, t) {
  if (t === 0) return A;
  if (t === 1) return B;
  /** @param {Float64Array} x @param {Float64Array} y */
  const mix = (x, y) => x.map((v, i) => (1 - t) * v + t * y[i]);
  return { ...A, W: A.W.map((w, k) => mix(w, B.W[k])), b: A.b.map((v, k) => mix(v, B.b[k])) };
}

/** ||A - B||_2 over all weights and biases. @param {Net} A @param {Net} B */
export function distanceOf(A, B) {
  let sum = 0;
  const other = [...B.W, ...B.b];
  [...A.W, ...A.b].forEach((x, k) => x.forEach((v, i) => (sum += (v - other[k][i]) ** 2)));
  return Math.sqrt(sum);
}

/**
 * Loss from A to B with the straight chord and the barrier (Entezari et al. 2021, eq. 1): the largest of loss minus chord.
 * Computed at every `stride`-th of the library's equidistant points, and at those between where the line is within 2% of its
 * highest, so that the barrier is the library's. Where B is one swap from A the curve is symmetric and only half of it is computed.
 * @param {Net} A @param {Net} B @param {(net: Net) => number} loss @param {boolean} symmetric
 * @param {number} stride a divisor of n / 2 @param {number} n intervals, even @returns {Curve & {barrier: number}}
 */
export function segmentCurve(A, B, loss, symmetric, stride = 2, n = 100) {
  /** @type {number[]} */
  const known = [];
  /** @param {number} i */
  const at = (i) => {
    const key = symmetric && i > n / 2 ? n - i : i;
    return (known[key] ??= loss(between(A, B, key / n)));
  };
  /** @param {number} i */
  const chordAt = (i) => (1 - i / n) * at(0) + (i / n) * at(n);
  /** @param {number} i */
  const rise = (i) => at(i) - chordAt(i);
  const all = Array.from({ length: n + 1 }, (_, i) => i);
  const high = 0.98 * Math.max(...all.filter((i) => i % stride === 0).map(rise));
  /** @param {number} i */
  const before = (i) => i - (i % stride);
  const points = all.filter((i) => i % stride === 0 || rise(before(i)) >= high || rise(before(i) + stride) >= high);
  return { t: points.map((i) => i / n), losses: points.map(at), chord: points.map(chordAt), barrier: Math.max(...points.map(rise)) };
}

/** Linear interpolation of a curve at t. @param {Curve} curve @param {number} t */
export function onCurve(curve, t) {
  const last = curve.t.length - 1;
  let i = 0;
  while (i < last - 1 && curve.t[i + 1] <= t) i++;
  const u = (t - curve.t[i]) / (curve.t[i + 1] - curve.t[i]);
  return (1 - u) * curve.losses[i] + u * curve.losses[i + 1];
}
