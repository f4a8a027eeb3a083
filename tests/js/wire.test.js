// The wire format against what permviz/components/diagram/wire.py writes, and the layout's small geometry.
import assert from "node:assert/strict";
import { test } from "node:test";
import { aimOf, drawnWidths, heightFor, hitOf, layoutOf, slotAt } from "../../permviz/components/diagram/layout.js";
import { Motion } from "../../permviz/components/diagram/motion.js";
import { divergingTable, heat, paletteFor, say, sayApart } from "../../permviz/components/diagram/paint.js";
import { rgbOf } from "../../permviz/components/colours.js";
import { zeroContour } from "../../permviz/components/diagram/probe.js";
import { initialState, reduce } from "../../permviz/components/diagram/reducer.js";
import { decodeFloats, decodeScene, encodeOrder, newEpoch } from "../../permviz/components/diagram/wire.js";
import { golden, netOf } from "./support.js";

test("a scene from Python is read to the last bit", () => {
  const { data, network, inputs, targets } = golden("wire");
  const scene = decodeScene(data);
  assert.deepEqual(scene.net, netOf(network));
  assert.deepEqual(Array.from(scene.samples.inputs), inputs);
  assert.deepEqual(Array.from(scene.samples.targets), targets);
  assert.deepEqual([scene.hidden, scene.order, scene.ack], [[3], [[2, 0, 1]], { epoch: "c0ffee", n: 3 }]);
  assert.deepEqual(scene.place, { mode: "walk", t: 0.25 });
});

test("a curve keeps its gaps: what is not finite becomes NaN", () => {
  const { data } = golden("wire");
  const packed = Buffer.from(Float64Array.of(0.5, Infinity, NaN, -0.25).buffer).toString("base64");
  const { curve } = decodeScene({ ...data, curve: { ...data.curve, losses: packed } });
  assert.deepEqual(curve.losses, [0.5, NaN, NaN, -0.25]);
  assert.deepEqual(decodeScene(data).curve, { t: [0, 0.25, 0.5, 0.75, 1], losses: [0.5, 0.6875, 0.75, 0.6875, 0.5], chord: Array(5).fill(0.5) });
});

test("what does not fit is refused", () => {
  const { data } = golden("wire");
  for (const wrong of [null, { format: 0 }, { ...data, order: [[0, 0, 1]] }, { ...data, order: [[0, 1]] }, { ...data, activation: "step" }, { ...data, parameters: "AAAA" }]) {
    assert.throws(() => decodeScene(wrong));
  }
  assert.throws(() => decodeFloats("AAAAAAAAAAA=", 2));
});

test("a message to Python is what Python expects", () => {
  const { message, data } = golden("wire");
  let state = initialState({ nodes: data.nodes, hidden: [3], order: [[0, 1, 2]], epoch: "c0ffee" });
  for (const [a, b] of [[0, 1], [0, 1], [0, 1], [0, 1]]) state = reduce(state, { type: "swap", layer: 1, a, b });
  const edits = [{ layer: 2, to: 0, from: null, value: 0.5, n: 4 }];
  assert.deepEqual(encodeOrder({ ...state, order: [[2, 1, 0]], edits }, 0), message);
  assert.match(newEpoch(), /^[0-9a-f]{16}$/);
  assert.notEqual(newEpoch(), newEpoch());
});

test("layout: inside the box, apart from each other, hit areas of 22 px where there is room", () => {
  for (const [widths, width, room] of [[[2, 4, 4, 1], 660, "wide"], [[2, 4, 4, 1], 340, "narrow"], [[64, 16, 16, 10], 660, "wide"], [[1, 2, 1], 300, "compact"]]) {
    const drawn = drawnWidths(widths), height = heightFor(drawn, room);
    const layout = layoutOf(widths, width, height, room, [60, 60]);
    drawn.forEach((n, k) => {
      assert.equal(layout.centres[k].length, n);
      layout.centres[k].forEach(({ x, y }, i) => {
        const r = layout.radius[k];
        assert.ok(x - r >= 0 && x + r <= width && y - r >= 0 && y + r <= height);
        if (i > 0) assert.ok(y - layout.centres[k][i - 1].y >= 2 * r);
        assert.equal(Math.round(slotAt(layout, k, y)), i);
      });
    });
  }
  const roomy = layoutOf([2, 4, 4, 1], 660, 356, "wide", [60, 60]);
  assert.ok(hitOf(roomy, 1).x >= 22 && hitOf(roomy, 1).y >= 22);
  assert.equal(drawnWidths([64, 8, 10])[0], 1);
});

