// One Plotly chart per mounted component: new figures go to Plotly.react, so camera, zoom and hidden traces stay.
// Pure functions first (tested in node), then the loading of plotly.js, then the view. See __init__.py for the wire.

const NARROW = 520; // pixels: below, margins shrink, legends go under the plot, titles wrap
const OPAQUE = new Set(["bdata", "customdata", "ids", "meta"]); // never colours

/** Every colour of the map `from -> to` (lower-case #rrggbb) exchanged, in hex or rgb() form, wherever text carries it; in place. */
export function recolour(value, colours) {
  if (typeof value === "string") return value.includes("#") || value.includes("rgb") ? recolourText(value, colours) : value;
  if (Array.isArray(value)) value.forEach((item, i) => (value[i] = recolour(item, colours)));
  else if (value && typeof value === "object" && !ArrayBuffer.isView(value))
    for (const name of Object.keys(value)) if (!OPAQUE.has(name)) value[name] = recolour(value[name], colours);
  return value;
}

function recolourText(text, colours) {
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

/** Whether a CSS colour (#rgb, #rrggbb, rgb()) is dark; anything else counts as light. */
export function isDark(colour) {
  const hex = /^\s*#([0-9a-f]{3}|[0-9a-f]{6})\b/i.exec(colour);
  const rgb = hex
    ? (hex[1].length === 3 ? [...hex[1]].map((c) => c + c) : hex[1].match(/../g)).map((c) => parseInt(c, 16))
    : (/rgba?\(([^)]*)\)/.exec(colour)?.[1].match(/[\d.]+/g) ?? [255, 255, 255]).map(Number);
  return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2] < 128; // Rec. 709 weights
}

/** The figure fitted to a view of `width` pixels, by mouse or by touch; in place. */
export function fit(figure, { width, touch }) {
  const layout = (figure.layout ??= {});
  withoutInfinities(figure);
  layout.autosize = true;
  delete layout.width;
  delete layout.height;
  layout.uirevision ??= "kept";
  const flat = !Object.keys(layout).some((name) => name.startsWith("scene")) && !figure.data.some(isSpatial);
  if (touch && flat) layout.dragmode = false; // a finger that drags scrolls the page
  if (width > 0 && width < NARROW) narrow(figure, layout, width);
  return figure;
}

const isSpatial = (trace) => /3d$|^(surface|cone|streamtube|volume|isosurface)$/.test(trace.type ?? "");

function narrow(figure, layout, width) {
  const most = { l: 48, r: 12, t: 48, b: 44 };
  layout.margin = { ...layout.margin };
  for (const side of Object.keys(most)) layout.margin[side] = Math.min(layout.margin[side] ?? Infinity, most[side]);
  for (const name of ["xaxis", "yaxis", ...Object.keys(layout).filter((key) => /^[xy]axis\d+$/.test(key))])
    layout[name] = { automargin: true, ...layout[name] };
  layout.legend = { ...layout.legend, orientation: "h", x: 0, xanchor: "left", y: -0.15, yanchor: "top" };
  const title = typeof layout.title === "string" ? { text: layout.title } : layout.title;
  if (title?.text) {
    const size = Math.min(title.font?.size ?? 16, 16);
    layout.title = { ...title, text: wrap(title.text, Math.floor(width / (0.56 * size))), font: { ...title.font, size } };
    layout.margin.t += 1.3 * size * (layout.title.text.split("<br>").length - 1);
  }
  const axes = Object.keys(layout).filter((key) => /^coloraxis\d*$/.test(key)).map((key) => layout[key]);
  const markers = figure.data.map((trace) => trace.marker ?? {}).filter((marker) => marker.colorbar); // an empty one would appear
  for (const scaled of [...axes, ...markers, ...figure.data.filter((trace) => SCALED.test(trace.type))])
    scaled.colorbar = { ...scaled.colorbar, thickness: 10, title: { ...asTitle(scaled.colorbar?.title), side: "right" } };
}

const SCALED = /^(heatmap|contour|histogram2d|histogram2dcontour|mesh3d|surface|volume|isosurface|cone|streamtube)$/;

const asTitle = (title) => (typeof title === "string" ? { text: title } : title);

