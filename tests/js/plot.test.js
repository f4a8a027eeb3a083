// The pure functions of permviz/components/plot.
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { isDark } from "../../permviz/components/colours.js";
import * as arrays from "../../permviz/components/plot/arrays.js";
import * as figures from "../../permviz/components/plot/figure.js";
import * as handle from "../../permviz/components/plot/handle.js";
import { clickMessage } from "../../permviz/components/plot/click.js";
import * as saving from "../../permviz/components/plot/saving.js";
import * as numbers from "../../permviz/components/saving/csv.js";
import * as files from "../../permviz/components/saving/files.js";

const plot = { ...arrays, ...figures, ...saving, ...numbers, ...files, clickMessage };
const COLOURS = { "#0b6fc2": "#5fb2f7", "#ffffff": "#10151a" };
const bdata = (array, shape) => ({
  dtype: { Float32Array: "f4", Float64Array: "f8", Int8Array: "i1" }[array.constructor.name],
  bdata: Buffer.from(array.buffer).toString("base64"),
  ...(shape && { shape }),
});

test("recolour exchanges exactly the mapped colours, in every notation", () => {
  const cases = {
    "#0b6fc2": "#5fb2f7",
    "#0B6FC2": "#5fb2f7",
    "#0b6fc280": "#5fb2f780",
    "rgb(11,111,194)": "rgb(95, 178, 247)",
    "rgba(11, 111, 194, 0.25)": "rgba(95, 178, 247, 0.25)",
    "<b style='color:#0b6fc2'>x</b> on #ffffff": "<b style='color:#5fb2f7'>x</b> on #10151a",
    "#0b6fc3": "#0b6fc3",
    "rgb(11,111,195)": "rgb(11,111,195)",
    Viridis: "Viridis",
    "#fff": "#fff",
  };
  for (const [from, to] of Object.entries(cases)) assert.equal(plot.recolour(from, COLOURS), to);
});

test("recolour reaches colour scales, templates and lists, and leaves data alone", () => {
  const z = { dtype: "f4", bdata: "#ffffff" };
  const figure = {
    data: [{ colorscale: [[0, "#ffffff"], [1, "#0b6fc2"]], marker: { color: ["#0b6fc2", 3, null] }, customdata: ["#0b6fc2"], z }],
    layout: { template: { layout: { paper_bgcolor: "#ffffff" } } },
  };
  assert.deepEqual(plot.recolour(structuredClone(figure), COLOURS), {
    data: [{ colorscale: [[0, "#10151a"], [1, "#5fb2f7"]], marker: { color: ["#5fb2f7", 3, null] }, customdata: ["#0b6fc2"], z }],
    layout: { template: { layout: { paper_bgcolor: "#10151a" } } },
  });
});

test("isDark", () => {
  for (const dark of ["#10151a", " #000", "rgb(16, 21, 26)", "rgba(16,21,26,1)"]) assert.equal(isDark(dark), true, dark);
  for (const light of ["#ffffff", "#fff", "rgb(250, 250, 250)", "", "unheard-of"]) assert.equal(isDark(light), false, light);
});

test("decode reads plotly's typed arrays and lets everything else pass", () => {
  assert.deepEqual(plot.decode(bdata(new Float64Array([1, NaN, 3]))), new Float64Array([1, NaN, 3]));
  const rows = plot.decode(bdata(new Int8Array([1, 2, 3, 4, 5, 6]), "2, 3"));
  assert.deepEqual(rows.map((row) => [...row]), [[1, 2, 3], [4, 5, 6]]);
  assert.deepEqual(plot.decode([1, 2]), [1, 2]);
  assert.equal(plot.decode(undefined), undefined);
});

test("infinite numbers become gaps; arrays without them stay compact", () => {
  const clean = bdata(new Float32Array([1, NaN]));
  const figure = plot.withoutInfinities({ data: [{ x: clean, z: bdata(new Float32Array([1, Infinity, -Infinity, 4]), "2, 2") }] });
  assert.equal(figure.data[0].x, clean);
  assert.deepEqual(figure.data[0].z.map((row) => [...row]), [[1, NaN], [NaN, 4]]);
});

test("fit: the container decides the size, a wide view keeps margins, uirevision is only a default", () => {
  const figure = plot.fit({ data: [{}], layout: { width: 900, height: 9, margin: { l: 90 }, uirevision: 3 } }, { width: 1000, touch: false });
  assert.deepEqual(figure.layout, { autosize: true, margin: { l: 90 }, uirevision: 3 });
  assert.equal(plot.fit({ data: [] }, { width: 1000 }).layout.uirevision, "kept");
});

test("fit: a phone gets small margins, a wrapped title, thin colour bars and a legend above", () => {
  const title = { text: "The loss on the plane through three permuted copies of one network" };
  const { data, layout } = plot.fit({ data: [{ type: "heatmap" }, { marker: {} }], layout: { title, margin: { l: 90, r: 5 } } }, { width: 358, touch: true });
  assert.ok(layout.margin.l <= 48 && layout.margin.r === 5);
  assert.ok(layout.title.text.includes("<br>") && layout.title.text.replaceAll("<br>", " ") === title.text);
  assert.equal(data[0].colorbar.thickness, 10);
  assert.deepEqual(data[1], { marker: {} }, "a colour bar that was not there must not appear");
  assert.deepEqual([layout.legend.orientation, layout.legend.y, layout.legend.yanchor], ["h", 1, "bottom"]);
});

