/**
 * One Plotly chart per mounted component: new figures go to Plotly.react, so camera, zoom and hidden traces stay.
 *
 * @typedef {import("../mounting.js").Component} Component
 * @typedef {{figure: string, digest: string, plotly: string, label: string, caption: string, height: number, filename: string,
 *   clickable: boolean, colours: Record<string, string>, steps: import("./player.js").Steps | null}} Data
 *   what permviz.components.plot.wire.encode_picture wrote
 * @typedef {"PNG" | "SVG" | "HTML" | "CSV"} Form
 */
import { isDark } from "../colours.js";
import { mounted, styleSheet } from "../mounting.js";
import { clickMessage } from "./click.js";
import { fit, isNarrow, recolour } from "./figure.js";
import { Handle } from "./handle.js";
import { library, loadPlotly } from "./library.js";
import { laidOver, Player } from "./player.js";
import { csv, download, standalone } from "./saving.js";
import { turnButtons } from "./turning.js";

const sheet = await styleSheet(new URL("plot.css", import.meta.url));

const CONFIG = {
  displaylogo: false,
  scrollZoom: false, // the wheel scrolls the page
  responsive: false, // a ResizeObserver sees more than the window
  doubleClickDelay: 400,
  modeBarButtonsToRemove: [
    "sendChartToCloud", "toImage", "lasso2d", "select2d", "autoScale2d", "toggleSpikelines", "hoverClosestCartesian",
    "hoverCompareCartesian", "tableRotation", "resetCameraLastSave3d", "hoverClosest3d", "orbitRotation",
  ],
};

/** @type {[Form, string][]} */
const SAVES = [
  ["PNG", "Save the picture as PNG"],
  ["SVG", "Save the picture as SVG"],
  ["HTML", "Save the interactive figure as a web page (5 MB)"],
  ["CSV", "Save the numbers as CSV"],
];

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {string} className @param {Partial<HTMLElementTagNameMap[T]>} [properties] @returns {HTMLElementTagNameMap[T]}
 */
function element(tag, className, properties = {}) {
  return Object.assign(document.createElement(tag), { className }, properties);
}

class View {
  /** @type {Data} */ data;
  /** @type {Component["setStateValue"]} */ send;
  /** @type {import("./library.js").Plotly} once it is loaded */ Plotly;
  /** @type {string | undefined} how the figure was drawn: the same again would be drawn in vain */ look;
  /** @type {string | undefined} digest of the figure drawn */ shown;
  stale = false;
  drawing = false;
  gone = false;
  clicks = 0;

