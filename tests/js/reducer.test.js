// What the workbench decides, without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { identityOrder, inverseRow, isOrder, permuted, randomOrder, sameOrder } from "../../permviz/components/diagram/permutation.js";
import { initialState, isIdentity, isPending, isStale, isUntold, phaseOf, placeOf, reduce } from "../../permviz/components/diagram/reducer.js";
import { placesOf, segmentOf, shownPoint } from "../../permviz/components/diagram/shown.js";
import { golden, mulberry, netOf } from "./support.js";

const hidden = [4, 4];
const start = (order = identityOrder(hidden)) => initialState({ nodes: "net", hidden, order, epoch: "c0ffee" });
const run = (state, ...actions) => actions.reduce(reduce, state);
const swap = (layer, a, b) => ({ type: "swap", layer, a, b });
const server = (order, ack = null, more = {}) => ({ type: "server", nodes: "net", hidden, order, ack, notice: null, ...more });
const drag = (layer, slot, target, t = 1) => [{ type: "drag-start", layer, slot }, { type: "drag-over", target, t }];

test("reducing never changes the state it was given", () => {
  const frozen = (value) => {
    if (value && typeof value === "object") Object.values(Object.freeze(value)).forEach(frozen);
    return value;
  };
  const random = mulberry(3);
  let state = frozen(start());
  const kinds = [
    () => swap(1 + Math.floor(2 * random()), Math.floor(4 * random()), Math.floor(4 * random())), () => ({ type: "undo" }),
    () => ({ type: "redo" }), () => ({ type: "reset" }), () => ({ type: "random", order: randomOrder(hidden, random) }),
    () => ({ type: "mode", mode: ["swap", "walk", "steps"][Math.floor(3 * random())] }), () => ({ type: "drag-start", layer: 1, slot: 0 }),
    () => ({ type: "lift", layer: 2, slot: 1 }), () => ({ type: "aim", layer: 2, slot: random() < 0.3 ? null : 2 }),
    () => ({ type: "drag-over", target: random() < 0.3 ? null : 2, t: random() }), () => ({ type: "drop" }), () => ({ type: "cancel" }),
    () => ({ type: "step-arrived" }), () => ({ type: "step-next" }), () => ({ type: "walk", t: random() }), () => ({ type: "play" }),
    () => ({ type: "set-out", layer: 2, a: 1, b: 3 }), () => ({ type: "arrive" }),
    () => ({ type: "tick", dt: random() }), () => server(state.order, { epoch: "c0ffee", n: state.n }),
    () => ({ type: "tick", dt: random() }), () => ({ type: "tell" }), () => server(state.order, { epoch: "c0ffee", n: state.n }),
  ];
  for (let i = 0; i < 3000; i++) {
    const before = state;
    state = frozen(reduce(state, kinds[Math.floor(kinds.length * random())]()));
    assert.ok(isOrder(state.order, hidden));
    assert.ok(state.n >= before.n && state.acknowledged <= state.n);
    assert.ok(!(state.drag && state.step), "never both");
    assert.ok(!(state.lifted && (state.drag || state.step)), "nor a chosen node beside them");
    if (!sameOrder(state.order, before.order)) assert.equal(state.n, before.n + 1, "each change of order is one operation");
  }
});

test("a drop on another node exchanges the two; a drop elsewhere, or Escape, does not", () => {
  const done = run(start(), ...drag(1, 0, 2), { type: "drop" });
  assert.deepEqual(done.order, [[2, 1, 0, 3], [0, 1, 2, 3]]);
  assert.equal(done.said, "Node 1 and node 3 of layer 1 exchanged: the function is the same.");
  assert.ok(isPending(done) && done.touched);
  for (const end of [[{ type: "drag-over", target: null, t: 0 }, { type: "drop" }], [{ type: "cancel" }]]) {
    const back = run(start(), ...drag(1, 0, 2), ...end);
    assert.ok(isIdentity(back) && back.n === 0 && phaseOf(back) === "rest");
  }
});

