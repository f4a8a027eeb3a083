// A figure in space turned by buttons.
import assert from "node:assert/strict";
import { test } from "node:test";
import { turned } from "../../permviz/components/plot/turning.js";
import { close } from "./support.js";

const camera = { eye: { x: -1.53, y: -0.16, z: 0.2 }, center: { x: 0, y: 0.1, z: -0.15 }, up: { x: 0, y: 0, z: 1 } };
const way = ({ eye, center }) => [eye.x - center.x, eye.y - center.y, eye.z - center.z];

test("the eye goes round the centre at the same distance, and 24 steps to the right lead home", () => {
  let c = camera;
  for (let i = 0; i < 24; i++) {
    c = turned(c, 1, 0);
    close(Math.hypot(...way(c)), Math.hypot(...way(camera)), 1e-12, "distance");
    close(way(c)[2], way(camera)[2], 1e-12, "height");
    if (i < 23) assert.ok(Math.hypot(c.eye.x - camera.eye.x, c.eye.y - camera.eye.y) > 0.1);
  }
  way(c).forEach((v, i) => close(v, way(camera)[i], 1e-12, "home"));
  const [x, y] = way(turned({ ...camera, center: { x: 0, y: 0, z: 0 } }, 6, 0));
  close(x, 0.16, 1e-12, "a quarter turn, by hand");
  close(y, -1.53, 1e-12, "a quarter turn, by hand");
});

test("up leads higher, not over the pole; down leads back", () => {
  const polar = (c) => Math.acos(way(c)[2] / Math.hypot(...way(c)));
  close(polar(camera) - polar(turned(camera, 0, 1)), Math.PI / 12, 1e-12, "one step");
  let c = camera;
  for (let i = 0; i < 30; i++) c = turned(c, 0, 1);
  close(polar(c), Math.PI / 36, 1e-9, "near the pole");
  const back = turned(turned(camera, 0, 1), 0, -1);
  way(back).forEach((v, i) => close(v, way(camera)[i], 1e-12, "back"));
});

test("a figure seen from straight above its own plane, as the hexagon is, turns about its upright axis, too", () => {
  const flat = { eye: { x: 0, y: 0, z: 1 }, center: { x: 0, y: 0, z: 0 }, up: { x: 0, y: 1, z: 0 } };
  const [x, y, z] = way(turned(flat, 1, 0));
  close(x, Math.sin(Math.PI / 12), 1e-12, "x");
  close(y, 0, 1e-12, "y");
  close(z, Math.cos(Math.PI / 12), 1e-12, "z");
});
