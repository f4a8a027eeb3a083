// A figure for a large window.
import assert from "node:assert/strict";
import { test } from "node:test";
import { grown } from "../../permviz/components/plot/growing.js";

const figure = () => ({
  data: [
    { type: "scatter", x: [1, 2], y: { dtype: "f4", bdata: "AAAA", size: 3 }, marker: { size: 7, line: { width: 2 } }, line: { width: 3 }, textfont: { size: 12 } },
    { type: "scatter", marker: { size: [5, 6], color: [1, 2] }, customdata: [{ font: { size: 1 } }] },
    { type: "contour", contours: { start: 0, size: 0.5 }, colorbar: { thickness: 16, len: 0.75 } },
  ],
  layout: {
    font: { size: 14, family: "sans" }, margin: { l: 64, t: 48 }, width: 9, xaxis: { range: [0, 8], tickfont: { size: 12 } },
    annotations: [{ x: 2, y: 3, ax: 0, ay: -38, borderpad: 3, font: { size: 13 } }], coloraxis: { colorbar: { lenmode: "pixels", len: 200 } },
  },
  frames: [{ data: [{ marker: { size: 4 } }] }],
});

test("lengths in pixels grow, numbers of the data stay", () => {
  const { data: [line, marks, map], layout, frames } = grown(figure(), 1.5);
  assert.deepEqual([line.marker, line.line, line.textfont], [{ size: 10.5, line: { width: 3 } }, { width: 4.5 }, { size: 18 }]);
  assert.deepEqual([line.x, line.y], [[1, 2], { dtype: "f4", bdata: "AAAA", size: 3 }]);
  assert.deepEqual(marks, { type: "scatter", marker: { size: [5, 6], color: [1, 2], sizeref: 1 / 1.5 }, customdata: [{ font: { size: 1 } }] });
  assert.deepEqual(map, { type: "contour", contours: { start: 0, size: 0.5 }, colorbar: { thickness: 24, len: 0.75 } });
  assert.deepEqual(layout, {
    font: { size: 21, family: "sans" }, margin: { l: 96, t: 72 }, width: 9, xaxis: { range: [0, 8], tickfont: { size: 18 } },
    annotations: [{ x: 2, y: 3, ax: 0, ay: -57, borderpad: 4.5, font: { size: 19.5 } }], coloraxis: { colorbar: { lenmode: "pixels", len: 300 } },
  });
  assert.equal(frames[0].data[0].marker.size, 6);
});

test("a window that is not large leaves every figure as it is", () => {
  assert.deepEqual(grown(figure(), 1), figure());
});
