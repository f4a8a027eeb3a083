/**
 * One Plotly chart per mounted component: new figures go to Plotly.react, so camera, zoom and hidden traces stay.
 *
 * @typedef {import("../mounting.js").Component} Component
 * @typedef {{figure: string, digest: string, plotly: string, label: string, caption: string, more: string, height: number,
 *   clickable: boolean, colours: Record<string, string>, steps: import("./player.js").Steps | null}} Data
 *   what permviz.components.plot.wire.encode_picture wrote
 * @typedef {import("./export.js").Standing} Standing
 */
import { isDark } from "../colours.js";
import { mounted, styleSheet } from "../mounting.js";
import { clickMessage } from "./click.js";
import { corner, element } from "./corner.js";
import { saved } from "./export.js";
import { fit, heightOf, isNarrow, recolour } from "./figure.js";
import { hideFarSide, nearSide } from "./front.js";
import { grown } from "./growing.js";
import { Handle } from "./handle.js";
import { loadPlotly } from "./library.js";
import { laidOver, Player } from "./player.js";
import { letScroll } from "./scrolling.js";
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
    const tools = corner(this.canvas, this.turns, () => this.isSpatial(), (form) => saved(form, this.standing()), (error) => {
      this.fail("The figure could not be saved.", error);
    });
    this.caption.append(tools, this.lead, this.more);
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
    const height = `${this.room() / 16}rem`;
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

  /** The height to be kept free until the figure is drawn, so that nothing below it moves when it is. */
  room() {
    const { width } = this.surroundings();
    return isNarrow(width) ? heightOf(this.figure(), width, this.data.height) : this.data.height;
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

  /** Whether it is a figure in space. @returns {boolean} */
  isSpatial() {
    return Boolean(this.canvas._fullLayout?.scene);
  }

  /** What the menu saves: the figure as it stands here. @returns {Standing | null} nothing before it is drawn */
  standing() {
    if (!this.look) return null;
    const ground = getComputedStyle(this.root).getPropertyValue("--st-background-color").trim();
    return { data: this.data, canvas: this.canvas, Plotly: this.Plotly, unit: this.surroundings().unit, figure: this.figure(), ground };
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
