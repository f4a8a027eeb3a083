/** Drawn points as a value: what a touch does, what is taken back, what a link can hold. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { begun, cleared, counted, erased, isApart, lacks, moved, MOST_DRAWN, places, taken, told, touched, undone } from "../../permviz/components/own/drawing.js";
import { mulberry } from "./support.js";

/** One touch after another; a brush among them is taken. */
const after = (...steps) => steps.reduce((drawing, step) => (Array.isArray(step) ? touched(drawing, ...step) : taken(drawing, step)), begun([]));

test("a touch sets a point of the brush's class on the grid, once at a place", () => {
  const drawing = after([10.4, 20.6], 1, [300, -5], [30, 30], 0, [30, 30], [10, 21]);
  assert.deepEqual(places(drawing), { first: [[10, 21], [30, 30]], second: [[255, 0]] });
  assert.deepEqual(drawing.at, { x: 10, y: 21 });
});

test("the eraser takes the nearest point within reach and nothing else", () => {
  const drawing = after([100, 100], [106, 100], [200, 200], "erase", [105, 100]);
  assert.deepEqual(places(drawing).first, [[100, 100], [200, 200]]);
  const nothing = after([100, 100], "erase", [120, 100]);
  assert.deepEqual(places(nothing).first, [[100, 100]]);
  assert.equal(nothing.past.length, 1, "what changed nothing is no step");
});

test("undo takes back touches, erasures and clearing, in the opposite order, to the beginning", () => {
  const start = begun([{ x: 1, y: 1, c: 1 }]);
  const states = [start];
  for (const act of [(d) => touched(d, 50, 50), (d) => touched(taken(d, 1), 60, 60), cleared, (d) => touched(d, 70, 70), erased]) {
    states.push(act(states.at(-1)));
  }
  let drawing = states.at(-1);
  for (const state of states.slice(0, -1).reverse()) {
    drawing = undone(drawing);
    assert.deepEqual(drawing.points, state.points);
  }
  assert.equal(undone(drawing), drawing);
});

test("there are never more points than a link holds, whatever is done; the number is Python's", () => {
  const random = mulberry(1);
  let drawing = begun([]);
  for (let i = 0; i < 2000; i++) {
    drawing = touched(taken(drawing, random() < 0.1 ? "erase" : random() < 0.5 ? 0 : 1), 256 * random(), 256 * random());
    assert.ok(drawing.points.length <= MOST_DRAWN);
    assert.equal(new Set(drawing.points.map(({ x, y }) => `${x} ${y}`)).size, drawing.points.length);
  }
  while (drawing.points.length < MOST_DRAWN) drawing = touched(taken(drawing, 0), 256 * random(), 256 * random());
  assert.match(counted(drawing), /a link holds no more than 150$/);
  const python = readFileSync(new URL("../../permviz/experiment/own.py", import.meta.url), "utf8");
  assert.equal(Number(/^MOST_DRAWN = (\d+)$/m.exec(python)[1]), MOST_DRAWN);
});

test("the crosshair stays on the grid and says where it is, as Python places it, and on what", () => {
  const corner = moved(begun([]), -1000, 1000);
  assert.deepEqual(corner.at, { x: 0, y: 255 });
  assert.equal(told(corner), "x −2.00, y 2.00");
  assert.equal(told(touched(corner, 255, 0)), "x 2.00, y −2.00: class A");
});

test("what is lacking is said", () => {
  assert.equal(lacks(after([1, 1], [50, 50], 1, [99, 99])), "Set two points or more of each class: there are 2 of A and 1 of B.");
  assert.equal(lacks(after([1, 1], [50, 50], 1, [99, 99], [70, 70])), "");
});

test("a stroke sets points apart", () => {
  assert.equal(isApart(null, 0, 0), true);
  assert.equal(isApart({ x: 0, y: 0 }, 6, 7), false);
  assert.equal(isApart({ x: 0, y: 0 }, 6, 8), true);
});
