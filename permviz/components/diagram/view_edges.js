/**
 * The edges: blue and whole for positive weights, orange and dashed for negative, wider for larger; each with a wide invisible
 * twin for the pointer.
 *
 * @typedef {{thin: SVGPathElement, twin: SVGPathElement, layer: number, to: number, from: number, value: number, path: string,
 *   key: string}} Edge  from node `from` of the layer before to node `to` of `layer`
 * @typedef {import("./frame.js").Frame} Frame
 */
import { readable } from "./reading.js";
import { edgePath } from "./layout.js";
import { sayWeight, svg } from "./paint.js";
import { slotIn, slotOut } from "./shown.js";

export class EdgesView {
  /** @param {Pick<import("./panels.js").Hooks, "tip" | "tap" | "untip" | "edit">} hooks */
  constructor(hooks) {
    this.hooks = hooks;
    this.svg = svg("svg", { class: "edges", "aria-hidden": "true" });
    this.thin = svg("g", { class: "thin" });
    this.twins = svg("g", { class: "twins" });
    this.svg.append(this.thin, this.twins);
    /** @type {Edge[]} */
    this.all = [];
    /** @type {number[]} */
    this.crowd = [];
  }

  /** @param {number[]} drawn nodes drawn in each layer */
  build(drawn) {
    for (const box of [this.thin, this.twins]) box.replaceChildren();
    // Between large layers edges are thinner and the weak ones fainter: 1 up to 25 edges, a third at 256.
    this.crowd = drawn.map((n, k) => (k ? Math.min(1, Math.sqrt(25 / (n * drawn[k - 1]))) : 1));
    this.all = [];
    for (let k = 1; k < drawn.length; k++) {
      for (let to = 0; to < drawn[k]; to++) for (let from = 0; from < drawn[k - 1]; from++) this.all.push(this.make(k, to, from));
    }
  }

  /** @param {number} layer @param {number} to @param {number} from @returns {Edge} */
  make(layer, to, from) {
    const thin = svg("path", { class: "edge" }), twin = svg("path", { class: "twin", "data-testid": "edge" });
    const edge = { thin, twin, layer, to, from, value: 0, path: "", key: "" };
    readable(twin, this.hooks, () => ({ edge }));
    twin.addEventListener("click", (e) => /** @type {PointerEvent} */ (e).pointerType === "mouse" && this.hooks.edit(edge));
    this.thin.append(thin);
    this.twins.append(twin);
    return edge;
  }

  /** @param {Frame} f */
  draw(f) {
    const { layout, motion } = f, last = layout.centres.length - 1;
    /** @param {number} layer @param {number} index @param {string} prefix */
    const end = (layer, index, prefix) =>
      layer === 0 || layer === last ? layout.centres[layer][index] : motion.at(`${prefix}${layer}:${index}`);
    for (const edge of this.all) {
      const { layer, to, from, thin, twin } = edge;
      const path = edgePath(end(layer - 1, from, "o"), end(layer, to, "b"));
      if (edge.path !== path) {
        edge.path = path;
        thin.setAttribute("d", path);
        twin.setAttribute("d", path);
      }
      edge.value = weightOf(edge, f);
      const look = lookOf(edge, f, this.crowd[layer]);
      const key = `${look.stroke} ${look.width} ${look.opacity} ${look.dash}`;
      if (edge.key === key) continue;
      edge.key = key;
      thin.setAttribute("stroke", look.stroke);
      thin.setAttribute("stroke-width", look.width.toFixed(2));
      thin.setAttribute("stroke-opacity", look.opacity.toFixed(3));
      thin.setAttribute("stroke-dasharray", look.dash);
    }
  }
}

/** An edge's weight in words. @param {Edge} edge @param {Frame} f */
export function weightText(edge, f) {
  return isBundle(edge, f) ? `root mean square weight ${sayWeight(edge.value)}` : `w = ${sayWeight(edge.value)}`;
}

/** Whether the edge stands for those of all inputs. @param {Edge} edge @param {Frame} f */
function isBundle({ layer }, { layout }) {
  return layer === 1 && layout.bundled;
}

/** The weight an edge stands for; for a bundle of inputs the length of the node's whole row. @param {Edge} edge @param {Frame} f */
function weightOf(edge, f) {
  const { layer, to, from } = edge, { theta } = f.shown;
  const width = theta.widths[layer - 1], row = slotIn(f.shown, layer, to);
  const W = theta.W[layer - 1];
  if (isBundle(edge, f)) return Math.hypot(...W.subarray(row * width, (row + 1) * width)) / Math.sqrt(width);
  return W[row * width + slotOut(f.shown, layer - 1, from)];
}

/** In the two steps the edges of the two nodes wear the post's red and green. @param {Edge} edge @param {Frame} f @param {number} crowd */
function lookOf(edge, f, crowd) {
  const { state, palette } = f, { step } = state, bundle = isBundle(edge, f);
  const size = Math.min(1, Math.abs(edge.value) / f.sight.weightScale);
  const dash = edge.value < 0 && !bundle ? "7 3" : "none";
  const width = 0.7 + 5.3 * size * crowd;
  if (step) {
    const row = state.order[step.layer - 1];
    const into = edge.layer === step.layer, out = edge.layer === step.layer + 1 && step.phase !== "step-1";
    const whose = into ? edge.to : out ? edge.from : -1;
    const main = out === (step.phase === "step-2");
    const wide = main ? Math.max(2.4, width) : Math.max(1.6, 0.7 * width), opacity = main ? 1 : 0.6;
    if (whose === row[step.a]) return { stroke: palette.first, width: wide, opacity, dash: "none" };
    if (whose === row[step.b]) return { stroke: palette.second, width: wide, opacity, dash: "2 4" };
    return { stroke: palette.muted, width: Math.min(width, 2), opacity: 0.25, dash: "none" };
  }
  const stroke = bundle ? palette.muted : edge.value >= 0 ? palette.positive : palette.negative;
  return { stroke, width, opacity: 0.22 * crowd + (1 - 0.22 * crowd) * size ** (1.2 - 0.7 * crowd), dash };
}
