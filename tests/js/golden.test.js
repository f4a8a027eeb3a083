// The browser's mathematics against torch's, as written by tests/golden/write.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ACTIVATIONS, erf, forward, lossOfOutputs } from "../../permviz/components/diagram/forward.js";
import { between, distanceOf, halfSwapped, inverseRow, permuted, sameOrder, segmentCurve, swapSlots } from "../../permviz/components/diagram/permutation.js";
import { close, golden, mulberry, netOf } from "./support.js";

test("activations agree with torch to 1e-14 relative to 1 + |value|", () => {
  const { z, values } = golden("activations");
  assert.deepEqual(Object.keys(values).sort(), Object.keys(ACTIVATIONS).sort());
  for (const [name, expected] of Object.entries(values)) {
    z.forEach((v, i) => close(ACTIVATIONS[name](v), expected[i], 1e-14, `${name}(${v})`));
  }
});

test("erf is odd, bounded and passes through NaN", () => {
  for (const x of [0, 1e-300, 0.3, 2.999999, 3, 3.000001, 5.9, 6, 60]) {
    assert.equal(erf(-x), -erf(x));
    assert.ok(Math.abs(erf(x)) <= 1);
  }
  assert.ok(Number.isNaN(erf(NaN)));
});

test("layers and losses agree with torch to 1e-12, at every depth and for every loss", () => {
  const depths = new Set(), kinds = new Set();
  for (const { network, inputs, layers, losses } of golden("forwards")) {
    const net = netOf(network), x = Float64Array.from(inputs), count = x.length / net.widths[0];
    const found = forward(net, x, count);
    assert.equal(found.length, layers.length + 1);
    layers.forEach((expected, k) => expected.forEach((v, i) => close(found[k + 1][i], v, 1e-12, `${net.activation} layer ${k + 1}`)));
    for (const { kind, targets, value } of losses) {
      const samples = { count, inputs: x, targets: Float64Array.from(targets), kind };
      close(lossOfOutputs(found.at(-1), samples, net.widths.at(-1)), value, 1e-12, kind);
      kinds.add(kind);
    }
    depths.add(net.widths.length - 1);
  }
  assert.deepEqual([...depths].sort(), [1, 2, 3, 4]);
  assert.equal(kinds.size, 3);
});

test("losses do not overflow far from the data", () => {
  const far = (kind, width, outputs, target) =>
    lossOfOutputs(Float64Array.from(outputs), { count: 1, inputs: new Float64Array(0), targets: Float64Array.from([target]), kind }, width);
  close(far("binary-cross-entropy", 1, [-900], 1), 900, 1e-15, "wrong by 900");
  close(far("binary-cross-entropy", 1, [900], 1), 0, 1e-15, "right by 900");
  close(far("cross-entropy", 2, [1000, 0], 1), 1000, 1e-15, "wrong by 1000");
});

test("a permutation is the gather of the library: copy, inverse, point between", () => {
  for (const { network, order, inverse, copy, quarter } of golden("permutations")) {
    const net = netOf(network);
    assert.deepEqual(permuted(net, order), netOf(copy));
    assert.deepEqual(order.map(inverseRow), inverse);
    assert.deepEqual(permuted(permuted(net, order), inverse), net);
    const mixed = between(net, permuted(net, order), 0.25);
    netOf(quarter).W.forEach((w, k) => w.forEach((v, i) => close(mixed.W[k][i], v, 1e-15, "W between")));
    netOf(quarter).b.forEach((b, k) => b.forEach((v, i) => close(mixed.b[k][i], v, 1e-15, "b between")));
  }
});

test("the distance is Euclidean over all weights and biases, and grows evenly along the segment", () => {
  const tiny = (w, b) => ({ widths: [1, 1], activation: "tanh", W: [Float64Array.of(w)], b: [Float64Array.of(b)] });
  assert.equal(distanceOf(tiny(1, 2), tiny(4, -2)), 5);
  for (const { network, order, copy, quarter } of golden("permutations")) {
    const far = distanceOf(netOf(network), netOf(copy));
    assert.equal(far > 0.1, order.some((row) => row.some((v, i) => v !== i)), "another point, if any node moved");
    close(distanceOf(netOf(network), netOf(quarter)), far / 4, 1e-12, "a quarter of the way");
  }
});

