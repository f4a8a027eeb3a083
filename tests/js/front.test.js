// Points at the corners of a body: which are in front of it, and what is left of a trace.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eyeOf, hideFarSide, nearSide, seen } from "../../permviz/components/plot/front.js";

/** The eight corners of the cube [-1, 1]^3, each with its three faces. */
const corners = [-1, 1].flatMap((x) => [-1, 1].flatMap((y) => [-1, 1].map((z) => [x, y, z])));
const faces = corners.map(([x, y, z]) => [[x, 0, 0, 1], [0, y, 0, 1], [0, 0, z, 1]]);

/** Whether the way from the eye to a point meets the cube's inside: sampled, without any plane. */
function blocked(point, eye) {
  for (let k = 1; k < 2000; k++)
    if (point.every((p, i) => Math.abs(p + (k / 2000) * (eye[i] - p)) < 1 - 1e-9)) return true;
  return false;
}

test("a corner is seen exactly where nothing of the body stands between it and the eye", () => {
  for (const eye of [[3, 0.2, 0.1], [2, 2.5, 3], [-0.5, -4, 1.5], [1.2, 0.3, -9]])
    assert.deepEqual(seen(faces, eye), corners.map((corner) => !blocked(corner, eye)), String(eye));
});

test("the eye is told in the figure's coordinates", () => {
  const axis = (low, high) => ({ range: [low, high] });
  const scene = { camera: { eye: { x: 1, y: 0, z: -0.5 } }, aspectratio: { x: 2, y: 1, z: 1 }, xaxis: axis(0, 8), yaxis: axis(-1, 1), zaxis: axis(-2, 2) };
  assert.deepEqual(eyeOf(scene), [8, 0, -2]);
});

test("points behind go inside, those of other traces and of flat figures stay", () => {
  const axis = { range: [-2, 2] }, scene = { camera: { eye: { x: 1.5, y: 0, z: 0 } }, aspectratio: { x: 1, y: 1, z: 1 }, xaxis: axis, yaxis: axis, zaxis: axis };
  const traces = () => [{ x: [1, 2] }, { x: corners.map(([x]) => x), y: corners.map((c) => c[1]), z: corners.map((c) => c[2]), meta: { faces } }];
  const drawn = traces();
  assert.equal(hideFarSide(drawn, scene), "00001111");
  assert.deepEqual(drawn[0].x, [1, 2]);
  assert.deepEqual(drawn[1].x, [0, 0, 0, 0, 1, 1, 1, 1]);
  assert.deepEqual([drawn[1].y.slice(0, 4), drawn[1].z.slice(4)], [[0, 0, 0, 0], [-1, 1, -1, 1]]);
  assert.equal(nearSide(drawn, scene), "00001111");
  const flat = traces();
  assert.equal(hideFarSide(flat, undefined), "");
  assert.deepEqual(flat, traces());
});
