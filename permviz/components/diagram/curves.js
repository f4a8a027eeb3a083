/**
 * Which curve belongs to a segment: the library's for A to its copy, else one computed here from the samples, else the reason
 * why there is none.
 */
import { lossOf } from "./forward.js";
import { onCurve, permuted, segmentCurve } from "./permutation.js";
import { isAlone } from "./reducer.js";

const MOST_REMEMBERED = 200;

export class Curves {
  constructor() {
    /** @type {import("./wire.js").Scene | null} */
    this.scene = null;
    this.memo = new Map();
  }

  /** Another network: what was computed is of the old one. */
  forget() {
    this.memo.clear();
  }

  /**
   * @param {ReturnType<typeof import("./shown.js").segmentOf>} segment
   * @param {boolean} known whether the order shown is the one that the library's curve leads to
   * @param {number | null} here loss at the point shown
   * @returns {{curve: any, barrier: number | null, why: string, loss: number | null}} `loss`: the marker's height
   */
  find(segment, known, here) {
    const found = this.curveOf(segment, known);
    if (!found.curve || segment.t === null) return { ...found, loss: null };
    const riding = segment.preview || here === null;
    return { ...found, loss: riding ? onCurve(found.curve, segment.t) : here };
  }

  curveOf(segment, known) {
    const { scene } = this;
    const none = (why) => ({ curve: null, barrier: null, why });
    if (isAlone(scene.hidden)) return none("B is A: with two neurons in a layer there is a line from A to a copy.");
    if (!segment) return none("B is A. Drag a neuron: the line from A to its copy appears here.");
    if (!segment.pair && known) {
      const why = scene.samples ? "" : "The marker rides on the curve computed on the server.";
      return { curve: scene.curve, barrier: scene.facts.barrier, why };
    }
    if (!scene.samples) return none("This table is too large for the browser: the curve comes from the server after the drop.");
    const curve = this.computed(segment);
    return { curve, barrier: curve.barrier, why: "" };
  }

  computed({ from, to, pair }) {
    const { scene, memo } = this;
    const key = JSON.stringify([from, to]);
    if (memo.size > MOST_REMEMBERED) memo.clear();
    if (!memo.has(key)) {
      const [start, end] = [from, to].map((order) => permuted(scene.net, order));
      memo.set(key, segmentCurve(start, end, (net) => lossOf(net, scene.samples), pair !== null));
    }
    return memo.get(key);
  }
}
