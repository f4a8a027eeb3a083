// Where the nodes' numbers stand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { badgeOf, clearance } from "../../permviz/components/diagram/badges.js";
import { drawnWidths, heightFor, layoutOf } from "../../permviz/components/diagram/layout.js";

const ROOMS = [[598, "wide"], [900, "wide"], [430, "middle"], [345, "narrow"], [338, "compact"]];
const NETS = [[2, 4, 3, 1], [2, 1, 1], [4, 16, 16, 3], [64, 8, 10], [2, 4, 4, 4, 1], [3, 2, 9, 2], [2, 12, 12, 12, 12, 1], [2, 32, 1]];

test("a number stands by its node and hides neither its picture nor another's", () => {
  for (const widths of NETS) {
    for (const [width, room] of ROOMS) {
      const drawn = drawnWidths(widths);
      const layout = layoutOf(widths, width, heightFor(drawn, room), room, room === "wide" ? [64, 132] : [42, 76]);
      for (let layer = 1; layer < widths.length - 1; layer++) {
        const badge = badgeOf(layout, layer), r = layout.radius[layer], far = Math.hypot(badge.x, badge.y);
        assert.ok(far >= r + badge.size / 2 && far <= r + badge.size, `${widths} at ${width}: by its own`);
        assert.ok(clearance(layout, layer, badge) >= -1, `${widths} at ${width}, layer ${layer}: ${clearance(layout, layer, badge)}`);
      }
    }
  }
});

test("clearance is that of the nearest other disc", () => {
  const layout = { centres: [[{ x: 100, y: 100 }], [{ x: 200, y: 100 }, { x: 200, y: 150 }]], radius: [10, 20] };
  assert.equal(clearance(layout, 1, { x: -60, y: 0, size: 20 }), 40 - 10 - 10);
  assert.equal(clearance(layout, 1, { x: 0, y: 40, size: 20 }), 10 - 10 - 20);
  assert.equal(clearance(layout, 0, { x: -96, y: 0, size: 10 }), -1, "the diagram's edge");
  assert.ok(clearance(layout, 1, { x: -80, y: 0, size: 22 }) < 0, "negative control: over the input's picture");
});
