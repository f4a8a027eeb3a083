/**
 * What leaves the page besides pictures: the numbers as CSV, and the figure as a page of its own.
 *
 * @typedef {import("./figure.js").Trace} Trace
 * @typedef {ArrayLike<any>} Column
 */
import { digits, table } from "../saving/csv.js";
import { escaped } from "../saving/files.js";
import { decode, isList } from "./arrays.js";

/** What x, y and z are, where a figure has but one axis of each. @param {import("./figure.js").Layout} layout @returns {Record<string, string>} */
export function axisNames(layout) {
  const several = Object.keys(layout).some((key) => /^([xy]axis|scene)\d+$/.test(key));
  if (several) return {};
  const { xaxis, yaxis, zaxis } = layout.scene ?? layout;
  const titles = Object.entries({ x: xaxis, y: yaxis, z: zaxis }).map(([name, axis]) => [name, axis?.title?.text ?? axis?.title]);
  const words = titles.filter(([, text]) => typeof text === "string" && text).map(([name, text]) => [name, text.replace(/<br\s*\/?>/g, " ").replace(/<[^>]*>/g, "")]);
  return Object.fromEntries(words);
}

/**
 * The numbers of a figure as CSV: one row a point, one column a coordinate, the trace's name first; what else is to be told before
 * all, in lines that begin with "#".
 * @param {Trace[]} traces @param {Record<string, string>} [axes] of {@link axisNames} @param {string[]} [remarks]
 */
export function csv(traces, axes = {}, remarks = []) {
  const tables = traces.map((trace, i) => ({ name: trace.name ?? `${trace.type ?? "scatter"} ${i + 1}`, columns: columnsOf(trace) }));
  const names = [...new Set(tables.flatMap(({ columns }) => Object.keys(columns)))];
  const rows = [["trace", ...names.map((name) => digits(axes[name] ? `${name}: ${axes[name]}` : name))]];
  for (const { name, columns } of tables) {
    const length = Math.max(0, ...Object.values(columns).map((column) => column.length));
    for (let i = 0; i < length; i++)
      rows.push([digits(name), ...names.map((c) => digits(columns[c]?.[i], columns[c] instanceof Float32Array))]);
  }
  return table(remarks, rows);
}

/** @param {Trace} trace @returns {Record<string, Column>} */
function columnsOf(trace) {
  /** @type {Record<string, Column>} */
  const columns = {};
  const sources = { x: trace.x, y: trace.y, z: trace.z, intensity: trace.intensity, surfacecolor: trace.surfacecolor, color: trace.marker?.color };
  for (const [name, source] of Object.entries(sources)) if (isList(decode(source))) columns[name] = decode(source);
  return isList(columns.z?.[0]) ? matrixColumns(columns, columns.z) : columns;
}

/**
 * A matrix trace, cell by cell: x of the column, y of the row (or both of the cell), and every matrix of the same shape.
 * @param {Record<string, Column>} columns @param {ArrayLike<Column>} z @returns {Record<string, Column>}
 */
function matrixColumns(columns, z) {
  const cells = Array.from(z).flatMap((row, i) => Array.from(row, (_, j) => /** @type {[number, number]} */ ([i, j])));
  /** @type {Record<string, (cell: [number, number]) => any>} */
  const cellwise = {
    x: ([i, j]) => (isList(columns.x?.[i]) ? columns.x[i][j] : (columns.x?.[j] ?? j)),
    y: ([i, j]) => (isList(columns.y?.[i]) ? columns.y[i][j] : (columns.y?.[i] ?? i)),
  };
  for (const name of Object.keys(columns)) if (isList(columns[name][0])) cellwise[name] ??= ([i, j]) => columns[name][i][j];
  /** @param {string} name */
  const single = (name) => columns[name] instanceof Float32Array || columns[name]?.[0] instanceof Float32Array;
  return Object.fromEntries(
    Object.entries(cellwise).map(([name, at]) => [name, single(name) ? Float32Array.from(cells.map(at)) : cells.map(at)]),
  );
}

/**
 * A page that shows the figure without any server: plotly.js inside.
 * @param {{library: string, figure: import("./figure.js").Figure, label: string, caption: string, height: number,
 *   link: string}} parts
 */
export function standalone({ library, figure, label, caption, height, link }) {
  /** @param {string} text */
  const inScript = (text) => text.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
  const background = figure.layout?.paper_bgcolor ?? "#ffffff";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(label)}</title>
<style>body { margin: 1rem; background: ${escaped(background)}; font-family: sans-serif; }
p { color: ${escaped(figure.layout?.font?.color ?? "inherit")}; }</style>
<script>${inScript(library)}</script></head>
<body><div id="figure" style="height: ${Number(height)}px"></div><p>${escaped(caption)}</p>
<p><a href="${escaped(link)}">The experiment in permviz</a></p>
<script>Plotly.newPlot("figure", Object.assign(${JSON.stringify(figure).replaceAll("<", "\\u003c")},
  { config: { responsive: true, displaylogo: false } }));</script></body></html>
`;
}