test("aim: over a node when swapping, along the column when walking, nowhere far beside it", () => {
  const layout = layoutOf([2, 4, 1], 660, 356, "wide", [60, 60]);
  const [a, b, c] = layout.centres[1];
  assert.deepEqual(aimOf(layout, 1, 0, c, false), { target: 2, t: 1 });
  assert.equal(aimOf(layout, 1, 0, a, false).target, null);
  assert.equal(aimOf(layout, 1, 0, { x: c.x + 300, y: c.y }, false).target, null);
  const quarter = aimOf(layout, 1, 0, { x: a.x, y: a.y + 0.25 * (b.y - a.y) }, true);
  assert.equal(quarter.target, 1);
  assert.ok(Math.abs(quarter.t * (1 - (0.3 * layout.radius[1]) / (b.y - a.y)) - 0.25) < 1e-12, "0.3 radii before the slot it is there");
  assert.equal(aimOf(layout, 1, 0, { x: a.x, y: a.y - 40 }, true).target, null, "nothing above the first slot");
  assert.deepEqual(aimOf(layout, 1, 2, { x: a.x, y: a.y }, true), { target: 0, t: 1 });
});

test("motion arrives exactly, and a glide under way to the same goal is not restarted", () => {
  const motion = new Motion();
  motion.put("n", 0, 0);
  motion.send("n", 10, 100, 1000, 260);
  assert.ok(motion.step(1130));
  const half = { ...motion.at("n") };
  motion.send("n", 10, 100, 1130, 260);
  assert.ok(motion.step(1200) && motion.at("n").y > half.y);
  assert.equal(motion.step(1260), false);
  assert.deepEqual([motion.at("n").x, motion.at("n").y], [10, 100]);
});

test("colours: the theme by luminance, the scale's ends and middle, numbers as people read them", () => {
  const { colours } = decodeScene(golden("wire").data);
  assert.equal(paletteFor(colours, "#ffffff").dark, false);
  assert.equal(paletteFor(colours, "rgb(16, 21, 26)").dark, true);
  const palette = paletteFor(colours, "#fff"), table = divergingTable(palette);
  assert.equal(heat(table, 1), `rgb(${rgbOf(palette.positive).join(",")})`);
  assert.equal(heat(table, -9), `rgb(${rgbOf(palette.negative).join(",")})`);
  assert.deepEqual([0, 0.02481, 1.3249, -2.2e-16, 12345, null].map((v) => say(v)), ["0", "0.0248", "1.32", "−2.2e−16", "12345", "not finite"]);
  assert.deepEqual([4.8, 4.798, 4.802, -0.5, 100, 99.96].map((v) => say(v)), ["4.80", "4.80", "4.80", "−0.500", "100", "100"], "zeros at the end stay");
});

test("numbers that differ are not said alike", () => {
  assert.deepEqual(sayApart(0.351, 0.0141), ["0.351", "0.0141"]);
  for (const none of [null, NaN, Infinity]) assert.deepEqual(sayApart(none, 0.5), ["not finite", "0.500"]);
  assert.deepEqual(sayApart(null, NaN), ["not finite", "not finite"]);
  assert.deepEqual(sayApart(0.014143, 0.014121), ["0.01414", "0.01412"]);
  assert.deepEqual(sayApart(0.5, 0.5), ["0.500", "0.500"]);
  assert.deepEqual(sayApart(12345.6, 12345.2), ["12346", "12345"]);
  assert.deepEqual(sayApart(1.0000004, 1), ["1.0000004", "1.0000000"]);
});

test("the zero contour of a circle lies on the circle", () => {
  const size = 41, of = (i) => Math.hypot((i % size) - 20, Math.floor(i / size) - 20) - 12;
  const pieces = zeroContour(size, of);
  assert.ok(pieces.length > 60);
  for (const [[x, y]] of pieces) assert.ok(Math.abs(Math.hypot(x - 20, y - 20) - 12) < 0.05);
});
