// Two nodes chosen one after the other, by click, tap or key: what a drag does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { captionOf } from "../../permviz/components/diagram/captions.js";
import { choiceOf } from "../../permviz/components/diagram/choosing.js";
import { identityOrder } from "../../permviz/components/diagram/permutation.js";
import { initialState, isIdentity, phaseOf, reduce } from "../../permviz/components/diagram/reducer.js";
import { pathOf, segmentOf } from "../../permviz/components/diagram/shown.js";

const hidden = [4, 3, 1];
const start = () => initialState({ nodes: "net", hidden, order: identityOrder(hidden), epoch: "c0ffee" });
/** What choosing the nodes in these slots, one after the other, makes of a state. */
const choose = (state, ...places) => places.reduce((s, [layer, slot]) => reduce(s, choiceOf(s, layer, slot)), state);
const caption = (state, finger = false) => captionOf(state, { loss: 0.1, homeLoss: 0.1, path: null, finger });

test("the first is lifted, the second changes places with it: the same order as a drag makes, and one operation", () => {
  const one = choose(start(), [1, 0]);
  assert.ok(isIdentity(one) && one.n === 0 && phaseOf(one) === "rest");
  assert.deepEqual(one.lifted, { layer: 1, slot: 0, aim: null, astray: false });
  assert.match(one.said, /Node 1 of layer 1 chosen.*another node of layer 1.*Escape cancels/);
  assert.equal(caption(one), "Node 1 chosen: now choose a node of layer 1; Esc cancels.");
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

test("a node of another layer does not change places with it, and why is said", () => {
  const astray = choose(start(), [1, 0], [2, 1]);
  assert.ok(isIdentity(astray) && astray.n === 0);
  assert.equal(astray.lifted.slot, 0, "it stays lifted");
  for (const words of [astray.said, caption(astray)]) assert.match(words, /Only nodes of one layer can change places.*read the same/);
  assert.deepEqual(choose(astray, [1, 3]).order[0], [3, 1, 2, 0]);
  assert.doesNotMatch(caption(choose(start(), [1, 0])), /Only nodes/, "negative control");
});

test("a drag over another layer says why, too", () => {
  const over = (astray) => [{ type: "drag-start", layer: 1, slot: 0 }, { type: "drag-over", target: null, t: 0, astray }].reduce(reduce, start());
  for (const mode of ["swap", "walk"]) assert.match(caption({ ...over(true), mode }), /Only nodes of one layer/);
  assert.match(reduce(over(true), { type: "drop" }).said, /nothing changed.*Only nodes of one layer/i);
  assert.doesNotMatch(caption(over(false)) + reduce(over(false), { type: "drop" }).said, /Only nodes/, "negative control");
});

test("a node alone in its layer is not lifted, and nothing is while a swap is played in two steps", () => {
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

test("on the walk the second choice sets out, and t is set on the line that a hand would carry the node along", () => {
  for (const order of [identityOrder(hidden), [[2, 0, 3, 1], [0, 2, 1], [0]]]) {
    const walking = reduce({ ...start(), order }, { type: "mode", mode: "walk" });
    const out = choose(walking, [1, 0], [1, 2]);
    assert.deepEqual([out.n, out.order, phaseOf(out)], [0, order, "walk"], "nothing is exchanged yet");
    for (const t of [0, 0.3, 0.77, 1]) {
      const set = reduce(out, { type: "walk", t });
      const carried = [{ type: "drag-start", layer: 1, slot: 0 }, { type: "drag-over", target: 2, t }].reduce(reduce, walking);
      assert.deepEqual(pathOf(set, null), pathOf(carried, null));
      assert.deepEqual(segmentOf(set, null), segmentOf(carried, null));
      assert.notEqual(pathOf(reduce(carried, { type: "walk", t: 0.5 }), null)?.t, 0.5, "negative control: what a hand holds, no slider moves");
    }
    const half = reduce(out, { type: "walk", t: 0.5 });
    for (const end of [{ type: "arrive" }, { type: "play" }, choiceOf(half, 1, 2)]) {
      const there = reduce(half, end), dropped = choose({ ...walking, mode: "swap" }, [1, 0], [1, 2]);
      assert.deepEqual([there.order, there.n, there.drag, there.said], [dropped.order, 1, null, dropped.said]);
    }
    for (const end of [{ type: "cancel" }, choiceOf(half, 1, 0), { type: "mode", mode: "swap" }]) {
      const back = reduce(half, end);
      assert.deepEqual([back.order, back.n, back.drag], [order, 0, null]);
    }
  }
});

test("what is under way is said, and other things that are done leave it", () => {
  const walking = reduce(start(), { type: "mode", mode: "walk" }), out = choose(walking, [1, 0], [1, 2]);
  const told = (state, finger = false) => captionOf(state, { loss: 0.1, homeLoss: 0.1, path: pathOf(state, null), finger });
  assert.match(told(out), /^t = 0\.00, loss 0\.100, on the straight line to the copy with 1 and 3 exchanged.*slider.*Enter.*Esc/);
  assert.doesNotMatch(told(out, true), /Enter|Esc/);
  assert.match(out.said, /slider.*Enter.*Escape/);
  assert.deepEqual(reduce(out, { type: "lift", layer: 2, slot: 0 }).lifted, { layer: 2, slot: 0, aim: null, astray: false });
  const next = reduce(out, { type: "swap", layer: 2, a: 0, b: 1 });
  assert.deepEqual([next.order[0], next.order[1], next.drag], [[0, 1, 2, 3], [1, 0, 2], null]);
  assert.equal(reduce(out, { type: "server", nodes: "net", hidden, order: out.order, ack: null, notice: null }).drag, out.drag, "data that come do not end it");
  assert.equal(reduce(out, { type: "server", nodes: "net", hidden, order: next.order, ack: null, notice: null }).drag, null, "but Back does");
  assert.match(caption(reduce(choose(walking, [1, 0]), { type: "aim", layer: 1, slot: 2 })), /sets out on the straight line/);
});
