/** A file as a message: exact bytes, bounded, refused in a sentence. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { base64, given, Refused } from "../../permviz/components/own/given.js";
import { mulberry } from "./support.js";

test("bytes travel exactly, whatever they are and however many", () => {
  const random = mulberry(3);
  for (const length of [0, 1, 2, 3, 0x7fff, 0x8000, 0x8001, 70_001]) {
    const bytes = Uint8Array.from({ length }, () => 256 * random());
    assert.deepEqual(new Uint8Array(Buffer.from(base64(bytes), "base64")), bytes);
    assert.equal(base64(bytes), Buffer.from(bytes).toString("base64"));
  }
});

test("every message has a name of its own, sixteen hexadecimal digits", async () => {
  const messages = await Promise.all([1, 2, 3].map(() => given(new Blob(["x,y"]), "a.csv")));
  assert.equal(new Set(messages.map(({ id }) => id)).size, 3);
  for (const { id, name, content } of messages) {
    assert.match(id, /^[0-9a-f]{16}$/);
    assert.deepEqual([name, content], ["a.csv", "eCx5"]);
  }
});

test("an empty file and one that is too large are refused in a sentence; the largest is taken, below a megabyte", async () => {
  const refusal = (file) => given(file, "a.csv").then(() => "", (error) => (assert.ok(error instanceof Refused), error.message));
  assert.equal(await refusal(new Blob([])), "a.csv is empty: there is nothing to read.");
  assert.equal(await refusal(new Blob([new Uint8Array(700_001)])), "a.csv has 701 kB: at most 700 kB are taken.");
  const largest = await given(new Blob([new Uint8Array(700_000)]), "a.csv");
  assert.ok(JSON.stringify(largest).length < 940_000);
});