/** `text` broken with <br> at spaces so that no line is longer than `most` characters (markup not counted) where it can be. */
export function wrap(text, most) {
  return text
    .split(/<br\s*\/?>/)
    .map((line) => {
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

const DTYPES = {
  f8: Float64Array, f4: Float32Array, i4: Int32Array, u4: Uint32Array,
  i2: Int16Array, u2: Uint16Array, i1: Int8Array, u1: Uint8Array, u1c: Uint8ClampedArray,
};

/** Plotly's {dtype, bdata, shape} as (nested) arrays; other values as they are. */
export function decode(value) {
  if (!value || typeof value.bdata !== "string") return value;
  const bytes = Uint8Array.from(atob(value.bdata), (c) => c.charCodeAt(0));
  const flat = new DTYPES[value.dtype](bytes.buffer);
  const [rows, columns] = String(value.shape ?? "").split(",").map(Number);
  return columns ? Array.from({ length: rows }, (_, i) => flat.subarray(i * columns, (i + 1) * columns)) : flat;
}

/** Infinite numbers inside base64 arrays made gaps, as plotly.py does for lists: Plotly would paint them black; in place. */
export function withoutInfinities(value) {
  if (!value || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (typeof value.bdata === "string") {
    if (value.dtype !== "f4" && value.dtype !== "f8") return value;
    const decoded = decode(value);
    const rows = Array.isArray(decoded) ? decoded : [decoded];
    const infinite = rows.filter((row) => row.includes(Infinity) || row.includes(-Infinity));
    for (const row of infinite) row.forEach((number, i) => Math.abs(number) === Infinity && (row[i] = NaN));
    return infinite.length ? decoded : value;
  }
  for (const name of Object.keys(value)) value[name] = withoutInfinities(value[name]);
  return value;
}

const isList = (value) => Array.isArray(value) || ArrayBuffer.isView(value);

/** The shortest decimal that reads back as the same number: of a float32 its own, not that of the double it becomes. */
export function digits(value, single) {
  if (value === null || value === undefined || (typeof value === "number" && Number.isNaN(value))) return "";
  if (typeof value !== "number") return /[",\r\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  for (let n = 6; single && n <= 9; n++) if (Math.fround(Number(value.toPrecision(n))) === value) return String(Number(value.toPrecision(n)));
  return String(value);
}

/** The numbers of a figure as CSV: one row a point, one column a coordinate, the trace's name first. */
export function csv(figure) {
  const tables = figure.data.map((trace, i) => ({ name: trace.name ?? `${trace.type ?? "scatter"} ${i + 1}`, columns: columnsOf(trace) }));
  const names = [...new Set(tables.flatMap(({ columns }) => Object.keys(columns)))];
  const rows = [["trace", ...names].join(",")];
  for (const { name, columns } of tables) {
    const length = Math.max(0, ...Object.values(columns).map((column) => column.length));
    for (let i = 0; i < length; i++)
      rows.push([digits(name), ...names.map((c) => digits(columns[c]?.[i], columns[c] instanceof Float32Array))].join(","));
  }
  return rows.join("\r\n") + "\r\n";
}

function columnsOf(trace) {
  const columns = {};
  const sources = { x: trace.x, y: trace.y, z: trace.z, intensity: trace.intensity, surfacecolor: trace.surfacecolor, color: trace.marker?.color };
  for (const [name, source] of Object.entries(sources)) if (isList(decode(source))) columns[name] = decode(source);
  return isList(columns.z?.[0]) ? matrixColumns(columns, columns.z) : columns;
}

/** A matrix trace, cell by cell: x of the column, y of the row (or both of the cell), and every matrix of the same shape. */
function matrixColumns(columns, z) {
  const cells = [...z].flatMap((row, i) => Array.from(row, (_, j) => [i, j]));
  const cellwise = {
    x: ([i, j]) => (isList(columns.x?.[i]) ? columns.x[i][j] : (columns.x?.[j] ?? j)),
    y: ([i, j]) => (isList(columns.y?.[i]) ? columns.y[i][j] : (columns.y?.[i] ?? i)),
  };
  for (const name of Object.keys(columns)) if (isList(columns[name][0])) cellwise[name] ??= ([i, j]) => columns[name][i][j];
  const single = (name) => columns[name] instanceof Float32Array || columns[name]?.[0] instanceof Float32Array;
  return Object.fromEntries(
    Object.entries(cellwise).map(([name, at]) => [name, single(name) ? Float32Array.from(cells, at) : cells.map(at)]),
  );
}

/** A page that shows the figure without any server: plotly.js inside. */
export function standalone({ library, figure, label, caption, height }) {
  const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const inScript = (text) => text.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
  const background = figure.layout?.paper_bgcolor ?? "#ffffff";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(label)}</title>
<style>body { margin: 1rem; background: ${escape(background)}; font-family: sans-serif; }
p { color: ${escape(figure.layout?.font?.color ?? "inherit")}; }</style>
<script>${inScript(library)}</script></head>
<body><div id="figure" style="height: ${Number(height)}px"></div><p>${escape(caption)}</p>
<script>Plotly.newPlot("figure", Object.assign(${JSON.stringify(figure).replaceAll("<", "\\u003c")},
  { config: { responsive: true, displaylogo: false } }));</script></body></html>
`;
}

/** The message of a click on Plotly's `point`; coordinates that are no finite number or short text become null. */
export function clickMessage(point, identity) {
  const plain = (value) => (Number.isFinite(value) ? value : typeof value === "string" && value.length <= 200 ? value : null);
  const index = point.pointNumber ?? point.pointNumbers?.[0];
  return {
    ...identity, curve: point.curveNumber, point: isList(index) ? Array.from(index) : index,
    x: plain(point.x), y: plain(point.y), z: plain(point.z),
  };
}

// --- plotly.js: fetched once per browser, shared by every plot of the page ---

async function fetchLibrary(path, cache) {
  // Streamlit's own script tells where the app lives, whatever page is shown and whatever path a proxy puts before it.
  const script = document.querySelector('script[src*="/static/js/"]');
  const url = new URL(path, script ? script.src.split("static/js/")[0] : document.baseURI);
  const response = await fetch(url, { cache }); // "force-cache": any stored copy; its name carries the version
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  // One stream for 1.4 MB of gzip: the browser, not the server, unpacks it.
  return new Response(response.body.pipeThrough(new DecompressionStream("gzip"))).text();
}

async function library(path) {
  return fetchLibrary(path, "force-cache").catch(() => fetchLibrary(path, "reload"));
}

function loadPlotly(path) {
  window.permvizPlotly ??= library(path)
    .then(run)
    .catch((error) => {
      window.permvizPlotly = undefined; // so that another attempt may succeed
      throw error;
    });
  return window.permvizPlotly;
}

function run(source) {
  const before = window.Plotly; // Streamlit's, if a native chart has been shown
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.onload = () => {
      const ours = window.Plotly;
      if (before) window.Plotly = before;
      resolve(ours);
    };
    script.onerror = () => reject(new Error("plotly.js did not start"));
    script.src = url;
    document.head.append(script);
  }).finally(() => URL.revokeObjectURL(url));
}

// --- the view ---

const CONFIG = {
  displaylogo: false,
  scrollZoom: false, // the wheel scrolls the page
  responsive: false, // a ResizeObserver sees more than the window
  doubleClickDelay: 400,
  modeBarButtonsToRemove: [
    "toImage", "lasso2d", "select2d", "autoScale2d", "toggleSpikelines", "hoverClosestCartesian", "hoverCompareCartesian",
    "tableRotation", "resetCameraLastSave3d", "hoverClosest3d", "orbitRotation",
  ],
};

const SAVES = {
  PNG: "Save the picture as PNG",
  SVG: "Save the picture as SVG",
  HTML: "Save the interactive figure as a web page (5 MB)",
  CSV: "Save the numbers as CSV",
};

function element(tag, className, properties = {}) {
  return Object.assign(document.createElement(tag), { className }, properties);
}

class View {
  constructor(parent) {
    this.session = crypto.getRandomValues(new Uint32Array(2)).join("-");
    this.clicks = 0;
    this.root = element("figure", "permviz-plot");
    this.canvas = element("div", "permviz-plot-canvas", { role: "img" });
    this.note = element("div", "permviz-plot-note", { role: "status" });
    this.caption = element("figcaption", "permviz-plot-caption");
    this.save = element("div", "permviz-plot-save", { role: "group", ariaLabel: "Save the figure" });
    for (const [name, title] of Object.entries(SAVES)) {
      const button = element("button", "permviz-plot-button", { type: "button", textContent: name, title, ariaLabel: title });
      button.onclick = () => this.export(name).catch((error) => this.fail("The figure could not be saved.", error));
      this.save.append(button);
    }
    const foot = element("div", "permviz-plot-foot");
    foot.append(this.caption, this.save);
    this.root.append(this.canvas, this.note, foot);
    parent.append(this.root);
    this.say("Loading the figure …");
    // Plotly stores an orbit when the mouse button is let go, but not when the finger is.
    this.canvas.addEventListener("touchend", ({ target }) => target.dispatchEvent(new MouseEvent("mouseup", { bubbles: true })));
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.canvas);
  }

  update({ data, setStateValue }) {
    this.data = data;
    this.send = setStateValue;
    this.canvas.style.height = this.note.style.height = `${data.height}px`;
    this.canvas.ariaLabel = [data.label, data.caption].filter(Boolean).join(". ");
    this.caption.textContent = data.caption;
    this.draw();
  }

  /** Paint the newest state; while a painting is under way, remember to paint once more. */
  async draw() {
    this.stale = true;
    if (this.drawing) return;
    this.drawing = true;
    try {
      const Plotly = (this.Plotly = await loadPlotly(this.data.plotly));
      while (this.stale && !this.gone) {
        this.stale = false;
        await this.paint(Plotly);
      }
    } catch (error) {
      this.fail("The figure could not be shown. Is the connection to the server up?", error);
    } finally {
      this.drawing = false;
    }
  }

  async paint(Plotly) {
    const { width, touch, dark } = this.surroundings();
    if (!width) return; // in a closed tab or expander: the observer calls again
    const look = [this.data.digest, this.data.height, dark, touch, width < NARROW && width].join();
    if (look === this.look) return;
    const figure = this.figure();
    if (this.look && this.canvas._transitionData?._frames?.length) await Plotly.animate(this.canvas, [], { mode: "immediate" });
    await Plotly.react(this.canvas, {
      data: figure.data, layout: figure.layout, frames: figure.frames ?? [], config: { ...CONFIG, displayModeBar: touch ? false : "hover" },
    });
    if (!this.shown) this.canvas.on("plotly_click", (event) => this.clicked(event));
    this.look = look;
    this.shown = this.data.digest;
    this.note.hidden = true;
    this.root.dataset.drawn = this.data.digest;
  }

  surroundings() {
    return {
      width: this.canvas.clientWidth,
      touch: matchMedia("(pointer: coarse)").matches,
      dark: isDark(getComputedStyle(this.root).getPropertyValue("--st-background-color")),
    };
  }

  /** The newest figure in the colours of the theme, fitted to the view. */
  figure() {
    const surroundings = this.surroundings();
    const figure = fit(JSON.parse(this.data.figure), surroundings);
    if (surroundings.dark) recolour(figure, this.data.colours);
    figure.layout.modebar ??= { bgcolor: "rgba(0,0,0,0)", color: getComputedStyle(this.root).color };
    return figure;
  }

  resize() {
    if (!this.Plotly || this.gone || !this.canvas.clientWidth) return;
    if (this.look && this.canvas._fullLayout) this.Plotly.Plots.resize(this.canvas);
    this.draw(); // the narrow layout depends on the width
  }

  clicked(event) {
    const point = event.points?.[0];
    if (!this.data.clickable || !point) return;
    // Numbered state, not a trigger: triggers are lost while the page runs.
    this.send("click", clickMessage(point, { session: this.session, number: ++this.clicks, digest: this.shown }));
  }

  async export(kind) {
    if (!this.look) return;
    const { filename, label, caption, height, plotly } = this.data;
    const { data, layout } = this.canvas;
    if (kind === "PNG" || kind === "SVG") {
      const size = { width: this.canvas.clientWidth, height };
      await this.Plotly.downloadImage(this.canvas, { format: kind.toLowerCase(), filename, scale: kind === "PNG" ? 2 : 1, ...size });
    } else if (kind === "CSV") download(csv({ data }), `${filename}.csv`, "text/csv");
    else {
      const { data: traces, frames } = this.figure(); // compact arrays; the layout as it stands, camera included
      const page = standalone({ library: await library(plotly), figure: { data: traces, layout, frames }, label, caption, height });
      download(page, `${filename}.html`, "text/html");
    }
  }

  say(sentence) {
    this.note.hidden = false;
    this.note.replaceChildren(sentence);
  }

  fail(sentence, error) {
    console.error(error);
    this.say(sentence);
    const again = element("button", "permviz-plot-button", { type: "button", textContent: "Try again" });
    again.onclick = () => {
      this.look = undefined;
      this.say("Loading the figure …");
      this.draw();
    };
    this.note.append(again);
  }

  destroy() {
    this.gone = true;
    this.observer.disconnect();
    this.Plotly?.purge(this.canvas);
    this.root.remove();
  }
}

function download(text, name, type) {
  const link = element("a", "", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

const views = new WeakMap();

export default function (component) {
  const parent = component.parentElement;
  let view = views.get(parent);
  if (!view) views.set(parent, (view = new View(parent)));
  view.update(component);
  const host = parent.host ?? parent;
  return () => {
    if (host.isConnected) return; // an earlier render was superseded; the view lives on
    view.destroy();
    views.delete(parent);
  };
}
