// The sentence above the workbench is made from the numbers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState, reduce } from "../../permviz/components/diagram/reducer.js";
import { segmentOf, suggestedOf } from "../../permviz/components/diagram/shown.js";
import { isWall, storyOf } from "../../permviz/components/diagram/story.js";
import { golden } from "./support.js";

const { facts } = golden("wire").data; // a wall of 0.25 over a loss of 0.5, 3.75 away
const told = (change = {}, seen = {}) => storyOf({ facts: { ...facts, ...change }, identity: false, alone: false, walked: false, ahead: null, ...seen });

test("after a swap: same answers, so far apart, so high a wall, and what to try", () => {
  const { text, next, post } = told();
  assert.match(text, /same answers as A \(largest difference 2\.2e−16\), and stands 3\.75 away/);
  assert.match(text, /climbs 0\.250 above the chord: a wall\. A convex loss has none\./);
  assert.equal(next, "", "the walk is offered beside the diagram, once");
  assert.match(told({}, { walked: true }).next, /Average/);
  assert.equal(post, false);
});

test("no wall is said to be none, and rounding is no wall", () => {
  for (const barrier of [0, -0.1, 3e-16, 1e-12]) {
    const { text } = told({ barrier });
    assert.match(text, /no wall stands/);
    assert.doesNotMatch(text, /convex loss|climbs/);
  }
  assert.equal(isWall(1e-12, 1e-6), true, "negative control: large beside a small loss");
});

test("other cases: the same point, answers that differ, what is not finite", () => {
  assert.match(told({ distance: 0, barrier: 0 }).text, /one and the same point/);
  const apart = told({ difference: 3e-9 }).text;
  assert.match(apart, /within 3\.0e−9 of A's/);
  assert.doesNotMatch(apart, /same answers/);
  assert.match(told({ difference: null, barrier: null }).text, /not all finite.*not finite/);
});

test("the first screen asks why, says what stands ahead, and names the post", () => {
  const first = (ahead) => told({ difference: 0, distance: 0, barrier: null }, { identity: true, ahead });
  assert.match(first(0.213).text, /^Why.*climbs by 0\.213/);
  assert.doesNotMatch(first(0).text, /climbs/);
  assert.match(first(0).text, /no wall/);
  assert.doesNotMatch(first(null).text, /climbs|no wall/);
  assert.ok(first(0.213).post);
  assert.match(told({}, { alone: true }).text, /two nodes/);
});

test("what is suggested is the swap that the arrow points at, and is no segment of the state's", () => {
  const start = (hidden) => initialState({ nodes: "n", hidden, order: hidden.map((n) => [...Array(n).keys()]), epoch: "c0ffee" });
  const state = start([1, 3]);
  assert.equal(segmentOf(state, null), null);
  assert.deepEqual(suggestedOf(state), { from: [[0], [0, 1, 2]], to: [[0], [1, 0, 2]], pair: [0, 1], layer: 2, t: null, preview: true });
  assert.equal(suggestedOf(start([1, 1])), null);
  const moved = reduce(state, { type: "swap", layer: 2, a: 0, b: 1 });
  assert.deepEqual(segmentOf(moved, null).to, suggestedOf(state).to);
});
