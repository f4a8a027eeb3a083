/**
 * The diagram: nodes are HTML elements (so that touch-action, focus and canvases work), edges an SVG beneath them.
 * Elements are made once a shape of network and afterwards only moved and recoloured; a hidden node's element is its identity.
 */
import { drawnWidths, edgePath, hitOf, linesFor } from "./layout.js";
import { el, heat, identityColour, inkOn, paintField, prepared, put, say, sayWeight, svg, write } from "./paint.js";
import { isAlone } from "./reducer.js";

export class NetworkView {
  /** @param {HTMLElement} root @param {{tip: (target: any) => void, untip: () => void, grab: (node: any) => void}} hooks */
  constructor(root, hooks) {
    this.root = root;
    this.hooks = hooks;
    this.svg = svg("svg", { class: "edges", "aria-hidden": "true" });
    this.thin = svg("g", { class: "thin" });
    this.twins = svg("g", { class: "twins" });
    this.svg.append(this.thin, this.twins);
    this.slots = el("div", "slots", { "aria-hidden": "true" });
    this.nodes = el("div", "nodes");
    this.heads = el("div", "heads", { "aria-hidden": "true" });
    root.append(this.svg, this.slots, this.nodes, this.heads);
  }

  /** Make the elements for a network's shape. @param {import("./wire.js").Scene} scene */
  build(scene) {
    this.scene = scene;
    const { widths } = scene.net;
    this.drawn = drawnWidths(widths);
    this.last = widths.length - 1;
    for (const box of [this.thin, this.twins, this.nodes, this.slots, this.heads]) box.replaceChildren();
    put(this.root, "aria-label", `Network ${widths.join("-")}: ${widths[0]} inputs, ${widths.length - 2} hidden layers, ${widths[this.last]} outputs.${isAlone(scene.hidden) ? "" : " Arrow keys move a focused hidden node."}`);
    this.elements = this.drawn.map((n, k) => Array.from({ length: n }, (_, i) => this.makeNode(k, i)));
    // Between large layers edges are thinner and the weak ones fainter: 1 up to 25 edges, a third at 256.
    this.crowd = this.drawn.map((n, k) => (k ? Math.min(1, Math.sqrt(25 / (n * this.drawn[k - 1]))) : 1));
    this.edges = [];
    for (let k = 1; k <= this.last; k++) {
      for (let to = 0; to < this.drawn[k]; to++) {
        for (let from = 0; from < this.drawn[k - 1]; from++) this.edges.push(this.makeEdge(k, to, from));
      }
    }
    this.headings = this.drawn.map((_, k) => {
      const activation = k > 0 && k < this.last ? ` · ${scene.net.activation}` : "";
      const text = k === 0 ? "inputs" : k === this.last ? (widths[k] > 1 ? "outputs" : "output") : `layer ${k}${activation}`;
      const head = el("span", "head", {}, text.split(" · ")[0]);
      if (activation) head.append(el("span", "sigma", {}, activation));
      this.heads.append(head);
      return head;
    });
  }

  makeNode(layer, index) {
    const kind = layer === 0 ? "input" : layer === this.last ? "output" : "hidden";
    const node = el("div", `node ${kind}`, { "data-layer": layer, "data-testid": `${kind}-node` });
    const parts = { canvas: el("canvas"), disc: el("span", "disc"), badge: null, bias: null, name: null };
    parts.disc.append(parts.canvas);
    node.append(parts.disc);
    if (kind === "hidden") {
      put(node, "data-node", index);
      put(node, "role", "button");
      put(node, "tabindex", "0");
      const alone = this.drawn[layer] < 2;
      put(node, "aria-roledescription", alone ? "neuron" : "movable neuron");
      node.classList.toggle("alone", alone);
      parts.badge = el("span", "badge", {}, String(index + 1));
      node.append(parts.badge);
      const ring = el("span", "slot");
      this.slots.append(ring);
      node.ring = ring;
      this.hooks.grab(node);
    } else {
      const names = kind === "input" ? this.scene.names.inputs : this.scene.names.outputs;
      const bundled = kind === "input" && this.drawn[0] !== this.scene.net.widths[0];
      const one = kind === "output" && names.length > this.drawn[layer];
      const name = bundled ? `${this.scene.net.widths[0]} inputs` : one ? `${names[names.length - 1]}?` : names[index] ?? "";
      parts.name = el("span", "name", { title: name }, name);
      node.append(parts.name);
      put(node, "tabindex", "-1");
    }
    if (layer > 0) node.append((parts.bias = el("span", "bias")));
    Object.assign(node, { parts, layer, index, drawnKey: "" });
    node.addEventListener("pointerenter", () => this.hooks.tip({ node }));
    node.addEventListener("pointerleave", () => this.hooks.untip());
    this.nodes.append(node);
    return node;
  }

