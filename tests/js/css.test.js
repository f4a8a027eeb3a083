// Computed styles in the words of SVG.
import assert from "node:assert/strict";
import { test } from "node:test";
import { colourOf, outlineOf, painted, ringsOf, stopsOf } from "../../permviz/components/saving/css.js";

test("a colour and how opaque it is stand apart; what is not seen is none", () => {
  assert.deepEqual(colourOf("rgb(11, 111, 194)"), { colour: "#0b6fc2", alpha: 1 });
  assert.deepEqual(colourOf("rgba(11, 111, 194, 0.25)"), { colour: "#0b6fc2", alpha: 0.25 });
  assert.deepEqual(colourOf("color(srgb 1 0.5 0 / 0.16)"), { colour: "#ff8000", alpha: 0.16 });
  assert.equal(painted("fill", "rgba(11, 111, 194, 0.25)", 0.5), ' fill="#0b6fc2" fill-opacity="0.13"');
  for (const nothing of ["none", "transparent", "rgba(0, 0, 0, 0)"]) assert.equal(painted("stroke", nothing), ' stroke="none"');
});

test("of the shadows the rings are drawn, the outermost first", () => {
  const lifted = "rgb(1, 2, 3) 0px 0px 0px 4px, rgb(255, 255, 255) 0px 0px 0px 8px, rgba(0, 0, 0, 0.4) 0px 8px 20px 0px";
  assert.deepEqual(ringsOf(lifted), [{ colour: "rgb(255, 255, 255)", spread: 8 }, { colour: "rgb(1, 2, 3)", spread: 4 }]);
  assert.deepEqual(ringsOf("none"), []);
  assert.deepEqual(ringsOf("rgb(1, 2, 3) 0px 0px 0px 4px inset"), []);
});

/** The points where an outline's pieces meet. */
const corners = (path) => path.match(/[MHVAL][^MHVALZ]*/g).reduce((all, piece) => {
  const [x, y] = all.at(-1) ?? [0, 0], numbers = piece.slice(1).split(" ").map(Number);
  return [...all, { H: () => [numbers[0], y], V: () => [x, numbers[0]] }[piece[0]]?.() ?? numbers.slice(-2)];
}, []);

test("an outline is closed, stays within its box, and has the corners that it was given", () => {
  const box = { x: 10, y: 20, width: 40, height: 21 };
  for (const radii of [["0px", "0px", "0px", "0px"], ["50%", "50%", "50%", "50%"], ["11px", "0px", "11px", "0px"], ["4px 8px", "4px", "4px", "4px"]]) {
    for (const by of [0, 3.5, -1]) {
      const path = outlineOf(box, radii, by), points = corners(path);
      assert.deepEqual(points.at(-1), points[0], path);
      for (const [x, y] of points) assert.ok(x >= 10 - by - 0.01 && x <= 50 + by + 0.01 && y >= 20 - by - 0.01 && y <= 41 + by + 0.01, path);
    }
  }
  assert.equal(outlineOf(box, ["50%", "50%", "50%", "50%"]), "M30 20H30A20 10.5 0 0 1 50 30.5V30.5A20 10.5 0 0 1 30 41H30A20 10.5 0 0 1 10 30.5V30.5A20 10.5 0 0 1 30 20Z");
  const large = outlineOf(box, ["11px", "11px", "11px", "11px"]);
  assert.match(large, /A10\.5 10\.5/, "radii that do not fit are made smaller, as CSS does");
});

test("a gradient from left to right has its colours, anything else none", () => {
  assert.deepEqual(stopsOf("linear-gradient(90deg, rgb(1, 2, 3), rgb(4, 5, 6))"), ["rgb(1, 2, 3)", "rgb(4, 5, 6)"]);
  assert.deepEqual(stopsOf('url("x.png")'), []);
});
