// Where things stand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { badgeOf, tagPlace } from "../../permviz/components/diagram/badges.js";
import { heightFor, layoutOf, lettersOf, linesFor, marginsFor } from "../../permviz/components/diagram/layout.js";

const TAG = [64, 22];

/** Whether a rectangle meets a node's disc or the number. */
function covers(place, layout) {
  const meets = (x, y, r) => {
    const dx = Math.max(place.x - x, 0, x - place.x - TAG[0]), dy = Math.max(place.y - y, 0, y - place.y - TAG[1]);
    return dx * dx + dy * dy < r * r;
  };
  return layout.centres.some((column, k) => column.some(({ x, y }) => {
    const badge = k > 0 && k < layout.centres.length - 1 ? badgeOf(layout, k) : null;
    return meets(x, y, layout.radius[k]) || (badge && meets(x + badge.x, y + badge.y, badge.size / 2));
  }));
}

test("the tag stands by the first node and covers none", () => {
  let placed = 0;
  for (const widths of [[2, 4, 3, 1], [4, 4, 4, 3], [4, 16, 16, 3], [2, 3, 1], [1, 8, 1], [64, 8, 10], [2, 4, 4, 4, 1], [3, 2, 9, 2]]) {
    for (const [width, room] of [[598, "wide"], [900, "wide"], [345, "narrow"], [290, "narrow"]]) {
      const drawn = widths.map((n, k) => (k === 0 && n > 16 ? 1 : n));
      const layout = layoutOf(widths, width, heightFor(drawn, room), room, room === "wide" ? [64, 132] : [42, 76]);
      const place = tagPlace(layout, 1, ...TAG);
      if (!place) continue;
      placed += 1;
      const { x, y } = layout.centres[1][0];
      assert.ok(Math.abs(place.x + TAG[0] / 2 - x) < 100 && Math.abs(place.y + TAG[1] / 2 - y) < 80, "by the node");
      assert.ok(!covers(place, layout), `${widths} at ${width}`);
      assert.ok(covers({ x: x - 10, y: y - 10 }, layout), "negative control");
    }
  }
  assert.ok(placed >= 20, `${placed} of 32 find room`);
  const usual = layoutOf([2, 4, 3, 1], 345, heightFor([2, 4, 3, 1], "narrow"), "narrow", [42, 76]);
  assert.ok(tagPlace(usual, 1, ...TAG), "the network that one meets first, on a phone");
  assert.equal(tagPlace(usual, 1, 600, 22), null, "no room for a banner");
});

test("a name is broken between words, into the lines that its node's height allows", () => {
  assert.deepEqual([20, 33, 34, 48, 49, 96].map(linesFor), [1, 1, 2, 2, 3, 3]);
  const name = "progression after a year (standardised)";
  assert.deepEqual([1, 2, 3, 4].map((lines) => lettersOf(name, lines)), [39, 19, 14, 14]);
  assert.equal(lettersOf("versicolor", 3), 10);
});

test("in a small room the names' words have room beside the outer nodes, and the layers stay apart", () => {
  const cases = [
    [[2, 5, 1], [["x", "y"], ["opposite signs?"]], 8], [[4, 6, 3], [["sepal length", "petal width"], ["setosa", "versicolor"]], 10],
    [[10, 4, 1], [["age", "bmi"], ["progression after a year (standardised)"]], 14],
  ];
  for (const [widths, names, letters] of cases) {
    const height = heightFor(widths, "compact");
    const margins = marginsFor(names, widths, 338, height, "compact");
    const layout = layoutOf(widths, 338, height, "compact", margins);
    assert.ok(margins[1] - layout.radius.at(-1) - 10 >= 6 * letters, `${names[1]}`);
    assert.ok(layout.gap >= 52);
  }
  const moons = marginsFor([["x", "y"], ["lower moon?"]], [2, 4, 3, 1], 388, 360, "middle");
  assert.ok(moons[1] >= 28 + 10 + 36, "a short word of wide letters: moon?");
  const deep = marginsFor([["x"], ["progression after a year (standardised)"]], [1, 4, 4, 4, 4, 1], 338, 220, "compact");
  assert.deepEqual(deep, [46, 76], "negative control: a deep network needs the width itself");
});
