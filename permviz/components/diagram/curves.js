/**
 * Which curve belongs to a segment: the library's for A to its copy, else one computed here from the samples, else the reason
 * why there is none.
 *
 * @typedef {import("./permutation.js").Curve} Curve
 * @typedef {import("./wire.js").Scene} Scene
 * @typedef {import("./shown.js").Segment} Segment
 * @typedef {{curve: Curve | null, barrier: number | null, why: string}} Found
 */
import { lossOf } from "./forward.js";
import { onCurve, permuted, segmentCurve } from "./permutation.js";
import { isAlone } from "./reducer.js";

const MOST_REMEMBERED = 200;

/** A line whose every point costs more than a frame is computed at fewer of them. @param {import("./forward.js").Net} net @param {import("./forward.js").Samples} samples */
export function strideFor(net, { count }) {
  const products = count * net.W.reduce((sum, w) => sum + w.length, 0);
  return products > 1e6 ? 10 : 2;
}

export class Curves {
  constructor() {
    /** @type {Map<string, ReturnType<typeof segmentCurve>>} */
    this.memo = new Map();
  }

  /** Another network: what was computed is of the old one. */
  forget() {
    this.memo.clear();
  }

  /**
   * @param {Scene} scene @param {Segment | null} segment
   * @param {boolean} known whether the order shown is the one that the library's curve leads to
   * @param {number | null} here loss at the point shown
   * @returns {Found & {loss: number | null}} `loss`: the marker's height
   */
  find(scene, segment, known, here) {
    const found = this.curveOf(scene, segment, known);
    if (!found.curve || !segment || segment.t === null) return { ...found, loss: null };
    const riding = segment.preview || here === null;
    return { ...found, loss: riding ? onCurve(found.curve, segment.t) : here };
  }

  /** @param {Scene} scene @param {Segment | null} segment @param {boolean} known @returns {Found} */
  curveOf(scene, segment, known) {
    /** @param {string} why */
    const none = (why) => ({ curve: null, barrier: null, why });
    if (isAlone(scene.hidden)) return none("B is A: with two nodes in a layer there is a line from A to a copy.");
    if (!segment) return none("");
    if (!segment.pair && known) {
      const why = scene.samples ? "" : "The marker rides on the curve computed on the server.";
      return { curve: scene.curve, barrier: scene.facts.barrier, why };
    }
    if (!scene.samples) return none("The samples are still on their way to the browser: the curve comes from the server after the drop.");
    const curve = this.computed(scene.net, scene.samples, segment);
    return { curve, barrier: curve.barrier, why: "" };
  }

  /** @param {import("./forward.js").Net} net @param {import("./forward.js").Samples} samples @param {Segment} segment */
  computed(net, samples, { from, to, pair }) {
    const key = JSON.stringify([from, to]);
    const known = this.memo.get(key);
    if (known) return known;
    if (this.memo.size > MOST_REMEMBERED) this.memo.clear();
    const curve = segmentCurve(permuted(net, from), permuted(net, to), (point) => lossOf(point, samples), pair !== null, strideFor(net, samples));
    this.memo.set(key, curve);
    return curve;
  }
}