test("in walk mode a drop counts past the middle only", () => {
  const walking = reduce(start(), { type: "mode", mode: "walk" });
  assert.equal(run(walking, ...drag(2, 1, 3, 0.5), { type: "drop" }).n, 0);
  assert.deepEqual(run(walking, ...drag(2, 1, 3, 0.51), { type: "drop" }).order[1], [0, 3, 2, 1]);
});

test("two steps: broken in the middle, whole only after the second, cancelled without a trace", () => {
  const begun = run(start(), { type: "mode", mode: "steps" }, swap(1, 0, 1));
  assert.equal(phaseOf(begun), "step-1");
  assert.equal(begun.n, 0);
  const broken = reduce(begun, { type: "step-arrived" });
  assert.equal(phaseOf(broken), "broken");
  assert.deepEqual(reduce(broken, { type: "step-arrived" }), broken, "it waits");
  assert.deepEqual(reduce(broken, swap(2, 0, 1)), broken, "nothing else can begin");
  const whole = run(broken, { type: "step-next" }, { type: "step-arrived" });
  assert.deepEqual(whole.order, [[1, 0, 2, 3], [0, 1, 2, 3]]);
  assert.equal(whole.n, 1);
  assert.ok(isIdentity(reduce(broken, { type: "cancel" })));
});

test("undo and redo travel, a new swap forgets the future, and all of them are operations", () => {
  const two = run(start(), swap(1, 0, 1), swap(2, 2, 3));
  const one = reduce(two, { type: "undo" });
  assert.deepEqual(one.order, [[1, 0, 2, 3], [0, 1, 2, 3]]);
  assert.deepEqual(reduce(one, { type: "redo" }).order, two.order);
  assert.equal(one.n, 3);
  assert.equal(run(one, swap(1, 0, 3)).redo.length, 0);
  const zero = run(one, { type: "undo" }, { type: "undo" }, { type: "undo" });
  assert.ok(isIdentity(zero));
  assert.deepEqual(reduce(two, { type: "reset" }).order, identityOrder(hidden));
});

test("Python's order is adopted only while nothing is pending", () => {
  const three = run(start(), swap(1, 0, 1), swap(1, 1, 2), swap(1, 2, 3));
  assert.deepEqual(three.order[0], [1, 2, 3, 0]);
  const late = run(three, server([[1, 0, 2, 3], [0, 1, 2, 3]], { epoch: "c0ffee", n: 1 }));
  assert.deepEqual(late.order, three.order, "an answer to the first of three must not move the nodes back");
  assert.ok(isPending(late));
  const settled = run(late, server(three.order, { epoch: "c0ffee", n: 3 }));
  assert.ok(!isPending(settled));
  const foreign = run(three, server(identityOrder(hidden), { epoch: "another", n: 99 }));
  assert.ok(isPending(foreign), "another mount's acknowledgement is not ours");
  const refused = run(three, server(identityOrder(hidden), { epoch: "c0ffee", n: 3 }, { notice: "No." }));
  assert.ok(isIdentity(refused) && !isPending(refused) && refused.said === "No.");
});

test("browser Back reads as undo, Forward as redo, anything else as a step of its own", () => {
  const one = run(start(), swap(1, 0, 1), server([[1, 0, 2, 3], [0, 1, 2, 3]], { epoch: "c0ffee", n: 1 }));
  const back = run(one, server(identityOrder(hidden), { epoch: "c0ffee", n: 1 }));
  assert.ok(isIdentity(back) && back.undo.length === 0 && back.redo.length === 1 && !isPending(back));
  const forth = run(back, server(one.order, { epoch: "c0ffee", n: 1 }));
  assert.deepEqual([forth.order, forth.undo.length, forth.redo.length], [one.order, 1, 0]);
  const elsewhere = run(one, server([[3, 2, 1, 0], [0, 1, 2, 3]], { epoch: "c0ffee", n: 1 }));
  assert.deepEqual(reduce(elsewhere, { type: "undo" }).order, one.order);
});

