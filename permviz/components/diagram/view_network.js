/**
 * The diagram: nodes are HTML elements (so that touch-action, focus and canvases work), edges an SVG beneath them.
 * Elements are made once a shape of network and afterwards only moved and recoloured; a hidden node's element is its identity.
 *
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {import("./view_edges.js").Edge} Edge
 * @typedef {{canvas: HTMLCanvasElement, disc: HTMLElement, badge?: HTMLElement, bias?: HTMLElement, name?: HTMLElement,
 *   ring?: HTMLElement}} Parts
 *   the ring stands beneath, in the slot; only hidden nodes have it and the badge, only the others a name
 * @typedef {HTMLElement & {parts: Parts, layer: number, index: number, drawnKey: string}} NodeElement
 */
import { badgeOf } from "./badges.js";
import { drawnWidths, hitOf, linesFor } from "./layout.js";
import { readable } from "./reading.js";
import { el, identityColour, put, rem, shapeOf, say, sayWeight, write } from "./paint.js";
import { isAlone } from "./reducer.js";
import { slotIn } from "./shown.js";
import { drawThumb, hasThumb } from "./thumbs.js";
import { litOf } from "./thumbs_image.js";
import { labelled } from "./wire.js";
import { EdgesView, weightText } from "./view_edges.js";

export class NetworkView {
  /** @type {import("./wire.js").Scene} */ scene;
  /** @type {Frame} */ f;
  /** @type {NodeElement[][]} by layer, then by identity */ elements = [];
  /** @type {HTMLElement[]} */ headings = [];
  last = 0;

  /** @param {HTMLElement} root @param {import("./panels.js").Hooks} hooks */
  constructor(root, hooks) {
    this.root = root;
    this.hooks = hooks;
    this.edges = new EdgesView(hooks);
    this.slots = el("div", "slots", { "aria-hidden": "true" });
    this.nodes = el("div", "nodes");
    this.heads = el("div", "heads", { "aria-hidden": "true" });
    root.append(this.edges.svg, this.slots, this.nodes, this.heads);
  }

  /** Make the elements for a network's shape. @param {import("./wire.js").Scene} scene */
  build(scene) {
    this.scene = scene;
    const { widths } = scene.net;
    const drawn = drawnWidths(widths);
    this.last = widths.length - 1;
    for (const box of [this.nodes, this.slots, this.heads]) box.replaceChildren();
    put(this.root, "aria-label", `${scene.called || "Network"} ${widths.join("-")}: ${widths[0]} inputs, ${widths.length - 2} hidden layers, ${widths[this.last]} outputs.${isAlone(scene.hidden) ? "" : " Enter chooses a focused hidden node to change places with the next one chosen; arrow keys move it."}`);
    this.elements = drawn.map((n, k) => Array.from({ length: n }, (_, i) => this.makeNode(k, i, n)));
    this.edges.build(drawn);
    this.headings = drawn.map((_, k) => {
      const activation = k > 0 && k < this.last ? ` · ${scene.net.activation}` : "";
      const text = k === 0 ? "inputs" : k === this.last ? (widths[k] > 1 ? "outputs" : "output") : `layer ${k}${activation}`;
      const head = el("span", "head", {}, text.split(" · ")[0]);
      if (activation) head.append(el("span", "sigma", {}, activation));
      this.heads.append(head);
      return head;
    });
  }

  /** @param {number} layer @param {number} index @param {number} count of nodes drawn in the layer @returns {NodeElement} */
  makeNode(layer, index, count) {
    const kind = layer === 0 ? "input" : layer === this.last ? "output" : "hidden";
    /** @type {Parts} */
    const parts = { canvas: el("canvas"), disc: el("span", "disc") };
    const bare = el("div", `node ${kind}`, { "data-layer": layer, "data-testid": `${kind}-node` });
    const node = Object.assign(bare, { parts, layer, index, drawnKey: "" });
    readable(node, this.hooks, () => ({ node }));
    parts.disc.append(parts.canvas);
    node.append(parts.disc);
    if (kind === "hidden") {
      put(node, "data-node", index);
      put(node, "role", "button");
      put(node, "tabindex", "0");
      const alone = count < 2;
      put(node, "aria-roledescription", alone ? "node" : "movable node");
      node.classList.toggle("alone", alone);
      parts.badge = el("span", "badge", {}, String(index + 1));
      node.append(parts.badge);
      parts.ring = el("span", "slot");
      this.slots.append(parts.ring);
      this.hooks.grab(node);
    } else {
      const names = kind === "input" ? this.scene.names.inputs : this.scene.names.outputs;
      const bundled = kind === "input" && count !== this.scene.net.widths[0];
      const one = kind === "output" && names.length > count;
      const name = bundled ? `${this.scene.net.widths[0]} inputs` : one ? `${names[names.length - 1]}?` : names[index] ?? "";
      parts.name = el("span", "name", { title: name }, name);
      node.append(parts.name);
      put(node, "tabindex", "-1");
    }
    if (layer > 0) node.append((parts.bias = el("span", "bias")));
    this.nodes.append(node);
    return node;
  }

  /** Names shown beside the inputs and beside the outputs. @returns {string[][]} */
  names() {
    return [this.elements[0], this.elements[this.last]].map((row) => row.map((node) => node.parts.name?.textContent ?? ""));
  }

