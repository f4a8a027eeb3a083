// Samples that are fetched once and kept.
import assert from "node:assert/strict";
import { test } from "node:test";
import { samplesAt } from "../../permviz/components/diagram/samples.js";
import { probabilities } from "../../permviz/components/diagram/output_bars.js";
import { decodeSamples } from "../../permviz/components/diagram/wire.js";

const pack = (numbers) => Buffer.from(Float64Array.from(numbers).buffer).toString("base64");
const answers = (body, ok = true) => {
  const asked = [];
  const load = async (url) => (asked.push(String(url)), { ok, json: async () => body });
  return { asked, load };
};

test("they are fetched once, whoever asks, and all who wait are told", async () => {
  const { asked, load } = answers({ count: 3 });
  const told = [];
  await new Promise((resolve) => {
    for (const name of ["first", "second"]) {
      assert.equal(samplesAt("samples?task=one", () => (told.push(name), told.length === 2 && resolve()), load), null);
    }
  });
  assert.deepEqual(told, ["first", "second"]);
  assert.deepEqual(samplesAt("samples?task=one", () => assert.fail("nothing to wait for"), load), { count: 3 });
  assert.equal(asked.length, 1);
  assert.ok(asked[0].endsWith("/samples?task=one"));
  assert.doesNotMatch(asked[0], /permviz\/components/, "below the app's own address");
});

test("what failed is asked for again, and only the last few are kept", async () => {
  const failing = answers(null, false), { asked, load } = answers({ count: 1 });
  samplesAt("samples?task=lost", () => assert.fail("nothing has come"), failing.load);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  for (const name of ["lost", "b", "c", "d", "e"]) samplesAt(`samples?task=${name}`, () => {}, load);
  await turn();
  assert.equal(samplesAt("samples?task=lost", () => {}, load), null, "asked for again, and gone since");
  assert.deepEqual(samplesAt("samples?task=e", () => {}, load), { count: 1 });
  assert.equal(asked.length, 6);
});

test("columns come as numbers, or as few numbers and a byte for each row", () => {
  const columns = [{ values: pack([0.1, 0.2, 0.3]) }, { values: pack([-1, 7]), codes: Buffer.from([1, 0, 1]).toString("base64") }];
  const { inputs, targets } = decodeSamples({ count: 3, columns, targets: [2, 0, 1] }, [2, 4, 3], "cross-entropy");
  assert.deepEqual([...inputs], [0.1, 7, 0.2, -1, 0.3, 7]);
  assert.deepEqual([...targets], [2, 0, 1]);
  assert.throws(() => decodeSamples({ count: 4, columns, targets: [2, 0, 1, 1] }, [2, 4, 3], "cross-entropy"));
  assert.throws(() => decodeSamples({ count: 3, columns, targets: [2, 0, 1] }, [3, 4, 3], "cross-entropy"));
});

test("probabilities are the softmax of one row, at any size of logits", () => {
  const logits = Float64Array.of(9, 9, 1000, 1000 + Math.log(3));
  const [p, q] = probabilities(logits, 2, 2);
  assert.ok(Math.abs(p - 0.25) < 1e-12 && Math.abs(q - 0.75) < 1e-12);
});