  /** @param {ParentNode} parent */
  constructor(parent) {
    this.session = crypto.getRandomValues(new Uint32Array(2)).join("-");
    this.root = element("figure", "permviz-plot");
    /** @type {import("./handle.js").Canvas} */
    this.canvas = element("div", "permviz-plot-canvas", { role: "img" });
    this.note = element("div", "permviz-plot-note", { role: "status" });
    this.caption = element("figcaption", "permviz-plot-caption");
    this.save = element("div", "permviz-plot-save", { role: "group", ariaLabel: "Save the figure" });
    for (const [form, title] of SAVES) {
      const button = element("button", "permviz-plot-button", { type: "button", textContent: form, title, ariaLabel: title });
      button.onclick = () => this.export(form).catch((error) => this.fail("The figure could not be saved.", error));
      this.save.append(button);
    }
    const foot = element("div", "permviz-plot-foot");
    foot.append(this.caption, this.save);
    this.player = new Player(this.session, {
      moved: () => this.draw(),
      left: (at, number) => this.send("step", { session: this.session, number, digest: this.data.digest, at }),
    });
    const stage = element("div", "permviz-plot-stage");
    stage.append(this.canvas, this.note);
    this.root.append(this.player.root, stage, foot);
    parent.append(this.root);
    this.say("Loading the figure …");
    // Plotly stores an orbit when the mouse button is let go, but not when the finger is.
    this.canvas.addEventListener("touchend", ({ target }) => target?.dispatchEvent(new MouseEvent("mouseup", { bubbles: true })));
    this.handle = new Handle(this.canvas, () => this.Plotly, (trace, [x, y]) => this.tell({ curveNumber: trace, pointNumber: 0, x, y }));
    this.turn = turnButtons(this.canvas, () => this.Plotly);
    this.note.after(this.turn);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.canvas);
  }

  /** @param {Component} component */
  update({ data, setStateValue }) {
    this.data = data;
    this.send = setStateValue;
    this.canvas.style.height = this.note.style.height = `${data.height}px`;
    this.canvas.ariaLabel = [data.label, data.caption].filter(Boolean).join(". ");
    this.caption.textContent = data.caption;
    this.player.update(data.steps, data.digest);
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

  /** @param {import("./library.js").Plotly} Plotly */
  async paint(Plotly) {
    const { width, touch, dark } = this.surroundings();
    if (!width) return; // in a closed tab or expander: the observer calls again
    const look = [this.data.digest, this.data.height, dark, touch, isNarrow(width) && width, this.player.at].join();
    if (look === this.look) return;
    const figure = this.figure();
    if (this.look && this.canvas._transitionData?._frames?.length) await Plotly.animate(this.canvas, [], { mode: "immediate" });
    await Plotly.react(this.canvas, {
      data: figure.data, layout: figure.layout, frames: figure.frames ?? [], config: { ...CONFIG, displayModeBar: touch ? false : "hover" },
    });
    if (!this.shown) this.canvas.on("plotly_click", (/** @type {Record<string, any>} */ event) => this.tell(event.points?.[0]));
    this.turn.hidden = !this.canvas._fullLayout.scene;
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
    const given = JSON.parse(this.data.figure);
    const figure = fit(this.data.steps ? laidOver(given, this.player.at) : given, surroundings);
    if (surroundings.dark) recolour(figure, this.data.colours);
    figure.layout.modebar ??= { bgcolor: "rgba(0,0,0,0)", color: getComputedStyle(this.root).color };
    return figure;
  }

  resize() {
    if (!this.Plotly || this.gone || !this.canvas.clientWidth) return;
    if (this.look && this.canvas._fullLayout) this.Plotly.Plots.resize(this.canvas);
    this.draw(); // the narrow layout depends on the width
  }

  /** A point that was clicked, or to which the handle was moved. @param {Record<string, any> | undefined} point */
  tell(point) {
    if (this.data.steps && Number.isInteger(point?.customdata)) {
      this.player.stop();
      this.player.go(point?.customdata);
      this.player.leave();
    }
    if (!this.data.clickable || !point) return;
    // Numbered state, not a trigger: triggers are lost while the page runs.
    this.send("click", clickMessage(point, { session: this.session, number: ++this.clicks, digest: this.shown }));
  }

  /** @param {Form} form */
  async export(form) {
    if (!this.look) return;
    const { filename, label, caption, height, plotly } = this.data;
    const { data, layout } = this.canvas;
    if (form === "PNG" || form === "SVG") {
      const size = { width: this.canvas.clientWidth, height };
      await this.Plotly.downloadImage(this.canvas, { format: form.toLowerCase(), filename, scale: form === "PNG" ? 2 : 1, ...size });
    } else if (form === "CSV") download(csv(data), `${filename}.csv`, "text/csv");
    else {
      const { data: traces, frames } = this.figure(); // compact arrays; the layout as it stands, camera included
      const page = standalone({ library: await library(plotly), figure: { data: traces, layout, frames }, label, caption, height });
      download(page, `${filename}.html`, "text/html");
    }
  }

  /** @param {string} sentence */
  say(sentence) {
    this.note.hidden = false;
    this.note.replaceChildren(sentence);
  }

  /** @param {string} sentence @param {unknown} error */
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
    this.player.destroy();
    this.observer.disconnect();
    this.Plotly?.purge(this.canvas);
    this.root.remove();
  }
}

/** @param {Component} component */
export default function plot(component) {
  return mounted(component, View, sheet);
}