  /** Give everything its size. @param {import("./layout.js").Layout} layout */
  resize(layout) {
    this.root.style.height = rem(layout.height);
    this.root.classList.toggle("tightroom", layout.gap < 100);
    layout.margins.forEach((margin, side) => this.root.style.setProperty(side ? "--right" : "--left", rem(margin)));
    put(this.edges.svg, "viewBox", `0 0 ${layout.width} ${layout.height}`);
    const badges = layout.centres.map((_, k) => badgeOf(layout, k));
    this.elements.forEach((row, k) => row.forEach((node, i) => {
      const r = layout.radius[k], hit = hitOf(layout, k);
      if (node.parts.badge) for (const [name, value] of Object.entries(badges[k])) node.style.setProperty(`--badge-${name}`, rem(value));
      for (const [name, value] of Object.entries({ "--r": r, "--hx": hit.x, "--hy": hit.y })) node.style.setProperty(name, rem(value));
      node.style.setProperty("--lines", String(linesFor(layout.spacing[k])));
      if (k === 0 || k === this.last) node.style.transform = `translate(${rem(layout.centres[k][i].x)},${rem(layout.centres[k][i].y)})`;
      if (node.parts.ring) {
        const c = layout.centres[k][i];
        node.parts.ring.style.cssText = `left:${rem(c.x - r)};top:${rem(c.y - r)};width:${rem(2 * r)};height:${rem(2 * r)}`;
      }
      node.drawnKey = "";
    }));
    this.headings.forEach((head, k) => (head.style.left = rem(layout.centres[k][0].x)));
  }

  /** @param {Frame} f */
  draw(f) {
    this.f = f;
    for (const row of this.elements) for (const node of row) this.drawNode(node, f);
    this.edges.draw(f);
  }

  /** @param {NodeElement} node @param {Frame} f */
  drawNode(node, f) {
    const { layer, index, parts } = node, slot = slotIn(f.shown, layer, index);
    if (parts.badge) this.drawHidden(node, parts.badge, f.shown.labels[layer - 1][slot], f);
    const key = `${f.shown.key} ${slot} ${f.palette.dark} ${f.state.lit} ${!f.look.layers}`;
    if (node.drawnKey === key) return;
    node.drawnKey = key;
    drawThumb(parts.canvas, 2 * f.layout.radius[layer], f, layer, slot);
    this.drawBias(node, slot, f);
  }

  /** @param {NodeElement} node @param {HTMLElement} badge @param {number} worn the node whose label it wears @param {Frame} f */
  drawHidden(node, badge, worn, { state, motion, palette }) {
    const { layer, index } = node, row = state.order[layer - 1], at = row.indexOf(index);
    const p = motion.at(`b${layer}:${index}`);
    node.style.transform = `translate(${rem(p.x)},${rem(p.y)})`;
    const drag = state.drag?.layer === layer ? state.drag : null;
    node.classList.toggle("held", drag?.slot === at && !drag.parked);
    node.classList.toggle("over", drag?.target === at);
    const lifted = state.lifted?.layer === layer ? state.lifted : null, chosen = drag?.parked ? drag : lifted;
    node.classList.toggle("lifted", chosen?.slot === at);
    node.classList.toggle("partner", lifted !== null && lifted.slot !== at);
    put(node, "aria-pressed", chosen?.slot === at);
    put(node, "data-slot", at);
    put(node, "aria-label", labelled(this.scene, `Hidden layer ${layer}, node ${index + 1}, in slot ${at + 1} of ${row.length}`));
    const colour = identityColour(palette, worn);
    node.style.setProperty("--id", colour);
    put(badge, "data-shape", shapeOf(palette, worn));
    write(badge, String(worn + 1));
  }

  /** @param {NodeElement} node @param {number} slot @param {Frame} f */
  drawBias(node, slot, f) {
    if (!node.parts.bias) return;
    const b = f.shown.theta.b[node.layer - 1][slot];
    const size = 4 + 8 * Math.min(1, Math.abs(b) / f.sight.weightScale);
    node.parts.bias.style.cssText = `width:${rem(size)};height:${rem(size)};` +
      (b >= 0 ? `background:${f.palette.positive};border-color:${f.palette.positive}` : `border-color:${f.palette.negative}`);
  }

  /** @param {number} layer @param {number} index */
  nameOf(layer, index) {
    if (layer > 0 && layer < this.last) return `node ${index + 1} of layer ${layer}`;
    return this.elements[layer][index].parts.name?.textContent ?? "";
  }

  /** What the tooltip says of an edge. @param {Edge} edge @returns {import("./tooltip.js").Tip} */
  describeEdge(edge) {
    const lines = [`from ${this.nameOf(edge.layer - 1, edge.from)} to ${this.nameOf(edge.layer, edge.to)}`];
    if (this.scene.editable && !window.matchMedia("(pointer: coarse)").matches) lines.push("click to change it");
    return { title: weightText(edge, this.f), lines };
  }

  /** What the tooltip says of a node. @param {NodeElement} node @returns {import("./tooltip.js").Tip} */
  describeNode({ layer, index }) {
    const { f } = this, { theta } = f.shown, slot = slotIn(f.shown, layer, index);
    const lines = layer > 0 ? [`bias b = ${sayWeight(theta.b[layer - 1][slot])}`] : [];
    if (f.sight.probe.kind === "plane") lines.push(`scale ±${say(f.sight.scales[layer])} over the input plane`);
    if (f.scene.image.length && f.look.layers && layer > 0) {
      lines.push(`here ${say(f.look.layers[layer][litOf(f) * f.scene.net.widths[layer] + slot])} at the digit shown`);
      if (layer === 1) lines.push(`picture: its weights, scale ±${say(f.sight.firstScale)}`);
    }
    const hidden = layer > 0 && layer < this.last;
    const title = hidden ? `hidden layer ${layer}, node ${index + 1}, in slot ${f.state.order[layer - 1].indexOf(index) + 1}` : this.nameOf(layer, index);
    return { title, lines, picture: hasThumb(f, layer) ? (canvas, size) => drawThumb(canvas, size, f, layer, slot) : null };
  }
}