test("what is said of Python's order is true of it, and gone at the next act or with the next network", () => {
  const one = run(start(), swap(1, 0, 1), server([[1, 0, 2, 3], [0, 1, 2, 3]], { epoch: "c0ffee", n: 1 }));
  assert.match(one.said, /exchanged/);
  assert.equal(reduce(one, server(one.order, null, { anew: true })).said, one.said, "training on does not silence a swap");
  const back = reduce(one, server(identityOrder(hidden)));
  assert.equal(back.said, "An earlier order of the nodes is back: the function is the same.");
  assert.equal(reduce(one, server(identityOrder(hidden), null, { anew: true })).said, "An earlier order of the nodes is back.", "other parameters");
  assert.match(reduce(one, server([[3, 2, 1, 0], [0, 1, 2, 3]])).said, /^The order of the nodes was set anew/);
  assert.equal(reduce(back, server(back.order)).said, back.said, "nothing new: it may still be read");
  // Back once more, over a training step: the order is what it was, and nothing is said of it.
  assert.equal(reduce(back, server(back.order, null, { anew: true })).said, "");
  const acts = [{ type: "drag-start", layer: 1, slot: 0 }, { type: "cancel" }, { type: "reset" }, { type: "mode", mode: "walk" }, swap(2, 0, 1)];
  for (const act of acts) assert.doesNotMatch(reduce(back, act).said, /earlier order/, act.type);
});

test("another network starts afresh, and what was pending for the old one is dropped", () => {
  const pending = run(start(), { type: "mode", mode: "walk" }, swap(1, 0, 1));
  const fresh = reduce(pending, { type: "server", nodes: "new", hidden: [3], order: [[0, 1, 2]], ack: null, notice: null });
  assert.deepEqual([fresh.order, fresh.undo, fresh.mode, isPending(fresh)], [[[0, 1, 2]], [], "walk", false]);
  assert.equal(reduce(fresh, swap(1, 0, 1)).n, 2, "numbers go on");
});

test("the walk by slider: a drag or a swap ends it, play runs to B and stops", () => {
  const swapped = run(start(), swap(1, 0, 1));
  assert.equal(reduce(start(), { type: "walk", t: 0.3 }).walk, 1, "no line while B is A");
  const mid = reduce(swapped, { type: "walk", t: 0.3 });
  assert.deepEqual([mid.walk, phaseOf(mid)], [0.3, "walk"]);
  assert.equal(run(mid, { type: "drag-start", layer: 1, slot: 0 }).walk, 1);
  const played = run(swapped, { type: "play" }, { type: "tick", dt: 0.7 }, { type: "tick", dt: 0.7 });
  assert.deepEqual([played.walk, played.playing], [1, false]);
});

test("Python is told where one is: with each operation, or by one that leaves the order and the cards alone", () => {
  const swapped = run(start(), swap(1, 0, 1), server([[1, 0, 2, 3], [0, 1, 2, 3]], { epoch: "c0ffee", n: 1 }, { place: { mode: "swap", t: 1 } }));
  assert.ok(!isUntold(swapped));
  const mid = run(swapped, { type: "mode", mode: "walk" }, { type: "walk", t: 0.34567 });
  assert.ok(isUntold(mid) && !isPending(mid));
  const told = reduce(mid, { type: "tell" });
  assert.deepEqual([told.n, told.walk, told.order, isUntold(told), isPending(told), isStale(told)], [2, 0.346, mid.order, false, true, false]);
  assert.deepEqual(reduce(told, { type: "tell" }), told, "once");
  const again = reduce(told, swap(1, 0, 1));
  assert.deepEqual([again.told, isStale(again)], [{ mode: "walk", t: 1 }, true], "a swap tells it by itself");
});

test("Python's place is adopted with its order, never over a place that it does not know yet", () => {
  const order = [[1, 0, 2, 3], [0, 1, 2, 3]], ack = { epoch: "c0ffee", n: 1 };
  const at = (mode, t) => ({ place: { mode, t } });
  const swapped = run(start(), swap(1, 0, 1), server(order, ack, at("swap", 1)));
  const linked = reduce(swapped, server(order, ack, at("walk", 0.4)));
  assert.deepEqual([placeOf(linked), phaseOf(linked), isUntold(linked), linked.n], [{ mode: "walk", t: 0.4 }, "walk", false, 1]);
  const hand = reduce(linked, { type: "walk", t: 0.7 });
  assert.equal(reduce(hand, server(order, ack, at("walk", 0.4))).walk, 0.7, "a late answer does not take the slider out of the hand");
  const back = reduce(hand, server(identityOrder(hidden), ack, at("steps", 0.2)));
  assert.deepEqual([placeOf(back), isIdentity(back), isUntold(back)], [{ mode: "steps", t: 1 }, true, false], "another order comes with its place");
  const opened = initialState({ nodes: "net", hidden, order, epoch: "c0ffee", place: { mode: "walk", t: 0.4 } });
  assert.deepEqual([opened.walk, opened.mode, isUntold(opened)], [0.4, "walk", false]);
});