  makeEdge(layer, to, from) {
    const thin = svg("path", { class: "edge" }), twin = svg("path", { class: "twin", "data-testid": "edge" });
    const edge = { thin, twin, layer, to, from, value: 0 };
    twin.addEventListener("pointerenter", () => this.hooks.tip({ edge }));
    twin.addEventListener("pointerleave", () => this.hooks.untip());
    this.thin.append(thin);
    this.twins.append(twin);
    return edge;
  }

  /** Names shown beside the inputs and beside the outputs. @returns {string[][]} */
  names() {
    return [this.elements[0], this.elements[this.last]].map((row) => row.map((node) => node.parts.name.textContent));
  }

  /** Give everything its size. @param {import("./layout.js").Layout} layout */
  resize(layout) {
    this.layout = layout;
    this.root.style.height = `${layout.height}px`;
    this.root.classList.toggle("tightroom", layout.gap < 100);
    layout.margins.forEach((margin, side) => this.root.style.setProperty(side ? "--right" : "--left", `${margin}px`));
    put(this.svg, "viewBox", `0 0 ${layout.width} ${layout.height}`);
    this.elements.forEach((row, k) => row.forEach((node, i) => {
      const r = layout.radius[k], hit = hitOf(layout, k);
      for (const [name, value] of [["--r", r], ["--hx", hit.x], ["--hy", hit.y]]) node.style.setProperty(name, `${value}px`);
      node.classList.toggle("small", r < 14);
      node.style.setProperty("--lines", String(linesFor(layout.spacing[k])));
      if (k === 0 || k === this.last) node.style.transform = `translate(${layout.centres[k][i].x}px,${layout.centres[k][i].y}px)`;
      if (node.ring) {
        const c = layout.centres[k][i];
        node.ring.style.cssText = `left:${c.x - r}px;top:${c.y - r}px;width:${2 * r}px;height:${2 * r}px`;
      }
      node.drawnKey = "";
    }));
    this.headings.forEach((head, k) => (head.style.left = `${layout.centres[k][0].x}px`));
  }

  /** @param {any} f the frame: see Workbench.frame */
  draw(f) {
    this.f = f;
    this.drawNodes(f);
    this.drawEdges(f);
  }

  slotIn(layer, index) {
    return layer > 0 && layer < this.last ? this.f.shown.ins[layer - 1][index] : index;
  }

  slotOut(layer, index) {
    return layer > 0 && layer < this.last ? this.f.shown.outs[layer - 1][index] : index;
  }

  drawNodes(f) {
    const { state, shown, palette } = f;
    this.elements.forEach((row, k) => row.forEach((node, i) => {
      const slot = this.slotIn(k, i);
      if (k > 0 && k < this.last) {
        const p = f.motion.at(`b${k}:${i}`);
        node.style.transform = `translate(${p.x.toFixed(1)}px,${p.y.toFixed(1)}px)`;
        const held = state.drag && state.drag.layer === k && state.order[k - 1][state.drag.slot] === i;
        const over = state.drag && state.drag.layer === k && state.order[k - 1][state.drag.target] === i;
        node.classList.toggle("held", Boolean(held));
        node.classList.toggle("over", Boolean(over));
        const at = state.order[k - 1].indexOf(i);
        put(node, "data-slot", at);
        put(node, "aria-label", `Hidden layer ${k}, node ${i + 1}, in slot ${at + 1} of ${row.length}`);
        const worn = shown.labels[k - 1][slot];
        const colour = identityColour(palette, worn);
        node.style.setProperty("--id", colour);
        node.style.setProperty("--ink", inkOn(colour));
        write(node.parts.badge, String(worn + 1));
      }
      const key = `${shown.key} ${slot} ${f.look ? 1 : 0} ${palette.dark}`;
      if (node.drawnKey !== key) {
        node.drawnKey = key;
        this.drawThumb(node.parts.canvas, k, slot, 2 * this.layout.radius[k], f);
        this.drawBias(node, k, slot, f);
      }
    }));
  }

  drawBias(node, k, slot, f) {
    if (!node.parts.bias) return;
    const b = f.shown.theta.b[k - 1][slot];
    const size = 4 + 8 * Math.min(1, Math.abs(b) / f.weightScale);
    node.parts.bias.style.cssText = `width:${size}px;height:${size}px;` +
      (b >= 0 ? `background:${f.palette.positive};border-color:${f.palette.positive}` : `border-color:${f.palette.negative}`);
  }

  /** The node's value over the input plane, or along the one input. */
  drawThumb(canvas, layer, slot, size, f) {
    const ctx = prepared(canvas, size, size);
    const { probe, look, scales, table, palette } = f;
    if (!look?.layers || (layer === 0 && this.layout.bundled)) return;
    const values = look.layers[layer], width = this.scene.net.widths[layer], scale = scales[layer];
    const output = layer === this.last;
    const soft = output && this.scene.loss.kind === "binary-cross-entropy";
    const of = (i) => (soft ? Math.tanh(values[i * width + slot] / 2) : values[i * width + slot] / scale);
    if (probe.kind === "plane") paintField(ctx, probe.size, of, table, 0, 0, size, size);
    else if (probe.kind === "line") drawLine(ctx, probe.size, of, size, palette);
    else if (probe.kind === "samples") drawHistogram(ctx, probe.size, of, size, palette, table);
  }

