/**
 * The network in the browser: activations, forward pass, loss, all in float64.
 *
 * Conventions are those of permviz/networks/network.py: `W[k-1]` is W_k, row-major (n_k, n_{k-1}); samples are row-major (N, n_0);
 * h_k = sigma(W_k h_{k-1} + b_k), the last layer linear. Agreement with torch is tested against golden files.
 *
 * @typedef {{widths: number[], activation: string, W: Float64Array[], b: Float64Array[]}} Net
 * @typedef {{count: number, inputs: Float64Array, targets: Float64Array, kind: string, decay: number}} Samples  what the loss is of: decay: lambda of lambda ||theta||^2
 */

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/**
 * The error function, to about 1e-15.
 * Below 3 the series 2/sqrt(pi) exp(-x^2) sum_n 2^n x^(2n+1) / (2n+1)!!, whose terms are all of one sign; above, one minus
 * the continued fraction of erfc, which is below 3e-5 there (Abramowitz & Stegun 1964, 7.1.6 and 7.1.14).
 * @param {number} x
 */
export function erf(x) {
  const a = Math.abs(x);
  if (!(a < 6)) return Number.isNaN(x) ? NaN : Math.sign(x);
  if (a < 3) {
    let term = x, sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) sum += term *= (2 * x * x) / (2 * n + 1);
    return TWO_OVER_ROOT_PI * Math.exp(-x * x) * sum;
  }
  let tail = a;
  for (let n = 60; n > 0; n--) tail = a + n / 2 / tail;
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * tail));
}

/** @param {number} z */
export function sigmoid(z) {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const e = Math.exp(z);
  return e / (1 + e);
}

/** sigma by the names of permviz/networks/activations.py. @type {Record<string, (z: number) => number>} */
export const ACTIVATIONS = {
  tanh: Math.tanh,
  relu: (z) => (z > 0 ? z : 0),
  leaky_relu: (z) => (z > 0 ? z : 0.01 * z),
  sigmoid,
  gelu: (z) => z * 0.5 * (1 + erf(z * Math.SQRT1_2)),
  silu: (z) => z * sigmoid(z),
  softplus: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  erf,
  sin: Math.sin,
  gaussian: (z) => Math.exp(-z * z),
  linear: (z) => z,
};

/**
 * Every layer's values: [inputs, h_1, ..., h_{L-1}, outputs], each row-major (N, n_k).
 * @param {Net} net @param {Float64Array} inputs @param {number} count
 * @returns {Float64Array[]}
 */
export function forward(net, inputs, count) {
  const sigma = ACTIVATIONS[net.activation];
  const layers = [inputs];
  for (let k = 1; k < net.widths.length; k++) {
    const nIn = net.widths[k - 1], nOut = net.widths[k];
    const W = net.W[k - 1], b = net.b[k - 1], h = layers[k - 1];
    const last = k === net.widths.length - 1;
    const out = new Float64Array(count * nOut);
    for (let s = 0; s < count; s++) {
      for (let i = 0; i < nOut; i++) {
        let z = 0;
        for (let j = 0; j < nIn; j++) z += W[i * nIn + j] * h[s * nIn + j];
        z += b[i];
        out[s * nOut + i] = last ? z : sigma(z);
      }
    }
    layers.push(out);
  }
  return layers;
}

/**
 * Mean loss of outputs (N, n_L), without decay: the formulas of permviz.networks.losses.loss_of_outputs.
 * @param {Float64Array} outputs @param {Samples} samples @param {number} width n_L
 */
export function lossOfOutputs(outputs, samples, width) {
  const { targets, count, kind } = samples;
  let sum = 0;
  if (kind === "squared") {
    for (let i = 0; i < outputs.length; i++) sum += (outputs[i] - targets[i]) ** 2;
  } else if (kind === "binary-cross-entropy") {
    for (let s = 0; s < count; s++) {
      const margin = targets[s] > 0 ? outputs[s] : -outputs[s];
      sum += Math.log1p(Math.exp(-Math.abs(margin))) - Math.min(margin, 0);
    }
  } else if (kind === "cross-entropy") {
    for (let s = 0; s < count; s++) {
      const row = outputs.subarray(s * width, (s + 1) * width);
      const top = Math.max(...row);
      let total = 0;
      for (const v of row) total += Math.exp(v - top);
      sum += top + Math.log(total) - row[targets[s]];
    }
  } else {
    throw new Error(`Unknown loss ${kind}`);
  }
  return sum / count;
}

/** What decay adds to the loss: lambda ||theta||^2, weights and biases. @param {Net} net @param {Samples} samples */
function decayOf({ W, b }, { decay }) {
  if (!decay) return 0;
  let sum = 0;
  for (const part of [...W, ...b]) for (const v of part) sum += v * v;
  return decay * sum;
}

/**
 * Loss of a network on the samples, decay added: `loss` of permviz/networks/network.py.
 * @param {Net} net @param {Samples} samples @param {Float64Array} [outputs] if they are known
 */
export function lossOf(net, samples, outputs = forward(net, samples.inputs, samples.count).pop()) {
  return lossOfOutputs(/** @type {Float64Array} */ (outputs), samples, net.widths[net.widths.length - 1]) + decayOf(net, samples);
}
