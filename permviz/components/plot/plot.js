/**
 * One Plotly chart per mounted component: new figures go to Plotly.react, so camera, zoom and hidden traces stay.
 * See __init__.py for the wire.
 */
import { isList } from "./arrays.js";
import { fit, isDark, isNarrow, recolour } from "./figure.js";
import { Handle } from "./handle.js";
import { library, loadPlotly } from "./library.js";
import { mounted } from "../mounting.js";
import { csv, download, standalone } from "./saving.js";

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

const SAVES = {
  PNG: "Save the picture as PNG",
  SVG: "Save the picture as SVG",
  HTML: "Save the interactive figure as a web page (5 MB)",
  CSV: "Save the numbers as CSV",
};

/** The message of a click on Plotly's `point`; coordinates that are no finite number or short text become null. */
export function clickMessage(point, identity) {
  const plain = (value) => (Number.isFinite(value) ? value : typeof value === "string" && value.length <= 200 ? value : null);
  const index = point.pointNumber ?? point.pointNumbers?.[0];
  return {
    ...identity, curve: point.curveNumber, point: isList(index) ? Array.from(index) : index,
    x: plain(point.x), y: plain(point.y), z: plain(point.z),
  };
}

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
    this.handle = new Handle(this.canvas, () => this.Plotly, (trace, [x, y]) => this.tell({ curveNumber: trace, pointNumber: 0, x, y }));
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
    const look = [this.data.digest, this.data.height, dark, touch, isNarrow(width) && width].join();
    if (look === this.look) return;
    const figure = this.figure();
    if (this.look && this.canvas._transitionData?._frames?.length) await Plotly.animate(this.canvas, [], { mode: "immediate" });
    await Plotly.react(this.canvas, {
      data: figure.data, layout: figure.layout, frames: figure.frames ?? [], config: { ...CONFIG, displayModeBar: touch ? false : "hover" },
    });
    if (!this.shown) this.canvas.on("plotly_click", (event) => this.tell(event.points?.[0]));
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

  /** A point that was clicked, or to which the handle was moved. */
  tell(point) {
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

export default function plot(component) {
  return mounted(component, View);
}
