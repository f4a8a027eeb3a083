/**
 * One Plotly chart per mounted component: new figures go to Plotly.react, so camera, zoom and hidden traces stay.
 *
 * @typedef {import("../mounting.js").Component} Component
 * @typedef {{figure: string, digest: string, plotly: string, label: string, caption: string, more: string, height: number,
 *   clickable: boolean, colours: Record<string, string>, steps: import("./player.js").Steps | null}} Data
 *   what permviz.components.plot.wire.encode_picture wrote
 * @typedef {import("../saving/menu.js").Form} Form
 */
import { isDark } from "../colours.js";
import { mounted, styleSheet } from "../mounting.js";
import { download, experimentLink, fileName, pngWithSource, svgWithSource } from "../saving/files.js";
import { saveMenu } from "../saving/menu.js";
import { clickMessage } from "./click.js";
import { fit, heightOf, isNarrow, recolour } from "./figure.js";
import { hideFarSide, nearSide } from "./front.js";
import { grown } from "./growing.js";
import { Handle } from "./handle.js";
import { library, loadPlotly } from "./library.js";
import { laidOver, Player } from "./player.js";
import { axisNames, csv, standalone } from "./saving.js";
import { letScroll, zoomSpace } from "./scrolling.js";
import { turnButtons } from "./turning.js";

const sheets = await Promise.all([
  styleSheet(new URL("plot.css", import.meta.url)), styleSheet(new URL("../saving/menu.css", import.meta.url)),
]);

const CONFIG = {
  displaylogo: false,
  scrollZoom: "gl3d", // with the control key held; else the wheel scrolls the page: see scrolling.js
  displayModeBar: true, // not seen, but pressed by our own buttons, which stand outside of the picture
  responsive: false, // a ResizeObserver sees more than the window
  doubleClickDelay: 400,
};

/**
 * What the buttons say, and which of Plotly's own they press: on a flat figure, in space.
 * @type {[string, string, string, string][]}
 */
