/** Files that a tab remembers: under their names, as long as there is room, and never in the way. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { forget, keep, kept } from "../../permviz/components/own/kept.js";

/** As sessionStorage, with room for so many characters. */
function storage(room) {
  const methods = {
    getItem(key) { return Object.hasOwn(this, key) ? this[key] : null; },
    removeItem(key) { delete this[key]; },
    setItem(key, text) {
      const others = Object.keys(this).filter((each) => each !== key).reduce((sum, each) => sum + this[each].length, 0);
      if (others + text.length > room) throw new Error("QuotaExceededError");
      this[key] = text;
    },
  };
  return Object.create(methods);
}

const file = (content) => ({ id: "0", name: "a.csv", content });

test("a file comes back under its name until it is forgotten", () => {
  const tab = storage(1000);
  keep("one", file("eCx5"), tab);
  assert.deepEqual(kept("one", tab), { name: "a.csv", content: "eCx5" });
  assert.equal(kept("other", tab), null);
  forget("one", tab);
  assert.equal(kept("one", tab), null);
});

test("in a full tab what was kept before makes room, and what others keep stays", () => {
  const tab = storage(160);
  tab.theirs = "x".repeat(20);
  keep("one", file("1".repeat(60)), tab);
  keep("two", file("2".repeat(60)), tab);
  assert.deepEqual([kept("one", tab), kept("two", tab)?.content.length, tab.theirs.length], [null, 60, 20]);
  keep("three", file("3".repeat(500)), tab);
  assert.equal(kept("three", tab), null);
});

test("without a memory, or with something else in it, there is no file", () => {
  keep("one", file("eCx5"), null);
  assert.equal(kept("one", null), null);
  const tab = storage(1000);
  tab["permviz-own one"] = "{";
  assert.equal(kept("one", tab), null);
});