test("what is drawn is what is computed: node by node, the shown point holds each drawn node's parameters", () => {
  const A = netOf(golden("permutations")[1].network);
  const order = [[2, 0, 1, 3], [3, 1, 0, 2]];
  const at = (state) => shownPoint(state, A, null);
  const rest = at(start(order));
  assert.deepEqual(rest.theta, permuted(A, order));
  // Walking three tenths from slot 0 to slot 3 of layer 1: the dragged node shows 0.7 of its own row and 0.3 of its partner's.
  const walking = run(start(order), { type: "mode", mode: "walk" }, ...drag(1, 0, 3, 0.3));
  for (const [t, own] of [[0.3, 0.7], [0.8, 0.8]]) {
    const shown = at(reduce(walking, { type: "drag-over", target: 3, t }));
    assert.equal(shown.kind, "between");
    for (const [node, partner] of [[2, 3], [3, 2]]) {
      const slot = shown.ins[0][node];
      for (let j = 0; j < 2; j++) {
        const expected = own * A.W[0][node * 2 + j] + (1 - own) * A.W[0][partner * 2 + j];
        assert.ok(Math.abs(shown.theta.W[0][slot * 2 + j] - expected) < 1e-15);
      }
    }
  }
  const broken = at(run(start(order), { type: "mode", mode: "steps" }, swap(1, 0, 3), { type: "step-arrived" }));
  assert.equal(broken.kind, "broken");
  for (const node of [0, 1, 2, 3]) {
    const into = broken.ins[0][node], out = broken.outs[0][node];
    for (let j = 0; j < 2; j++) assert.equal(broken.theta.W[0][into * 2 + j], A.W[0][node * 2 + j]);
    for (const next of [0, 1, 2, 3]) assert.equal(broken.theta.W[1][broken.ins[1][next] * 4 + out], A.W[1][next * 4 + node]);
  }
  assert.notDeepEqual(broken.ins, broken.outs);
});

test("places: a hovered partner gives way, in the two steps the origins follow last", () => {
  const slots = identityOrder(hidden).map(inverseRow);
  assert.deepEqual(placesOf(start()), { bodies: slots, origins: slots });
  const hovering = run(start(), ...drag(1, 0, 2));
  assert.deepEqual(placesOf(hovering).bodies[0], [2, 1, 0, 3]);
  const step = run(start(), { type: "mode", mode: "steps" }, swap(1, 0, 2));
  assert.deepEqual([placesOf(step).bodies[0], placesOf(step).origins[0]], [[2, 1, 0, 3], [0, 1, 2, 3]]);
  const second = run(step, { type: "step-arrived" }, { type: "step-next" });
  assert.deepEqual(placesOf(second).origins[0], [2, 1, 0, 3]);
});

test("the curve's segment: to the hovered copy, else from A to B, else none", () => {
  assert.equal(segmentOf(start(), null), null);
  const swapped = run(start(), swap(1, 0, 1));
  assert.deepEqual(segmentOf(swapped, null), { from: identityOrder(hidden), to: swapped.order, pair: null, t: 1, preview: false });
  const hovering = segmentOf(run(swapped, ...drag(2, 0, 3)), null);
  assert.deepEqual([hovering.from, hovering.to[1], hovering.pair], [swapped.order, [3, 1, 2, 0], [0, 3]]);
});

test("random orders are uniform: each of the 24 orders of a layer about as often", () => {
  const random = mulberry(4), counts = new Map();
  for (let i = 0; i < 24000; i++) {
    const key = randomOrder([4], random).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  assert.equal(counts.size, 24);
  for (const n of counts.values()) assert.ok(n > 850 && n < 1150, `${n} of 1000`); // deviation 31
});
