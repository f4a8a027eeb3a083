/**
 * A figure made to suit where it is shown: the colours of the theme, the width of the view, mouse or finger.
 *
 * @typedef {Record<string, any>} Trace  what Plotly makes of it is Plotly's matter
 * @typedef {Record<string, any>} Layout
 * @typedef {{data: Trace[], layout: Layout, frames?: object[]}} Figure
 */
import { withoutInfinities } from "./arrays.js";

const NARROW = 520; // pixels: below, margins shrink, legends go over the plot, titles wrap
const OPAQUE = new Set(["bdata", "customdata", "ids", "meta"]); // never colours

/** @param {number} width */
export const isNarrow = (width) => width > 0 && width < NARROW;

/**
 * Every colour of the map `from -> to` (lower-case #rrggbb) exchanged, in hex or rgb() form, wherever text carries it; in place.
 * @param {any} value @param {Record<string, string>} colours @returns {any}
 */
export function recolour(value, colours) {
  if (typeof value === "string") return value.includes("#") || value.includes("rgb") ? recolourText(value, colours) : value;
  if (Array.isArray(value)) value.forEach((item, i) => (value[i] = recolour(item, colours)));
  else if (value && typeof value === "object" && !ArrayBuffer.isView(value))
    for (const name of Object.keys(value)) if (!OPAQUE.has(name)) value[name] = recolour(value[name], colours);
  return value;
}

/** @param {string} text @param {Record<string, string>} colours */
function recolourText(text, colours) {
  /** @param {string} hex */
  const triple = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)).join(", ");
  return text
    .replace(/#[0-9a-f]{6}(?:[0-9a-f]{2})?\b/gi, (hex) => {
      const to = colours[hex.slice(0, 7).toLowerCase()];
      return to ? to + hex.slice(7) : hex;
    })
    .replace(/rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*(?:,\s*([\d.]+)\s*)?\)/g, (all, r, g, b, alpha) => {
      const to = colours["#" + [r, g, b].map((c) => Number(c).toString(16).padStart(2, "0")).join("")];
      return to ? (alpha === undefined ? `rgb(${triple(to)})` : `rgba(${triple(to)}, ${alpha})`) : all;
    });
}

/**
 * The figure fitted to a view of `width` pixels, by mouse or by touch; in place.
 * @param {Figure} figure @param {{width: number, touch?: boolean}} view
 */
export function fit(figure, { width, touch }) {
  const layout = (figure.layout ??= {});
  withoutInfinities(figure);
  layout.autosize = true;
  delete layout.width;
  delete layout.height;
  layout.uirevision ??= "kept";
  const flat = !Object.keys(layout).some((name) => name.startsWith("scene")) && !figure.data.some(isSpatial);
  if (touch && flat) layout.dragmode = false; // a finger that drags scrolls the page
  if (isNarrow(width)) narrow(figure, layout, width);
  return figure;
}

/**
 * How high the figure is to be drawn, given the height that it was made for: a square map in a narrow view needs no more room
 * than its square and what stands round it.
 * @param {Figure} figure fitted to that width @param {number} width @param {number} height
 */
export function heightOf({ layout }, width, height) {
  const { l = 80, r = 80, t = 100, b = 80 } = layout.margin ?? {};
  const bar = 70; // the colour bar and its numbers, at its side
  return isNarrow(width) && layout.yaxis?.scaleanchor ? Math.min(height, Math.round(width - l - r - bar + t + b + 24)) : height;
}

/** @param {Trace} trace */
const isSpatial = (trace) => /3d$|^(surface|cone|streamtube|volume|isosurface)$/.test(trace.type ?? "");

/** @param {Figure} figure @param {Layout} layout @param {number} width */
function narrow(figure, layout, width) {
  const most = { l: 48, r: 20, b: 44 };
  layout.margin = { ...layout.margin };
  for (const [side, room] of Object.entries(most)) layout.margin[side] = Math.min(layout.margin[side] ?? 80, room);
  for (const name of ["xaxis", "yaxis", ...Object.keys(layout).filter((key) => /^[xy]axis\d+$/.test(key))])
    layout[name] = { automargin: true, ...layout[name] };
  layout.legend = { ...layout.legend, orientation: "h", x: 0, xanchor: "left", yref: "paper", y: 1, yanchor: "bottom" };
  layout.margin.t = Math.max(12, narrowTitle(layout, width) + over(layout) + legendHeight(figure, layout, width));
  for (const name of Object.keys(layout).filter((key) => key.startsWith("scene"))) stepBack(layout[name]);
  const square = layout.yaxis?.scaleanchor && { lenmode: "pixels", len: width - 120 }; // as tall as the map
  const axes = Object.keys(layout).filter((key) => /^coloraxis\d*$/.test(key)).map((key) => layout[key]);
  const markers = figure.data.map((trace) => trace.marker ?? {}).filter((marker) => marker.colorbar); // an empty one would appear
  for (const scaled of [...axes, ...markers, ...figure.data.filter((trace) => SCALED.test(trace.type))]) {
    const bar = { ...scaled.colorbar, thickness: 10 };
    if (isSpatial(scaled) && bar.orientation !== "h") {
      Object.assign(bar, { orientation: "h", x: 0.5, xanchor: "center", y: 0, yanchor: "top", len: 0.8 });
      bar.title = { ...asTitle(bar.title), side: "top" };
      if (scaled.showscale !== false) layout.margin.b = 44;
    } else if (bar.orientation !== "h") Object.assign(bar, square, { title: { ...asTitle(bar.title), side: "right" } });
    scaled.colorbar = bar;
  }
}

