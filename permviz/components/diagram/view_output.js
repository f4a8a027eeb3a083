/**
 * What the network says: before (A), now, and the difference on its own stated scale.
 * Two inputs: pictures over the input plane with the data and the decision boundary. One input: curves. More: F(now) against
 * F(A), sample by sample, which lies on the diagonal exactly when the function is the same.
 *
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {import("./probe.js").Probe} Probe
 * @typedef {HTMLElement & {canvas: HTMLCanvasElement, words: HTMLElement}} Picture
 * @typedef {{before: Float64Array, now: Float64Array}} Outputs  row-major, a row for each place of the probe
 * @typedef {{f: Frame, outputs: Outputs, n: number, pictures: Picture[], width: number}} Drawing  n: outputs of the network
 */
import { el, say, write } from "./paint.js";
import { readable } from "./reading.js";
import { drawPlanes } from "./output_planes.js";
import { drawBars } from "./output_bars.js";
import { drawCurves, drawScatter } from "./output_plots.js";
import { Chooser } from "./chooser.js";
import { drawPixels, litOf } from "./thumbs_image.js";

/**
 * By the kind of probe: the pictures' names, the axes in words, where the difference was looked for, and how they are drawn.
 * @type {Record<Probe["kind"], {names: string[], axes: (names: {inputs: string[], outputs: string[]}) => string, where: string,
 *   draw: (drawing: Drawing) => void}>}
 */
const KINDS = {
  plane: {
    names: ["before", "now", "difference"], where: "on a 41×41 grid", draw: drawPlanes,
    axes: ({ inputs: [x, y] }) => `${x} →  ${y} ↑`,
  },
  line: {
    names: ["before and now", "difference"], where: "along the line", draw: drawCurves,
    axes: ({ inputs: [x], outputs: [y] }) => `${x} →  ${y} ↑`,
  },
  samples: { names: ["answer", "now against before"], where: "over the samples", draw: drawSamples, axes: () => "" },
  none: { names: [], where: "", draw: () => {}, axes: () => "" },
};

/** Bars for the classes of the sample that is chosen, then all samples. @param {Drawing} drawing */
function drawSamples(drawing) {
  const { f, pictures } = drawing;
  if (f.scene.loss.kind === "cross-entropy") {
    drawBars(drawing, litOf(f), f.scene.image.length ? (ctx, size) => drawPixels(ctx, size, f) : undefined);
  }
  if (f.apart) drawScatter({ ...drawing, pictures: pictures.slice(1) });
}

export class OutputView {
  /** @type {import("./wire.js").Scene} */ scene;
  /** @type {Probe} */ probe;
  /** @type {Picture[]} */ pictures = [];
  /** @type {Outputs | null} */ outputs = null;
  drawnKey = "";
  width = 0;

  /**
   * @param {HTMLElement} root @param {Pick<import("./panels.js").Hooks, "tip" | "tap" | "untip">} hooks
   * @param {(action: import("./reducer.js").Action) => void} dispatch @param {string} [title]
   */
  constructor(root, hooks, dispatch, title = "Output") {
    this.hooks = hooks;
    this.chooser = new Chooser(dispatch);
    this.axes = el("span", "note");
    const head = el("div", "cardhead");
    head.append(el("h2", "", {}, title), this.axes);
    this.box = el("div", "pictures");
    this.note = el("p", "note", { "data-testid": "output-difference" });
    this.key = el("p", "note classes");
    root.append(head, this.chooser.root, this.box, this.key, this.note);
  }

  /** Which mark is which class, where there are few. @param {import("./wire.js").Scene} scene @param {Probe["kind"]} kind */
  buildKey({ loss, names }, kind) {
    const few = kind === "plane" && loss.kind !== "squared" && names.outputs.length <= 4;
    /** @param {number} i */
    const colour = (i) => (loss.kind === "cross-entropy" ? `var(--pv-node-${i})` : `var(--pv-${i ? "positive" : "negative"})`);
    this.key.replaceChildren(...(few ? names.outputs : []).map((name, i) => {
      const entry = el("span", "", {}, name), mark = el("i", i % 2 ? "square" : "round");
      mark.style.background = colour(i);
      entry.prepend(mark);
      return entry;
    }));
  }