const VIEWS = [
  ["−", "Zoom out", '[data-attr="zoom"][data-val="out"]', ""],
  ["+", "Zoom in", '[data-attr="zoom"][data-val="in"]', ""],
  ["Reset", "Reset the view", '[data-attr="zoom"][data-val="reset"]', '[data-attr="resetDefault"]'],
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
  /** @type {{revision: any, camera: object} | undefined} where a person has turned it */ turned;
  /** @type {boolean | undefined} whether it was drawn for a narrow view */ narrow;
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
    this.lead = element("span", "");
    this.more = element("details", "permviz-plot-more");
    this.rest = element("p", "");
    this.more.append(element("summary", "", { textContent: "What is exact here?" }), this.rest);
    this.turns = turnButtons(this.canvas, () => this.Plotly);
    this.caption.append(this.corner(), this.lead, this.more);
    this.player = new Player(this.session, {
      moved: () => this.draw(),
      left: (at, number) => this.send("step", { session: this.session, number, digest: this.data.digest, at }),
    });
    const stage = element("div", "permviz-plot-stage");
    stage.append(this.canvas, this.note);
    this.root.append(this.player.root, stage, this.caption);
    parent.append(this.root);
    this.say("Loading the figure …");
    // Plotly stores an orbit when the mouse button is let go, but not when the finger is.
    this.canvas.addEventListener("touchend", ({ target }) => target?.dispatchEvent(new MouseEvent("mouseup", { bubbles: true })));
    letScroll(this.canvas, () => this.isSpatial());
    this.handle = new Handle(this.canvas, () => this.Plotly, (trace, [x, y]) => this.tell({ curveNumber: trace, pointNumber: 0, x, y }));
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.canvas);
  }

  /** @param {Component} component */
  update({ data, setStateValue }) {
    this.data = data;
    this.send = setStateValue;
    const height = `${data.height / 16}rem`;
    if (!this.look) this.canvas.style.height = height;
    this.note.style.height = height;
    this.canvas.ariaLabel = `${data.label}. ${[data.caption, data.more].filter(Boolean).join(" ")}`;
    this.lead.textContent = data.caption;
    this.rest.textContent = data.more;
    this.more.hidden = !data.more;
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
    const { width, touch, dark, unit } = this.surroundings();
    if (!width) return; // in a closed tab or expander: the observer calls again
    const look = [this.data.digest, this.data.height, dark, touch, isNarrow(width) && width, unit, this.player.at].join();
    if (`${look} ${this.near()}` === this.look) return;
    const figure = this.figure();
    if (this.turned && this.turned.revision === figure.layout.uirevision)
      figure.layout.scene = { ...figure.layout.scene, camera: structuredClone(this.turned.camera) }; // of a figure that says nothing of its scene, too
    const near = hideFarSide(figure.data, figure.layout.scene);
    this.canvas.style.height = `${unit * heightOf(figure, width, this.data.height)}px`;
    grown(figure, unit);
    if (this.narrow !== isNarrow(width) && this.isSpatial()) { // a colour bar that lies down leaves room and numbers where it stood
      Plotly.purge(this.canvas);
      this.shown = undefined;
    }
    this.narrow = isNarrow(width);
    await Plotly.react(this.canvas, { data: figure.data, layout: figure.layout, config: CONFIG });
    if (!this.shown) {
      this.canvas.on("plotly_click", (/** @type {Record<string, any>} */ event) => this.tell(event.points?.[0]));
      this.canvas.on("plotly_relayout", (/** @type {Record<string, any>} */ changes) => this.turn(changes));
    }
    this.turns.hidden = !this.canvas._fullLayout.scene;
    this.look = `${look} ${near}`;
    this.shown = this.data.digest;
    this.note.hidden = true;
    this.root.dataset.drawn = this.data.digest;
  }

  near() {
    return nearSide(this.canvas.data, this.canvas._fullLayout?.scene);
  }

  /** Plotly itself keeps a camera that the mouse has moved, not one that was moved by a button. @param {Record<string, any>} changes */
  turn(changes) {
    if (!Object.keys(changes).some((name) => name.startsWith("scene.camera"))) return;
    if (changes["scene.camera.eye"] === null) { // a reset, to Plotly's own view instead of the figure's
      this.Plotly.relayout(this.canvas, { "scene.camera": this.figure().layout.scene?.camera ?? null });
      return;
    }
    this.turned = { revision: this.canvas.layout.uirevision, camera: this.canvas._fullLayout.scene.camera };
    this.draw();
  }

  /** Where the figure stands; its width in units, which a large window makes larger than pixels: see frame.css. */
  surroundings() {
    const unit = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    return {
      unit,
      width: this.canvas.clientWidth / unit,
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

  /** Zoom, and the menu of what can be saved: beside the picture, whose parts no keyboard reaches. */
  corner() {
    const corner = element("span", "permviz-plot-corner");
    corner.append(this.turns);
    for (const [textContent, title, flat, space] of VIEWS) {
      const ariaLabel = textContent === "Reset" ? title : `${title} (${textContent})`;
      const button = element("button", "permviz-plot-button", { type: "button", textContent, title, ariaLabel });
      button.onclick = () => {
        const own = this.isSpatial() ? space : flat;
        if (own) this.canvas.querySelector(`.modebar ${own}`)?.dispatchEvent(new MouseEvent("click"));
        else zoomSpace(this.canvas, textContent === "+");
      };
      corner.append(button);
    }
    corner.append(saveMenu("the figure", ["PNG", "SVG", "HTML", "CSV"], (form) => this.export(form), (error) => {
      this.fail("The figure could not be saved.", error);
    }));
    return corner;
  }

  /** Whether it is a figure in space. @returns {boolean} */
  isSpatial() {
    return Boolean(this.canvas._fullLayout?.scene);
  }

  /** @param {Form} form */
  async export(form) {
    if (!this.look) return;
    const { label, caption: lead, more, height, plotly } = this.data;
    const name = fileName(label), link = experimentLink();
    const { data, layout } = this.canvas;
    if (form === "CSV") {
      download(csv(this.figure().data, axisNames(layout), [label, link]), `${name}.csv`, "text/csv");
      return;
    }
    const ground = getComputedStyle(this.root).getPropertyValue("--st-background-color").trim();
    const onGround = { ...layout, paper_bgcolor: ground }; // transparent on the page, which has one of its own
    if (form === "HTML") {
      const { unit } = this.surroundings();
      // Compact arrays; the layout as it stands, camera included.
      const figure = { data: grown(this.figure(), unit).data, layout: onGround }, caption = [lead, more].filter(Boolean).join(" ");
      download(standalone({ library: await library(plotly), figure, label, caption, height: unit * height, link }), `${name}.html`, "text/html");
      return;
    }
    const size = { width: this.canvas.clientWidth, height: this.canvas.clientHeight, scale: form === "PNG" ? 2 : 1 };
    const figure = structuredClone({ data, layout: onGround });
    /** @type {string} */
    const picture = await this.Plotly.toImage(figure, { format: form.toLowerCase(), imageDataOnly: true, ...size });
    if (form === "SVG") download(svgWithSource(picture, label, link), `${name}.svg`, "image/svg+xml");
    else download(pngWithSource(Uint8Array.from(atob(picture), (c) => c.charCodeAt(0)), label, link), `${name}.png`, "image/png");
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
  return mounted(component, View, ...sheets);
}
