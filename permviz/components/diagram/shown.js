/**
 * Which parameter point is on the screen, and how the drawn nodes relate to it. Pure.
 *
 * A drawn node keeps its identity while it is carried about. `ins[k][node]` is the slot of the shown point that its body and
 * its incoming edges stand for, `outs[k][node]` the slot its outgoing edges stand for; `bodies` and `origins` are the slots
 * where the body and the outgoing edges belong on the screen. All four agree except in the middle of something.
 *
 * On the way from a copy to the same with two nodes exchanged, the dragged node shows (1-s) of its own parameters and s of its
 * partner's, s = min(t, 1-t): slot by slot this is exactly the point (1-t) P + t P', so what is drawn is what is computed.
 *
 * @typedef {import("./reducer.js").State} State
 * @typedef {import("./forward.js").Net} Net
 * @typedef {import("./permutation.js").Order} Order
 * @typedef {{base: Order, layer: number, a: number, b: number, t: number}} Path  one swap, under way
 * @typedef {"copy" | "between" | "broken"} Kind
 * @typedef {{theta: Net, ins: number[][], outs: number[][], labels: Order, kind: Kind, key: string}} Shown
 *   `labels[k][slot]`: the node whose label the slot wears; `key` changes with theta.
 * @typedef {{from: Order, to: Order, pair: [number, number] | null, layer?: number, t: number | null, preview: boolean}} Segment
 *   `pair`: the nodes exchanged in `layer`, null on the line from A to B; `t`: where on it the shown point is
 */
import { between, halfSwapped, identityOrder, inverseRow, permuted, sameOrder, swapSlots } from "./permutation.js";

/** @param {number[][]} rows @param {number} layer @param {number} a @param {number} b */
function exchange(rows, layer, a, b) {
  return rows.map((row, k) => (k === layer - 1 ? row.map((slot) => (slot === a ? b : slot === b ? a : slot)) : row));
}

/** The slot that a drawn node's body and incoming edges stand for; inputs and outputs keep theirs. @param {Shown} shown @param {number} layer @param {number} index */
export const slotIn = (shown, layer, index) => shown.ins[layer - 1]?.[index] ?? index;

/** The slot that its outgoing edges stand for. @param {Shown} shown @param {number} layer @param {number} index */
export const slotOut = (shown, layer, index) => shown.outs[layer - 1]?.[index] ?? index;

/** The swap that is under way, by hand in walk mode or gliding after it. @param {State} state @param {Path | null} glide @returns {Path | null} */
export function pathOf(state, glide) {
  const { drag } = state;
  if (drag && drag.target !== null && state.mode === "walk") {
    return { base: state.order, layer: drag.layer, a: drag.slot, b: drag.target, t: drag.t };
  }
  return glide;
}

/** Slots where bodies and origins of outgoing edges belong. @param {State} state */
export function placesOf(state) {
  const slots = state.order.map(inverseRow);
  const { step, drag } = state;
  if (step) {
    const over = exchange(slots, step.layer, step.a, step.b);
    return { bodies: over, origins: step.phase === "step-2" ? over : slots };
  }
  if (drag && drag.target !== null && state.mode !== "steps") {
    const over = exchange(slots, drag.layer, drag.slot, drag.target);
    return { bodies: over, origins: over };
  }
  return { bodies: slots, origins: slots };
}

/** @param {State} state @param {Net} A @param {Path | null} glide @returns {Shown} */
export function shownPoint(state, A, glide) {
  const path = pathOf(state, glide);
  const { order, step, walk } = state;
  if (path) {
    const { base, layer, a, b, t } = path;
    const swapped = swapSlots(base, layer, a, b);
    const near = t < 0.5 ? base : swapped;
    const slots = near.map(inverseRow);
    const theta = between(permuted(A, base), permuted(A, swapped), t);
    const kind = t === 0 || t === 1 ? "copy" : "between";
    return { theta, ins: slots, outs: slots, labels: near, kind, key: `path ${JSON.stringify(path)}` };
  }
  const B = permuted(A, order), slots = order.map(inverseRow);
  if (step && step.phase !== "step-1") {
    const ins = exchange(slots, step.layer, step.a, step.b);
    const labels = swapSlots(order, step.layer, step.a, step.b);
    const theta = halfSwapped(B, step.layer, step.a, step.b);
    return { theta, ins, outs: slots, labels, kind: "broken", key: `broken ${JSON.stringify([order, step.layer, step.a, step.b])}` };
  }
  if (walk < 1) {
    const home = identityOrder(state.hidden);
    const kind = walk === 0 || sameOrder(order, home) ? "copy" : "between";
    const key = `walk ${JSON.stringify([order, walk])}`;
    return { theta: between(A, B, walk), ins: slots, outs: slots, labels: walk < 0.5 ? home : order, kind, key };
  }
  return { theta: B, ins: slots, outs: slots, labels: order, kind: "copy", key: `copy ${JSON.stringify(order)}` };
}

/**
 * The segment that the curve shows: its two ends and where on it the shown point is, or null while B = A and nothing is chosen.
 * `preview` marks a segment that is not being walked: the marker stays at its start.
 * @param {State} state @param {Path | null} glide @returns {Segment | null}
 */
export function segmentOf(state, glide) {
  const path = pathOf(state, glide);
  const { drag, lifted, step } = state;
  if (path) return { ...onePair(path.base, path.layer, path.a, path.b), t: path.t, preview: false };
  if (step) return { ...onePair(state.order, step.layer, step.a, step.b), t: null, preview: true };
  if (drag && drag.target !== null) return { ...onePair(state.order, drag.layer, drag.slot, drag.target), t: 0, preview: true };
  if (lifted && lifted.aim !== null) return { ...onePair(state.order, lifted.layer, lifted.slot, lifted.aim), t: 0, preview: true };
  const home = identityOrder(state.hidden);
  if (sameOrder(state.order, home)) return null;
  return { from: home, to: state.order, pair: null, t: state.walk, preview: false };
}

/** The swap that is suggested while B = A: the first two nodes of the first layer that has two. @param {State} state @returns {Segment | null} */
export function suggestedOf(state) {
  const layer = state.hidden.findIndex((n) => n > 1) + 1;
  return layer ? { ...onePair(state.order, layer, 0, 1), t: null, preview: true } : null;
}

/** @param {Order} base @param {number} layer @param {number} a @param {number} b */
function onePair(base, layer, a, b) {
  const row = base[layer - 1];
  /** @type {[number, number]} */
  const pair = [row[a], row[b]];
  return { from: base, to: swapSlots(base, layer, a, b), pair, layer };
}
