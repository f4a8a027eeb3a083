// The page without a server answers as the library does, and its average is the library's.
import assert from "node:assert/strict";
import { test } from "node:test";
import { say } from "../../permviz/components/diagram/paint.js";
import { lossOf } from "../../permviz/components/diagram/forward.js";
import { permuted } from "../../permviz/components/diagram/permutation.js";
import { decodeFloats, decodeScene, encodeFloats } from "../../permviz/components/diagram/wire.js";
import { CONDITIONS, QUESTIONS, beginning } from "../../permviz/components/page/following.js";
import { Answers } from "../../permviz/components/page/answers.js";
import { averageOf, halfWay, halfWaySays } from "../../permviz/components/page/average.js";
import { close, golden, netOf } from "./support.js";

const cases = golden("pages");
const operation = (order) => ({ order, epoch: "c0ffee", n: 3 });

test("facts and curve of an order are the library's, to 1e-12 and in words", () => {
  for (const { given, answers } of cases) {
    const here = new Answers(given);
    for (const { order, facts, losses } of answers) {
      const found = { ...given, ...here.told(order) };
      assert.ok(found.facts.difference < 1e-12);
      for (const [name, expected] of Object.entries(facts)) {
        if (typeof expected !== "number") assert.equal(found.facts[name], expected, name);
        else {
          close(found.facts[name], expected, 1e-12, name);
          assert.equal(say(found.facts[name]), say(expected), name);
        }
      }
      const { curve } = decodeScene(found);
      assert.equal(curve.t[0], 0);
      assert.equal(curve.t.at(-1), 1);
      curve.t.forEach((t, i) => close(curve.losses[i], losses[Math.round(100 * t)], 1e-12, `loss at ${t}`));
      assert.equal(say(Math.max(...curve.losses)), say(Math.max(...losses)), "the height of the axis");
    }
  }
});

test("negative control: what is said of one order is not what is said of another", () => {
  const [, { given, answers: [, swap, other] }] = cases, here = new Answers(given);
  assert.notEqual(say(here.after(operation(swap.order)).facts.barrier), say(other.facts.barrier));
});

test("of the order that it was given, a page says what the library said, to the last bit", () => {
  const [{ given }] = cases, told = { ...given, facts: { ...given.facts, difference: 1.25e-16 } };
  const here = new Answers(told), other = [[1, 0, 2, 3], [0, 1, 2]], elsewhere = here.after(operation(other));
  assert.deepEqual([elsewhere.order, elsewhere.ack], [other, { epoch: "c0ffee", n: 3 }]);
  assert.notDeepEqual(elsewhere.facts, told.facts);
  assert.deepEqual(here.after(operation(given.order)), { ...told, ack: { epoch: "c0ffee", n: 3 } });
});

test("points beyond the data are as many as the library's, and a difference among them is seen", () => {
  for (const { given, answers: [{ facts }] } of cases) {
    const here = new Answers(given);
    assert.equal(here.points.count, facts.difference_points);
    assert.equal(here.points.inputs.length, facts.difference_points * given.widths[0]);
    assert.ok(here.points.inputs.every(Number.isFinite));
    here.home = here.home.map((v, i) => (i === here.home.length - 1 ? v + 0.5 : v));
    close(here.told(given.order).facts.difference, 0.5, 1e-9, "negative control");
  }
});

test("random points look standard normal", () => {
  const { given } = cases.find(({ given: { widths } }) => widths[0] > 2), here = new Answers(given);
  const drawn = here.points.inputs.slice(-1000 * given.widths[0]), n = drawn.length;
  const mean = drawn.reduce((a, b) => a + b, 0) / n, square = drawn.reduce((a, b) => a + b * b, 0) / n;
  assert.ok(Math.abs(mean) < 4 / Math.sqrt(n) && Math.abs(square - 1) < 4 * Math.sqrt(2 / n), `${mean} ${square}`);
  assert.equal(new Set(drawn).size, n);
});

test("the average of all copies and the point half-way are the library's", () => {
  for (const { given, average, answers } of cases) {
    const { net, samples } = decodeScene(given), mean = averageOf(net), expected = netOf(average.net);
    mean.W.forEach((w, k) => w.forEach((v, i) => close(v, expected.W[k][i], 1e-14, `W${k + 1}`)));
    mean.b.forEach((b, k) => b.forEach((v, i) => close(v, expected.b[k][i], 1e-14, `b${k + 1}`)));
    close(lossOf(mean, samples), average.loss, 1e-12, "its loss");
    assert.equal(say(lossOf(mean, samples)), say(average.loss));
    for (const { order, half } of answers) close(lossOf(halfWay(net, order), samples), half, 1e-12, "half-way");
  }
});

test("the average is the same of every copy, and a network of unequal nodes is not its own average", () => {
  for (const { given, answers } of cases) {
    const { net } = decodeScene(given), mean = averageOf(net);
    const other = averageOf(permuted(net, answers.at(-1).order));
    mean.W.forEach((w, k) => w.forEach((v, i) => close(other.W[k][i], v, 1e-14, "W")));
    assert.ok(mean.W[0].some((v, i) => Math.abs(v - net.W[0][i]) > 0.1), "negative control");
  }
});

test("half-way, only what exceeds rounding speaks against convexity", () => {
  const argument = { low: 0.25, margin: 1e-9 };
  assert.match(halfWaySays(0.5, argument), /0\.500, above the 0\.250 of both: it is not convex/);
  for (const loss of [0.25, 0.25 + 1e-9, 0.1]) assert.match(halfWaySays(loss, argument), /silent/);
  for (const loss of [NaN, Infinity]) assert.match(halfWaySays(loss, argument), /not finite/);
  assert.match(halfWaySays(0.5, { low: null, margin: null }), /not finite/);
});

test("numbers travel and come back", () => {
  const values = [0, -0, 1 / 3, -1e300, 5e-324, Infinity];
  assert.deepEqual(Array.from(decodeFloats(encodeFloats(values), values.length)), values);
});

test("what a lesson asks of an order is asked and answered in the library's words", () => {
  const right = new Set();
  for (const { given, answers } of cases) {
    const { net, samples } = decodeScene(given);
    for (const { order, asked } of answers) {
      assert.deepEqual(QUESTIONS.half_way(net, order, samples), asked);
      right.add(asked.right);
    }
  }
  assert.ok(right.size > 1, "not all have one answer");
});

test("where half-way nothing is finite, it is higher than anything", () => {
  const [{ given, answers: [, { order }] }] = cases, { net, samples } = decodeScene(given);
  const asked = QUESTIONS.half_way({ ...net, b: net.b.map((b) => b.map(() => NaN)) }, order, samples);
  assert.deepEqual([asked.right, asked.why], [3, "Half-way it is not finite, at A and B not finite."]);
});

test("a change completes a step here where it does in the library, and a step begins at the same place", () => {
  const { places, conditions, beginnings } = golden("lessons");
  assert.deepEqual(Object.keys(CONDITIONS).sort(), Object.keys(conditions));
  for (const [name, rows] of Object.entries(conditions)) {
    const found = places.map((before) => places.map((after) => Number(CONDITIONS[name](before, after))).join(""));
    assert.deepEqual(found, rows, name);
    assert.match(rows.join(""), /01|10/);
  }
  for (const { step, there } of beginnings) assert.deepEqual(places.map(({ order }) => beginning(step, order, [3, 2])), there);
});
