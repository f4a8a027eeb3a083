/**
 * Weights and biases that are changed by hand. Pure.
 *
 * @typedef {import("./forward.js").Net} Net
 * @typedef {{layer: number, to: number, from: number | null}} Where  a parameter of A: into node `to` of `layer`; from null: its bias
 * @typedef {Where & {value: number}} Edit
 * @typedef {{edit: Edit, was: number}} Edited
 * @typedef {{all: Edited[]}} Edits  an entry of the undo stack: what was set at once
 */
import { lossOf } from "./forward.js";
import { distanceOf, permuted, segmentCurve } from "./permutation.js";

/** Beyond it lies nothing that could be seen; permviz/experiment/editing.py has the same. */
export const MOST_VALUE = 1000;

/** @param {Net} net @param {Where} where */
export function valueAt(net, { layer, to, from }) {
  return from === null ? net.b[layer - 1][to] : net.W[layer - 1][to * net.widths[layer - 1] + from];
}

/** @param {Where} a @param {Where} b */
export const samePlace = (a, b) => a.layer === b.layer && a.to === b.to && a.from === b.from;

/** What leads from a network to another of its shape: every parameter in which they differ. @param {Net} net @param {Net} other @returns {Edited[]} */
export function leading(net, other) {
  return net.W.flatMap((w, k) => {
    const columns = net.widths[k];
    /** @param {number} to @param {number | null} from */
    const at = (to, from) => ({ layer: k + 1, to, from });
    const places = [...Array.from(w, (_, i) => at(Math.floor(i / columns), i % columns)), ...Array.from(net.b[k], (_, i) => at(i, null))];
    return places.map((where) => ({ edit: { ...where, value: valueAt(other, where) }, was: valueAt(net, where) }));
  }).filter(({ edit, was }) => edit.value !== was);
}

/** The network with the parameters of the edits, later ones last. @param {Net} net @param {Edit[]} edits @returns {Net} */
export function edited(net, edits) {
  if (!edits.length) return net;
  const W = net.W.map((w) => w.slice()), b = net.b.map((v) => v.slice());
  for (const { layer, to, from, value } of edits) {
    if (from === null) b[layer - 1][to] = value;
    else W[layer - 1][to * net.widths[layer - 1] + from] = value;
  }
  return { ...net, W, b };
}

/**
 * The scene of the network with the edits: its losses and its curve computed here, until Python has said what it finds.
 * @param {import("./wire.js").Scene} scene @param {Edit[]} edits @param {number} stride of the curve's points
 * @returns {import("./wire.js").Scene}
 */
export function editedScene(scene, edits, stride) {
  const { samples, order } = scene;
  if (!edits.length || !samples) return scene;
  const net = edited(scene.net, edits), copy = permuted(net, order);
  const { barrier, ...curve } = segmentCurve(net, copy, (point) => lossOf(point, samples), false, stride);
  const distance = distanceOf(net, copy), moved = distance > 0;
  const facts = { ...scene.facts, loss_a: curve.losses[0], loss_b: curve.losses[curve.losses.length - 1], distance, barrier: moved ? barrier : null };
  return { ...scene, id: `${scene.id} ${JSON.stringify(edits)}`, net, curve, facts };
}
