import assert from "node:assert/strict";
import { test } from "node:test";
import { edited, editedScene, leading, valueAt } from "../../permviz/components/diagram/editing.js";
import { lossOf } from "../../permviz/components/diagram/forward.js";
import { distanceOf, permuted } from "../../permviz/components/diagram/permutation.js";
import { initialState, isStale, reduce } from "../../permviz/components/diagram/reducer.js";
import { decodeScene, encodeOrder } from "../../permviz/components/diagram/wire.js";
import { golden } from "./support.js";

const scene = decodeScene(golden("wire").data);
const weight = { layer: 1, to: 2, from: 1, value: 0.75 }, bias = { layer: 2, to: 0, from: null, value: -2 };

test("an edit changes its own parameter and no other, and not the network it was made of", () => {
  const before = structuredClone(scene.net), net = edited(scene.net, [weight, bias]);
  assert.deepEqual(structuredClone(scene.net), before);
  assert.deepEqual([valueAt(net, weight), valueAt(net, bias)], [0.75, -2]);
  for (const [k, w] of scene.net.W.entries()) w.forEach((v, i) => assert.equal(net.W[k][i], k === 0 && i === 2 * scene.net.widths[0] + 1 ? 0.75 : v));
  for (const [k, b] of scene.net.b.entries()) b.forEach((v, i) => assert.equal(net.b[k][i], k === 1 && i === 0 ? -2 : v));
  assert.equal(valueAt(edited(scene.net, [weight, { ...weight, value: 3 }]), weight), 3, "the later one holds");
});

test("a scene with edits has their losses, their distance and their curve", () => {
  const told = editedScene(scene, [weight, bias], 2), net = edited(scene.net, [weight, bias]), copy = permuted(net, scene.order);
  assert.equal(told.facts.loss_a, lossOf(net, scene.samples));
  assert.equal(told.facts.loss_b, lossOf(copy, scene.samples));
  assert.equal(told.facts.distance, distanceOf(net, copy));
  assert.notEqual(told.facts.loss_a, scene.facts.loss_a, "negative control");
  assert.ok(told.facts.barrier >= 0);
  assert.notEqual(told.id, scene.id);
  assert.equal(editedScene(scene, [], 2), scene);
});

test("an edit is one operation, is told until it is acknowledged, undone and redone", () => {
  let state = initialState({ nodes: "ab", hidden: [3], order: [[0, 1, 2]], epoch: "c0ffee" });
  const server = (n) => ({ type: "server", nodes: "ab", hidden: [3], order: state.order, ack: n ? { epoch: "c0ffee", n } : null, notice: null });
  state = reduce(state, { type: "try", edit: weight });
  assert.deepEqual([state.n, state.trying], [0, weight]);
  state = reduce(state, { type: "edit", edit: weight, was: 0.1, name: "Weight" });
  assert.deepEqual([state.n, state.trying, isStale(state)], [1, null, true]);
  state = reduce(state, { type: "edit", edit: bias, was: 0, name: "Bias" });
  assert.deepEqual(encodeOrder(state, 0).edits, [weight, bias]);
  state = reduce(state, server(1));
  assert.deepEqual(encodeOrder(state, 0).edits, [bias], "what Python knows is not told again");
  state = reduce(state, server(2));
  assert.deepEqual([encodeOrder(state, 0).edits, isStale(state)], [[], false]);
  state = reduce(state, { type: "undo" });
  assert.deepEqual(encodeOrder(state, 0).edits, [{ ...bias, value: 0 }]);
  state = reduce(state, { type: "undo" });
  assert.deepEqual(encodeOrder(state, 0).edits, [{ ...bias, value: 0 }, { ...weight, value: 0.1 }]);
  state = reduce(state, { type: "redo" });
  assert.deepEqual(encodeOrder(state, 0).edits.at(-1), weight);
  assert.deepEqual(state.order, [[0, 1, 2]]);
});

test("an edit between two swaps is undone between them, and one to the same value is none", () => {
  let state = initialState({ nodes: "ab", hidden: [3], order: [[0, 1, 2]], epoch: "c0ffee" });
  assert.equal(reduce(state, { type: "edit", edit: weight, was: 0.75, name: "Weight" }).n, 0);
  state = reduce(state, { type: "swap", layer: 1, a: 0, b: 1 });
  state = reduce(state, { type: "edit", edit: weight, was: 0.1, name: "Weight" });
  state = reduce(state, { type: "swap", layer: 1, a: 1, b: 2 });
  const orders = [];
  for (let i = 0; i < 3; i++) orders.push((state = reduce(state, { type: "undo" })).order);
  assert.deepEqual(orders, [[[1, 0, 2]], [[1, 0, 2]], [[0, 1, 2]]]);
  assert.equal(state.undo.length, 0);
});

test("all that was set by hand is taken back at once, and that can be undone", () => {
  const sets = [weight, bias, { ...weight, value: 9 }], now = edited(scene.net, sets), all = leading(now, scene.net);
  assert.equal(all.length, 2, "two parameters, one of them set twice");
  assert.deepEqual(edited(now, all.map(({ edit }) => edit)), scene.net);
  assert.deepEqual(leading(scene.net, scene.net), []);
  let state = initialState({ nodes: "ab", hidden: [3], order: [[0, 1, 2]], epoch: "c0ffee" });
  assert.equal(reduce(state, { type: "back", all: [], name: "A" }), state);
  for (const edit of sets) state = reduce(state, { type: "edit", edit, was: -1, name: "Weight" });
  state = reduce(state, { type: "back", all, name: "the trained network" });
  assert.deepEqual([state.n, state.said], [4, "Back to the trained network: what was set by hand is taken back."]);
  assert.deepEqual(edited(now, state.edits), scene.net);
  state = reduce(state, { type: "undo" });
  assert.deepEqual(edited(now, state.edits), now);
  assert.equal(encodeOrder(state, 0).edits.length, 2, "each parameter is told once");
  state = reduce(state, { type: "redo" });
  assert.deepEqual(edited(now, state.edits), scene.net);
});
