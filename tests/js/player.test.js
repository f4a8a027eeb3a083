// Steps of a figure: which one is shown, what its frame changes, and the network that stands for the page's meanwhile.
import assert from "node:assert/strict";
import { test } from "node:test";
import { laidOver, stepAfter } from "../../permviz/components/plot/player.js";
import { place } from "../../permviz/components/standing.js";
import { decodeScene, decodeStanding } from "../../permviz/components/diagram/wire.js";
import { golden } from "./support.js";

test("Python's step holds once it has heard of the last one made here, and not before", () => {
  const here = { at: 4, number: 2, session: "s" };
  const after = (heard) => stepAfter({ at: 1, heard }, here);
  assert.equal(after({ session: "s", number: 2 }), 1, "through the browser's history");
  assert.equal(after({ session: "s", number: 1 }), 4, "that was written before");
  assert.equal(after(null), 4);
  assert.equal(after({ session: "another mount", number: 9 }), 4);
  assert.equal(stepAfter({ at: 1, heard: null }, { ...here, number: 0 }), 1, "nothing was chosen here yet");
});

test("a frame changes what it names in the traces that it names, and nothing else", () => {
  const figure = () => ({ data: [{ x: [1], name: "a" }, { x: [2], name: "b" }], frames: [{ data: [{ x: [5] }], traces: [1] }, { data: [], traces: [] }] });
  assert.deepEqual(laidOver(figure(), 0), { data: [{ x: [1], name: "a" }, { x: [5], name: "b" }] });
  assert.deepEqual(laidOver(figure(), 1).data, figure().data);
  assert.deepEqual(laidOver(figure(), 7).data, figure().data);
});

test("a network that stands for the scene's is drawn in its place, only in the small diagram of that scene", () => {
  const scene = decodeScene({ ...golden("wire").data, compact: true });
  const count = scene.net.W.concat(scene.net.b).reduce((sum, part) => sum + part.length, 0);
  const flat = Float32Array.from({ length: count }, (_, i) => i / 4);
  const standing = { of: scene.id, name: "3 copies", key: 7, parameters: Buffer.from(flat.buffer).toString("base64") };
  const found = decodeStanding(scene, standing);
  const inputs = scene.net.W[0].length;
  assert.deepEqual([...found.net.W[0]], [...flat.subarray(0, inputs)]);
  assert.deepEqual([...found.net.b[0]], [...flat.subarray(inputs, inputs + scene.net.b[0].length)]);
  assert.deepEqual([found.name, found.key], ["3 copies", 7]);
  assert.equal(decodeStanding(scene, null), null);
  assert.equal(decodeStanding(scene, { ...standing, of: "another" }), null);
  assert.equal(decodeStanding({ ...scene, compact: false }, standing), null);
  assert.equal(decodeStanding(scene, { ...standing, parameters: "AAAA" }), null);
});

test("who listens is told of every network, each with a key of its own", () => {
  const seen = [];
  place.addEventListener("change", () => seen.push(place.now && place.now.key));
  place.put({ of: "a", name: "n", parameters: "" });
  place.put({ of: "a", name: "n", parameters: "" });
  place.put(null);
  assert.equal(seen.length, 3);
  assert.notEqual(seen[0], seen[1]);
  assert.equal(seen[2], null);
});