  /** @param {import("./wire.js").Scene} scene @param {Probe} probe */
  build(scene, probe) {
    this.scene = scene;
    this.probe = probe;
    const { names, axes } = KINDS[probe.kind];
    this.pictures = names.map((name) => {
      const figure = el("figure", "", { "data-testid": `output-${name.split(" ")[0]}` });
      const canvas = el("canvas", "", { role: "img", "aria-label": `Output of the network, ${name}` });
      const words = el("figcaption", "", {}, name);
      readable(canvas, this.hooks, (e) => this.valuesAt(e, canvas), "pointermove");
      figure.append(canvas, words);
      return Object.assign(figure, { canvas, words });
    });
    this.box.className = `pictures ${probe.kind}`;
    this.box.replaceChildren(...this.pictures);
    write(this.axes, axes(scene.names));
    this.buildKey(scene, probe.kind);
    this.drawnKey = "";
  }

  /** @param {number} width of the card's inside */
  resize(width) {
    this.width = width;
    this.drawnKey = "";
  }

  /** @param {Frame} f */
  draw(f) {
    const { probe, home } = f.sight;
    if (!f.look.layers || !home.layers) {
      write(this.note, "The samples are on their way to the browser. The certificate above is computed on the server.");
      return;
    }
    const samples = probe.kind === "samples", classes = f.scene.loss.kind === "cross-entropy";
    this.chooser.draw(f, samples && classes);
    const key = `${f.shown.key} ${f.apart} ${f.state.lit} ${f.palette.dark} ${this.width}`;
    if (key === this.drawnKey) return;
    this.drawnKey = key;
    const last = home.layers.length - 1, { draw, where } = KINDS[probe.kind];
    const outputs = (this.outputs = { before: home.layers[last], now: f.look.layers[last] });
    draw({ f, outputs, n: f.scene.net.widths[last], pictures: this.pictures, width: this.width });
    // Until something has been exchanged there is one answer, and nothing to compare it with.
    this.pictures.forEach((picture, i) => (picture.hidden = (i > 0 && !f.apart) || (i === 0 && samples && !classes)));
    if (!f.apart && !samples) write(this.pictures[0].words, probe.kind === "line" ? "the answer; data: dots" : "the answer of A");
    else if (probe.kind === "plane") write(this.pictures[0].words, "before");
    if (!f.apart) {
      write(this.note, samples && !classes ? "Exchange two nodes: now against before, sample by sample." : "");
      this.note.classList.remove("wrong");
      return;
    }
    write(this.note, `max |difference| = ${say(f.difference)} ${where}`);
    this.note.classList.toggle("wrong", !(Number(f.difference) < 1e-12));
  }

  /** The outputs there, before and now, in words. @param {PointerEvent} e @param {HTMLCanvasElement} canvas */
  valuesAt(e, canvas) {
    const { outputs, probe: { kind, size }, scene: { window: w, net } } = this;
    if (kind !== "plane" || !outputs) return null;
    const box = canvas.getBoundingClientRect();
    const u = (e.clientX - box.left) / box.width, v = (e.clientY - box.top) / box.height;
    const i = Math.round(v * (size - 1)) * size + Math.round(u * (size - 1));
    const n = net.widths[net.widths.length - 1];
    if (!(i >= 0 && i < size * size)) return null;
    /** @param {Float64Array} values */
    const text = (values) => Array.from(values.subarray(i * n, i * n + n), (value) => say(value)).join(", ");
    const at = `at (${say(w[0] + u * (w[1] - w[0]))}, ${say(w[3] - v * (w[3] - w[2]))})`;
    return { point: e, title: at, lines: [`F(A) = ${text(outputs.before)}`, `F(now) = ${text(outputs.now)}`] };
  }
}
