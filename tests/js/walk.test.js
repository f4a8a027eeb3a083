// The walk: what the sentence says and what the cards say are one truth, and a hand near the copy is at it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { captionOf } from "../../permviz/components/diagram/captions.js";
import { aimOf, layoutOf } from "../../permviz/components/diagram/layout.js";
import { sayApart, sayT } from "../../permviz/components/diagram/paint.js";
import { identityOrder } from "../../permviz/components/diagram/permutation.js";
import { initialState, offersWalk, reduce } from "../../permviz/components/diagram/reducer.js";
import { shownPoint } from "../../permviz/components/diagram/shown.js";
import { golden, netOf } from "./support.js";

const hidden = [4, 3];
const start = () => initialState({ nodes: "net", hidden, order: identityOrder(hidden), epoch: "c0ffee" });
const layout = layoutOf([2, 4, 3, 1], 600, 404, "wide", [64, 132]);
const held = (y) => aimOf(layout, 1, 0, { x: layout.centres[1][0].x, y }, true);

test("the sentence says that the copy is reached exactly where the point is the copy", () => {
  const net = netOf(golden("wire").network), at = (t) => [
    { type: "mode", mode: "walk" }, { type: "drag-start", layer: 1, slot: 0 }, { type: "drag-over", target: 1, t },
  ].reduce(reduce, initialState({ nodes: "net", hidden: [3], order: [[0, 1, 2]], epoch: "c0ffee" }));
  for (const t of [0.004, 0.5, 0.97, 0.98, 0.9999, 1]) {
    const state = at(t), { kind } = shownPoint(state, net, null);
    const path = { base: state.order, layer: 1, a: 0, b: 1, t };
    const caption = captionOf(state, { loss: 0.1, homeLoss: 0.1, path, finger: false });
    assert.equal(/at the copy/.test(caption), kind === "copy", caption);
    assert.equal(caption.includes("t = 1.00"), kind === "copy", caption);
    assert.equal(sayT(t) === "1.00", kind === "copy");
  }
  assert.deepEqual([0, 0.004, 0.5, 0.996, 1].map(sayT), ["0.00", "0.01", "0.50", "0.99", "1.00"]);
});

test("within about a third of a node's radius of the other's place the hand is at the copy, and t has no jump", () => {
  const { y } = layout.centres[1][1], r = layout.radius[1];
  for (const near of [-0.29, 0, 0.29]) assert.deepEqual(held(y + near * r), { target: 1, t: 1 });
  assert.ok(held(y - 0.35 * r).t < 1, "negative control");
  const ts = Array.from({ length: 80 }, (_, i) => held(layout.centres[1][0].y + 1 + i).t);
  ts.slice(1).forEach((t, i) => assert.ok(t >= ts[i] && t - ts[i] < 0.02, `${ts[i]} ${t}`));
  assert.ok(ts[0] < 0.05 && ts.at(-1) > 0.9);
});

test("losses that differ by rounding are said alike: no digits appear at t = 1", () => {
  assert.deepEqual(sayApart(0.24801, 0.24801 * (1 + 3e-15)), ["0.248", "0.248"]);
  assert.deepEqual(sayApart(1, 1 + 1e-6), ["1.000000", "1.000001"], "negative control");
});

test("after the first swap, and until something has been walked, the walk is offered", () => {
  const swapped = reduce(start(), { type: "swap", layer: 1, a: 0, b: 2 });
  assert.equal(offersWalk(start()), false, "there is no line yet");
  assert.equal(offersWalk(swapped), true);
  assert.equal(offersWalk({ ...start(), order: swapped.order }), true, "a link that holds a swap");
  assert.equal(offersWalk(reduce(swapped, { type: "undo" })), false);
  assert.equal(offersWalk(reduce(swapped, { type: "lift", layer: 1, slot: 0 })), false, "first things first");
  const playing = reduce(swapped, { type: "play" });
  assert.equal(offersWalk(playing), false);
  const walked = reduce(playing, { type: "tick", dt: 1 });
  assert.equal(offersWalk(walked), false, "it knows by now");
  assert.equal(offersWalk(reduce(walked, { type: "swap", layer: 1, a: 0, b: 1 })), false);
  assert.equal(offersWalk(reduce(swapped, { type: "mode", mode: "walk" })), false, "who has chosen to walk knows, too");
});
