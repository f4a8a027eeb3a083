// Two neurons chosen one after the other, by click, tap or key: what a drag does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { captionOf } from "../../permviz/components/diagram/captions.js";
import { choiceOf } from "../../permviz/components/diagram/choosing.js";
import { identityOrder } from "../../permviz/components/diagram/permutation.js";
import { initialState, isIdentity, phaseOf, reduce } from "../../permviz/components/diagram/reducer.js";
import { segmentOf } from "../../permviz/components/diagram/shown.js";

const hidden = [4, 3, 1];
const start = () => initialState({ nodes: "net", hidden, order: identityOrder(hidden), epoch: "c0ffee" });
/** What choosing the nodes in these slots, one after the other, makes of a state. */
const choose = (state, ...places) => places.reduce((s, [layer, slot]) => reduce(s, choiceOf(s, layer, slot)), state);
const caption = (state, finger = false) => captionOf(state, { loss: 0.1, homeLoss: 0.1, path: null, finger });

test("the first is lifted, the second changes places with it: the same order as a drag makes, and one operation", () => {
  const one = choose(start(), [1, 0]);
  assert.ok(isIdentity(one) && one.n === 0 && phaseOf(one) === "rest");
  assert.deepEqual(one.lifted, { layer: 1, slot: 0, aim: null, astray: false });
  assert.match(one.said, /Node 1 of layer 1 chosen.*another neuron of layer 1.*Escape cancels/);
  assert.equal(caption(one), "Node 1 chosen: now choose a neuron of layer 1; Esc cancels.");
  assert.doesNotMatch(caption(one, true), /Esc/);
  const two = choose(one, [1, 2]);
  const dragged = [{ type: "drag-start", layer: 1, slot: 0 }, { type: "drag-over", target: 2, t: 1 }, { type: "drop" }].reduce(reduce, start());
  assert.deepEqual(two.order, dragged.order);
  assert.deepEqual([two.lifted, two.n, two.said], [null, 1, dragged.said]);
});

test("the same again, Escape, or anything else that is done lets go of it", () => {
  const one = choose(start(), [1, 0]);
  for (const action of [choiceOf(one, 1, 0), { type: "cancel" }]) {
    const back = reduce(one, action);
    assert.deepEqual([back.lifted, back.n], [null, 0]);
    assert.match(back.said, /nothing changed/i);
  }
  for (const action of [
    { type: "drag-start", layer: 1, slot: 1 }, { type: "mode", mode: "walk" }, { type: "swap", layer: 2, a: 0, b: 1 },
    { type: "random", order: [[1, 0, 2, 3], [0, 1, 2], [0]] },
  ]) assert.equal(reduce(one, action).lifted, null, action.type);
});

test("a neuron of another layer does not change places with it, and why is said", () => {
  const astray = choose(start(), [1, 0], [2, 1]);
  assert.ok(isIdentity(astray) && astray.n === 0);
  assert.equal(astray.lifted.slot, 0, "it stays lifted");
  for (const words of [astray.said, caption(astray)]) assert.match(words, /Only neurons of one layer can change places.*read the same/);
  assert.deepEqual(choose(astray, [1, 3]).order[0], [3, 1, 2, 0]);
  assert.doesNotMatch(caption(choose(start(), [1, 0])), /Only neurons/, "negative control");
});

test("a drag over another layer says why, too", () => {
  const over = (astray) => [{ type: "drag-start", layer: 1, slot: 0 }, { type: "drag-over", target: null, t: 0, astray }].reduce(reduce, start());
  for (const mode of ["swap", "walk"]) assert.match(caption({ ...over(true), mode }), /Only neurons of one layer/);
  assert.match(reduce(over(true), { type: "drop" }).said, /nothing changed.*Only neurons of one layer/i);
  assert.doesNotMatch(caption(over(false)) + reduce(over(false), { type: "drop" }).said, /Only neurons/, "negative control");
});

test("a neuron alone in its layer is not lifted, and nothing is while a swap is played in two steps", () => {
  const alone = choose(start(), [3, 0]);
  assert.equal(alone.lifted, null);
  assert.match(alone.said, /alone in layer 3/);
  const steps = choose(reduce(start(), { type: "mode", mode: "steps" }), [1, 0], [1, 1]);
  assert.equal(phaseOf(steps), "step-1");
  assert.equal(choose(steps, [1, 2]), steps);
});

test("before the second is chosen, pointing at it shows the way to that copy, as holding one over the other does", () => {
  const aimed = (slot, layer = 1) => reduce(choose(start(), [1, 0]), { type: "aim", layer, slot });
  const dragged = [{ type: "drag-start", layer: 1, slot: 0 }, { type: "drag-over", target: 2, t: 1 }].reduce(reduce, start());
  assert.deepEqual(segmentOf(aimed(2), null), segmentOf(dragged, null));
  assert.match(caption(aimed(2)), /exchanges 1 and 3; the curve shows the straight line/);
  assert.match(caption(aimed(2), true), /exchanges 1 and 3/);
  assert.equal(segmentOf(aimed(null), null), null);
  for (const nothing of [aimed(0), aimed(1, 2), aimed(null)]) assert.equal(nothing.lifted.aim, null, "itself, another layer, nothing");
  assert.equal(reduce(start(), { type: "aim", layer: 1, slot: 2 }).lifted, null, "nothing is chosen yet");
  assert.equal(segmentOf(start(), null), null, "negative control");
});