  drawEdges(f) {
    const { motion, shown, state, palette, weightScale } = f;
    const end = (layer, index, prefix) =>
      layer === 0 || layer === this.last ? this.layout.centres[layer][index] : motion.at(`${prefix}${layer}:${index}`);
    for (const edge of this.edges) {
      const { layer, to, from } = edge;
      const a = end(layer - 1, from, "o"), b = end(layer, to, "b");
      const path = edgePath(a.x, a.y, b.x, b.y);
      if (edge.path !== path) {
        edge.path = path;
        edge.thin.setAttribute("d", path);
        edge.twin.setAttribute("d", path);
      }
      edge.value = this.weightOf(edge, shown.theta);
      const size = Math.min(1, Math.abs(edge.value) / weightScale);
      const look = edgeLook(edge, size, state, palette, this.layout.bundled && layer === 1, this.crowd[layer]);
      const key = `${look.stroke} ${look.width} ${look.opacity} ${look.dash}`;
      if (edge.key === key) continue;
      edge.key = key;
      edge.thin.setAttribute("stroke", look.stroke);
      edge.thin.setAttribute("stroke-width", look.width.toFixed(2));
      edge.thin.setAttribute("stroke-opacity", look.opacity.toFixed(3));
      edge.thin.setAttribute("stroke-dasharray", look.dash);
    }
  }

  /** The weight an edge stands for; for a bundle of inputs the length of the node's whole row. */
  weightOf({ layer, to, from }, theta) {
    const width = theta.widths[layer - 1], row = this.slotIn(layer, to);
    const W = theta.W[layer - 1];
    if (layer === 1 && this.layout.bundled) return Math.hypot(...W.subarray(row * width, (row + 1) * width)) / Math.sqrt(width);
    return W[row * width + this.slotOut(layer - 1, from)];
  }

  /** What the tooltip says. @param {any} target */
  describe({ node, edge }) {
    const { theta } = this.f.shown;
    const nameOf = (layer, index) => {
      if (layer > 0 && layer < this.last) return `node ${index + 1} of layer ${layer}`;
      return this.elements[layer][index].parts.name.textContent;
    };
    if (edge) {
      const bundle = edge.layer === 1 && this.layout.bundled;
      const value = bundle ? `root mean square weight ${sayWeight(edge.value)}` : `w = ${sayWeight(edge.value)}`;
      return { title: value, lines: [`from ${nameOf(edge.layer - 1, edge.from)} to ${nameOf(edge.layer, edge.to)}`] };
    }
    const { layer, index } = node, slot = this.slotIn(layer, index);
    const lines = layer > 0 ? [`bias b = ${sayWeight(theta.b[layer - 1][slot])}`] : [];
    if (this.f.probe.kind === "plane") lines.push(`scale ±${say(this.f.scales[layer])} over the input plane`);
    const hidden = layer > 0 && layer < this.last;
    const title = hidden ? `hidden layer ${layer}, node ${index + 1}, in slot ${this.f.state.order[layer - 1].indexOf(index) + 1}` : nameOf(layer, index);
    const picture = this.f.look?.layers && !(layer === 0 && this.layout.bundled) && this.f.probe.kind !== "none";
    return { title, lines, picture: picture ? (canvas, size) => this.drawThumb(canvas, layer, slot, size, this.f) : null };
  }
}

/** Blue and whole for positive, orange and dashed for negative, wider for larger; in the two steps the post's red and green. */
function edgeLook(edge, size, state, palette, bundle, crowd) {
  const { step } = state;
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

function drawLine(ctx, count, of, size, palette) {
  ctx.strokeStyle = palette.border;
  ctx.beginPath();
  ctx.moveTo(0, size / 2);
  ctx.lineTo(size, size / 2);
  ctx.stroke();
  ctx.strokeStyle = palette.text;
  ctx.lineWidth = 1.6;
  ctx.beginPath();
  for (let i = 0; i < count; i++) ctx.lineTo((size * i) / (count - 1), size / 2 - 0.42 * size * of(i));
  ctx.stroke();
}

/** How often each value occurs over the samples, from -scale to scale, coloured by the value. */
function drawHistogram(ctx, count, of, size, palette, table) {
  const bins = new Array(13).fill(0);
  for (let i = 0; i < count; i++) bins[Math.min(12, Math.max(0, Math.floor(((of(i) + 1) / 2) * 13)))]++;
  const most = Math.max(...bins);
  bins.forEach((n, i) => {
    const h = (0.8 * size * n) / most;
    ctx.fillStyle = Math.abs(i - 6) < 1 ? palette.muted : heat(table, (i - 6) / 6);
    ctx.fillRect((size * i) / 13, 0.9 * size - h, size / 13, h);
  });
}
