/**
 * What the app's server says of an order, computed where there is no server: the same facts and the same curve by the same
 * formulas. Pure.
 *
 * @typedef {import("../diagram/wire.js").Scene} Scene
 * @typedef {import("../diagram/permutation.js").Order} Order
 */
import { strideFor } from "../diagram/curves.js";
import { forward, lossOf } from "../diagram/forward.js";
import { distanceOf, identityOrder, permuted, sameOrder, segmentCurve } from "../diagram/permutation.js";
import { PLANE, probeOf } from "../diagram/probe.js";
import { decodeScene, encodeFloats } from "../diagram/wire.js";

/** Points beyond the data where there are more than two inputs: see probe_inputs of permviz/networks/comparison.py. */
const RANDOM_POINTS = 1000;

export class Answers {
  /** @param {any} data what encode_scene of wire.py wrote, samples included */
  constructor(data) {
    this.data = data;
    const scene = decodeScene(data), { net, samples } = scene;
    if (!samples) throw new Error("The scene came without its samples.");
    this.net = net;
    this.samples = samples;
    this.points = pointsOf(scene, samples);
    this.home = outputs(net, this.points);
    this.given = scene.order;
  }

  /**
   * The data with another order and what is true of it, acknowledging the operation that made it.
   * @param {{order: Order, epoch: string, n: number, place?: any}} operation  place: where on the walk one is, if that is told
   */
  after({ order, epoch, n, place = this.data.place }) {
    const known = sameOrder(order, this.given) ? {} : this.told(order);
    return { ...this.data, ...known, order, place, ack: { epoch, n } };
  }

  /** What is true of an order: facts and curve. The last is remembered, as it is asked for again on a walk. @param {Order} order */
  told(order) {
    if (!this.last || !sameOrder(order, this.last.order)) this.last = { order, ...this.computed(order) };
    const { facts, curve } = this.last;
    return { facts, curve };
  }

  /** @param {Order} order */
  computed(order) {
    const { net, samples, data } = this, copy = permuted(net, order);
    const moved = !sameOrder(order, identityOrder(net.widths.slice(1, -1)));
    const curve = segmentCurve(net, copy, (point) => lossOf(point, samples), false, strideFor(net, samples));
    const there = outputs(copy, this.points);
    const facts = {
      ...data.facts,
      difference: finite(there.reduce((most, v, i) => Math.max(most, Math.abs(v - this.home[i])), 0)),
      difference_points: this.points.count,
      loss_b: finite(lossOf(copy, samples)),
      distance: finite(distanceOf(net, copy)),
      barrier: moved ? finite(curve.barrier) : null,
    };
    return { facts, curve: { t: encodeFloats(curve.t), losses: encodeFloats(curve.losses) } };
  }
}

/** As JSON has it. @param {number} v */
const finite = (v) => (Number.isFinite(v) ? v : null);

/** @param {import("../diagram/forward.js").Net} net @param {{inputs: Float64Array, count: number}} points */
function outputs(net, { inputs, count }) {
  const layers = forward(net, inputs, count);
  return layers[layers.length - 1];
}

/**
 * The data's inputs and points beyond them: a grid for one or two inputs, else random ones.
 * @param {Scene} scene @param {import("../diagram/forward.js").Samples} samples
 */
function pointsOf(scene, { inputs, count }) {
  const width = scene.net.widths[0], [low, high] = scene.window;
  let more;
  if (width === 2) more = probeOf(scene).inputs;
  else if (width === 1) more = Float64Array.from({ length: PLANE }, (_, i) => low + ((high - low) * i) / (PLANE - 1));
  else more = normals(RANDOM_POINTS * width);
  const all = new Float64Array(inputs.length + more.length);
  all.set(inputs);
  all.set(more, inputs.length);
  return { inputs: all, count: count + more.length / width };
}

/**
 * Standard normal numbers (Box & Muller 1958), the same each time, of uniform ones by a linear congruential generator
 * (Numerical Recipes).
 * @param {number} length
 */
function normals(length) {
  let state = 1;
  const uniform = () => ((state = (Math.imul(1664525, state) + 1013904223) >>> 0) + 0.5) / 2 ** 32;
  return Float64Array.from({ length }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
}