test("fit: on a phone the top margin holds title, legend and titles of subplots", () => {
  const top = (data, layout) => plot.fit({ data, layout }, { width: 358 }).layout.margin.t;
  const two = [{ name: "one" }, { name: "two" }];
  const plain = top([{}], { title: "short" });
  assert.ok(top(two, { title: "short" }) >= plain + 16);
  assert.equal(top(two, { title: "short", showlegend: false }), plain);
  assert.ok(top([{ name: "a".repeat(30) }, { name: "b".repeat(30) }], {}) >= top(two, {}) + 16, "long names take a line each");
  assert.ok(top([{}], { title: "short", annotations: [{ yref: "paper", y: 1, yanchor: "bottom" }] }) >= plain + 16);
});

test("fit: on a phone a camera stands further away, and a colour bar in space lies below", () => {
  const eye = { x: 1, y: -1, z: 0.5 };
  const scene = (width, camera) => plot.fit({ data: [], layout: { scene: { camera } } }, { width }).layout.scene;
  assert.ok(Math.hypot(...Object.values(scene(358, { eye }).camera.eye)) > 1.7 && scene(900, { eye }).camera.eye.x === 1);
  assert.ok(scene(358, { eye, projection: { type: "orthographic" } }).aspectratio.x < 1);
  const { data } = plot.fit({ data: [{ type: "surface", colorbar: { title: "loss" } }] }, { width: 358 });
  assert.deepEqual([data[0].colorbar.orientation, data[0].colorbar.title], ["h", { text: "loss", side: "top" }]);
});

test("a square map is as high as it is wide on a phone; everything else keeps its height", () => {
  const map = () => plot.fit({ data: [{ type: "heatmap" }], layout: { yaxis: { scaleanchor: "x" } } }, { width: 358 });
  const height = plot.heightOf(map(), 358, 600);
  const { l, r, t, b } = map().layout.margin;
  assert.ok(height < 480 && height >= 358 - l - r - 80 + t + b, "the square has its room");
  assert.equal(plot.heightOf(map(), 358, 200), 200);
  assert.equal(plot.heightOf(plot.fit({ data: [{}], layout: {} }, { width: 358 }), 358, 600), 600);
  assert.equal(plot.heightOf(map(), 900, 600), 600);
});

test("fit: a finger scrolls the page over a flat figure and turns a spatial one", () => {
  const touch = (type, layout = {}) => plot.fit({ data: [{ type }], layout }, { width: 800, touch: true }).layout.dragmode;
  assert.equal(touch("heatmap"), false);
  assert.equal(touch(undefined), false);
  assert.equal(touch("surface"), undefined);
  assert.equal(touch("scatter3d"), undefined);
  assert.equal(plot.fit({ data: [{}], layout: { dragmode: "pan" } }, { width: 800, touch: false }).layout.dragmode, "pan");
});

test("wrap counts letters, not markup, and keeps given breaks", () => {
  assert.equal(plot.wrap("one two three", 7), "one two<br>three");
  assert.equal(plot.wrap("<b>one</b> two three", 7), "<b>one</b> two<br>three");
  assert.equal(plot.wrap("a<br>b", 7), "a<br>b");
  assert.equal(plot.wrap("indivisible", 3), "indivisible");
});

test("digits: shortest decimals that read back, empty for gaps, quoted text", () => {
  assert.equal(plot.digits(Math.fround(0.1), true), "0.1");
  assert.equal(plot.digits(0.1 + 0.2, false), "0.30000000000000004");
  for (const gap of [NaN, null, undefined]) assert.equal(plot.digits(gap, false), "");
  assert.equal(plot.digits('a "b", c', false), '"a ""b"", c"');
  let state = 1;
  for (let i = 0; i < 1000; i++) {
    state = (state * 48271) % 2147483647; // Park and Miller's generator: a seeded sample
    const value = Math.fround(state / 1234567);
    assert.equal(Math.fround(Number(plot.digits(value, true))), value);
  }
});

test("csv: points and matrices, one row each", () => {
  const line = { name: "loss, A to B", x: bdata(new Float32Array([0, 0.1])), y: [1, null] };
  const heat = { type: "heatmap", x: [10, 20], y: [1, 2], z: bdata(new Float64Array([1, 2, 3, NaN]), "2, 2") };
  assert.equal(
    plot.csv([line, heat]),
    ["trace,x,y,z", '"loss, A to B",0,1,', '"loss, A to B",0.1,,', "heatmap 2,10,1,1", "heatmap 2,20,1,2", "heatmap 2,10,2,3", "heatmap 2,20,2,", ""].join("\r\n"),
  );
});