/** The title wrapped, at the top; the pixels that it takes. @param {Layout} layout @param {number} width */
function narrowTitle(layout, width) {
  const title = typeof layout.title === "string" ? { text: layout.title } : layout.title;
  if (!title?.text) return 0;
  const size = Math.min(title.font?.size ?? 16, 16);
  const text = wrap(title.text, Math.floor(width / (0.56 * size)));
  const lines = text.split("<br>").length;
  const pad = { t: 6 + 0.65 * size * (lines - 1) }; // Plotly lifts further lines by half their height
  const place = { xref: "container", x: 0.02, xanchor: "left", yref: "container", y: 1, yanchor: "top", pad };
  layout.title = { ...title, text, font: { ...title.font, size }, ...place };
  return 14 + 1.3 * size * lines;
}

/** Pixels for the titles of subplots. @param {Layout} layout */
const over = ({ annotations = [] }) =>
  annotations.some((/** @type {Layout} */ { yref, y, yanchor }) => yref === "paper" && y >= 0.99 && yanchor === "bottom") ? 22 : 0;

/**
 * Pixels of the legend over the plot: on one line, or in columns as wide as its longest entry.
 * @param {Figure} figure @param {Layout} layout @param {number} width
 */
function legendHeight(figure, layout, width) {
  const listed = figure.data.filter(({ type, showlegend }) => showlegend !== false && !SCALED.test(type ?? ""));
  const shown = listed.length > 1 || listed.some(({ showlegend }) => showlegend);
  if (layout.showlegend === false || !shown) return 0;
  const room = width - layout.margin.l - layout.margin.r;
  const size = layout.legend.font?.size ?? layout.font?.size ?? 12;
  const widths = listed.map(({ name = "" }) => 45 + 0.52 * size * name.replace(/<[^>]*>/g, "").length);
  const columns = Math.max(1, Math.floor(room / Math.max(...widths)));
  const lines = widths.reduce((sum, one) => sum + one, 0) <= room ? 1 : Math.ceil(listed.length / columns);
  return 8 + 1.4 * size * lines;
}

/** The camera of a scene further away: a view that is taller than wide cuts a scene off at its sides. @param {Layout} scene */
function stepBack(scene) {
  const { camera, aspectratio } = scene;
  if (camera?.projection?.type === "orthographic") scene.aspectratio = scaled(aspectratio ?? { x: 1, y: 1, z: 1 }, 1 / STEP);
  else scene.camera = { ...camera, eye: scaled(camera?.eye ?? { x: 1.25, y: 1.25, z: 1.25 }, STEP) };
}

const STEP = 1.15;
/** @param {{x: number, y: number, z: number}} point @param {number} by */
const scaled = ({ x, y, z }, by) => ({ x: x * by, y: y * by, z: z * by });

const SCALED = /^(heatmap|contour|histogram2d|histogram2dcontour|mesh3d|surface|volume|isosurface|cone|streamtube)$/;

/** @param {any} title text or Plotly's title */
const asTitle = (title) => (typeof title === "string" ? { text: title } : title);

/**
 * `text` broken with <br> at spaces so that no line is longer than `most` characters (markup not counted) where it can be.
 * @param {string} text @param {number} most
 */
export function wrap(text, most) {
  return text
    .split(/<br\s*\/?>/)
    .map((line) => {
      /** @type {string[]} */
      const lines = [];
      for (const word of line.split(" ")) {
        const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
        if (lines.length && longer.replace(/<[^>]*>/g, "").length <= most) lines[lines.length - 1] = longer;
        else lines.push(word);
      }
      return lines.join("<br>");
    })
    .join("<br>");
}