test("a copy computes the same function; half a swap does not; its other half mends it", () => {
  const random = mulberry(1);
  for (const { network, order } of golden("permutations")) {
    const net = netOf(network), count = 50;
    const x = Float64Array.from({ length: count * net.widths[0] }, () => 4 * random() - 2);
    const home = forward(net, x, count).at(-1);
    const gap = (other) => Math.max(...forward(other, x, count).at(-1).map((v, i) => Math.abs(v - home[i])));
    assert.ok(gap(permuted(net, order)) < 1e-12);
    const broken = halfSwapped(net, 1, 0, 1);
    assert.ok(gap(broken) > 1e-3, "negative control: the broken network must differ");
    const width = net.widths[1], W = broken.W[1].slice();
    for (let row = 0; row < net.widths[2]; row++) [W[row * width], W[row * width + 1]] = [W[row * width + 1], W[row * width]];
    const whole = { ...broken, W: broken.W.map((w, k) => (k === 1 ? W : w)) };
    assert.ok(gap(whole) < 1e-12);
    const swapped = swapSlots(order.map((row) => row.map((_, i) => i)), 1, 0, 1);
    assert.deepEqual(whole, permuted(net, swapped));
  }
});

test("the line to a swapped copy is symmetric, which spares half of it; to a 3-cycle it need not be", () => {
  const net = netOf(golden("permutations")[1].network), random = mulberry(2), count = 30;
  const inputs = Float64Array.from({ length: 2 * count }, () => 2 * random() - 1);
  const samples = { count, inputs, targets: Float64Array.from({ length: count }, (_, i) => i % 2), kind: "binary-cross-entropy" };
  const loss = (point) => lossOfOutputs(forward(point, inputs, count).at(-1), samples, 1);
  const swapped = permuted(net, [[2, 1, 0, 3], [0, 1, 2, 3]]);
  const full = segmentCurve(net, swapped, loss, false), half = segmentCurve(net, swapped, loss, true);
  full.losses.forEach((v, i) => close(half.losses[i], v, 1e-12, "half"));
  close(half.barrier, full.barrier, 1e-12, "barrier");
  assert.ok(half.barrier > 0);
  const every = Array.from({ length: 101 }, (_, i) => loss(between(net, swapped, i / 100)));
  const barrier = Math.max(...every.map((v, i) => v - (1 - i / 100) * every[0] - (i / 100) * every[100]));
  close(half.barrier, barrier, 1e-12, "the barrier over the library's 101 points");
  full.t.forEach((t, i) => close(full.losses[i], every[Math.round(100 * t)], 1e-12, "the library's points"));
  assert.ok(half.t.length >= 51 && half.t[0] === 0 && half.t.at(-1) === 1);
  const peak = (i) => Math.exp(-(((i.W[0][0] - 0.47) / 0.1) ** 2));
  const line = (w) => ({ widths: [1, 1], activation: "tanh", W: [Float64Array.of(w)], b: [Float64Array.of(0)] });
  const found = segmentCurve(line(0), line(1), peak, false).barrier;
  assert.ok(found > 1 - 1e-6 && segmentCurve(line(0), line(1), peak, false, 2, 40).barrier < 1 - 1e-3, "negative control: 41 points miss it");
  close(segmentCurve(line(0), line(1), peak, false, 10).barrier, found, 1e-12, "fewer points find the same top");
  const few = segmentCurve(net, swapped, loss, true, 10);
  close(few.barrier, barrier, 1e-12, "on a line of a network too");
  assert.ok(few.t.length < half.t.length);
  assert.ok(!sameOrder([[0]], [[1]]));
  const cycle = segmentCurve(net, permuted(net, [[1, 2, 0, 3], [0, 1, 2, 3]]), loss, false);
  const mirrored = (t) => cycle.losses[cycle.t.findIndex((s) => Math.abs(s - (1 - t)) < 1e-9)] ?? NaN;
  const skew = cycle.t.filter((_, i) => Math.abs(cycle.losses[i] - mirrored(cycle.t[i])) > 1e-6);
  assert.ok(skew.length > 0, "negative control");
});