test("csv: columns say what they are, where there is one axis of each; remarks stand above", () => {
  const title = { text: "<i>t</i>, from A to B" };
  const axes = plot.axisNames({ xaxis: { title }, yaxis: { title: "loss" } });
  assert.equal(plot.csv([{ name: "a", x: [0], y: [1] }], axes, ["A line"]), '# A line\r\ntrace,"x: t, from A to B",y: loss\r\na,0,1\r\n');
  assert.deepEqual(plot.axisNames({ scene: { xaxis: { title }, zaxis: { title: { text: "loss" } } } }), { x: "t, from A to B", z: "loss" });
  assert.deepEqual(plot.axisNames({ xaxis: { title }, xaxis2: { title: "other" } }), {});
});

test("csv: a parametric surface keeps the coordinates of each cell, a mesh its vertices", () => {
  const surface = { type: "surface", x: [[1, 2]], y: [[3, 4]], z: [[5, 6]], surfacecolor: [[7, 8]] };
  assert.equal(plot.csv([surface]), "trace,x,y,z,surfacecolor\r\nsurface 1,1,3,5,7\r\nsurface 1,2,4,6,8\r\n");
  const mesh = { type: "mesh3d", x: [1, 2], y: [3, 4], z: [5, 6], intensity: [0, 1], i: [0] };
  assert.equal(plot.csv([mesh]), "trace,x,y,z,intensity\r\nmesh3d 1,1,3,5,0\r\nmesh3d 1,2,4,6,1\r\n");
});

test("standalone: nothing in the figure can end its script or become markup", () => {
  const figure = { data: [{ name: "</script><img src=x>" }], layout: {} };
  const page = plot.standalone({ library: "lib</script>lib", figure, label: "<i>", caption: "a < b", height: 300, link: 'http://x/?a=1&b="' });
  assert.equal(page.match(/<\/script/g).length, 2);
  assert.ok(page.includes('<a href="http://x/?a=1&amp;b=&quot;">'));
  assert.ok(!page.includes("<img") && page.includes("&lt;i&gt;") && page.includes("a &lt; b"));
});

test("download: a link to the text under the file's name is clicked", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const links = [];
  globalThis.document = { createElement: (tag) => (links.push({ tag, click() { this.clicked = true; } }), links.at(-1)) };
  try {
    plot.download("x,y\r\n1,2\r\n", "numbers.csv", "text/csv");
  } finally {
    delete globalThis.document;
  }
  const [{ tag, href, ...link }] = links;
  assert.deepEqual([tag, link.download, link.clicked], ["a", "numbers.csv", true]);
  assert.equal(await (await fetch(href)).text(), "x,y\r\n1,2\r\n");
  t.mock.timers.tick(60_000);
  await assert.rejects(fetch(href), "the browser is not left holding the text");
});

test("fileName says page and content, in letters that every file system takes", () => {
  globalThis.document = { title: "Loss slices · permviz" };
  try {
    assert.equal(plot.fileName("(a·w − 1)², é/../x"), "permviz-loss-slices-a-w-1-2-e-x");
    assert.ok(plot.fileName("word ".repeat(50)).length <= 80);
  } finally {
    delete globalThis.document;
  }
});

test("a picture and a drawing carry where they come from; the picture's checksum is zlib's", async () => {
  const png = Uint8Array.from({ length: 60 }, (_, i) => i), link = "http://x/?a=1&b=é";
  const bytes = Buffer.from(await plot.pngWithSource(png, "A <line>", link).arrayBuffer());
  assert.deepEqual([...bytes.subarray(0, 33), ...bytes.subarray(-27)], [...png]);
  assert.ok(bytes.includes(Buffer.from(`iTXtSource\0\0\0\0\0${link}`)));
  const inside = bytes.subarray(37, 37 + 4 + bytes.readUInt32BE(33));
  assert.equal(bytes.readUInt32BE(37 + inside.length), crc32(inside));
  const svg = plot.svgWithSource('<svg width="1"><g/></svg>', "A <line>", link);
  assert.equal(svg, '<svg width="1"><title>A &lt;line&gt;</title><metadata>http://x/?a=1&amp;b=é</metadata><g/></svg>');
});

test("clickMessage carries plain numbers and short text only", () => {
  const identity = { session: "s", number: 1, digest: "d" };
  const message = plot.clickMessage({ curveNumber: 2, pointNumber: [3, 4], x: NaN, y: "label", z: new Date(0) }, identity);
  assert.deepEqual(message, { ...identity, curve: 2, point: [3, 4], x: null, y: "label", z: null });
});

test("the handle is the trace that says so; its images are those of the matrices; ranges hold in either direction", () => {
  assert.equal(handle.handleOf([{}, { meta: { follow: [] } }, { meta: { handle: true } }]), 2);
  assert.equal(handle.handleOf([{}, { meta: "handle" }]), -1);
  const maps = [[[1, 0], [0, 1]], [[0, -1], [1, 0]], [[2, 3], [5, 7]]];
  assert.deepEqual(handle.images(maps, [10, 1]), { x: [10, -1, 23], y: [1, 10, 57] });
  for (const range of [[-5, 5], [5, -5]]) assert.deepEqual([-9, 0, 9].map((v) => handle.within(v, range)), [-5, 0, 5]);
});
