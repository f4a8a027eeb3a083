// Digits of losses: the browser's rule is the library's, on values whose halves, carries and sizes are awkward.
import assert from "node:assert/strict";
import { test } from "node:test";
import { say, sayApart, sayWall } from "../../permviz/components/diagram/paint.js";
import { golden } from "./support.js";

test("a loss, two losses and a wall are said alike in both languages", () => {
  const { losses, pairs, walls } = golden("digits");
  assert.ok(losses.length > 300 && pairs.length > 150 && walls.length > 200);
  for (const [v, text] of losses) assert.equal(say(v), text, String(v));
  for (const [a, b, ...texts] of pairs) assert.deepEqual(sayApart(a, b), texts, `${a} ${b}`);
  for (const [wall, highest, text] of walls) assert.equal(sayWall(wall, highest), text, `${wall} of ${highest}`);
  assert.ok(walls.some((w) => w[2] === "0 (rounding)") && walls.some((w) => w[2] !== "0 (rounding)" && w[0] < 1e-9));
});

test("a carry makes no exponent", () => {
  assert.deepEqual([999.6, 99.96, 9.996, 0.0009996].map((v) => say(v)), ["1000", "100", "10.0", "1.0e−3"]);
});
