/**
 * What the network says: before (A), now, and the difference on its own stated scale.
 * Two inputs: pictures over the input plane with the data and the decision boundary. One input: curves. More: F(now) against
 * F(A), sample by sample, which lies on the diagonal exactly when the function is the same.
 */
import { el, heat, identityColour, paintField, prepared, say, write } from "./paint.js";
import { zeroContour } from "./probe.js";

/** Differences below this are painted as what they are: rounding. */
const FLOOR = 1e-9;

export class OutputView {
  /** @param {HTMLElement} root @param {{tip: (t: any) => void, untip: () => void}} hooks */
  constructor(root, hooks) {
    this.hooks = hooks;
    this.axes = el("span", "note");
    const head = el("div", "cardhead");
    head.append(el("h3", "", {}, "Output"), this.axes);
    this.box = el("div", "pictures");
    this.note = el("p", "note", { "data-testid": "output-difference" });
    this.key = el("p", "note classes");
    root.append(head, this.box, this.key, this.note);
  }

  /** Which mark is which class, where there are few. */
  buildKey({ loss, names, colours }, kind) {
    const few = kind === "plane" && loss.kind !== "squared" && names.outputs.length <= 4;
    const colour = (i) => (loss.kind === "cross-entropy" ? colours.identities[i] : `var(--pv-${i ? "positive" : "negative"})`);
    this.key.replaceChildren(...(few ? names.outputs : []).map((name, i) => {
      const entry = el("span", "", {}, name), mark = el("i", i % 2 ? "square" : "round");
      mark.style.background = colour(i);
      entry.prepend(mark);
      return entry;
    }));
  }

  /** @param {import("./wire.js").Scene} scene @param {import("./probe.js").Probe} probe */
  build(scene, probe) {
    this.scene = scene;
    this.probe = probe;
    const names = { plane: ["before", "now", "difference"], line: ["before and now", "difference"], samples: ["now against before"], none: [] };
    this.figures = names[probe.kind].map((name) => {
      const figure = el("figure", "", { "data-testid": `output-${name.split(" ")[0]}` });
      const canvas = el("canvas", "", { role: "img", "aria-label": `Output of the network, ${name}` });
      canvas.addEventListener("pointermove", (e) => this.hover(e, canvas, name));
      canvas.addEventListener("pointerleave", () => this.hooks.untip());
      figure.append(canvas, el("figcaption", "", {}, name));
      figure.canvas = canvas;
      return figure;
    });
    this.box.className = `pictures ${probe.kind}`;
    this.box.replaceChildren(...this.figures);
    const [x, y] = scene.names.inputs;
    const texts = { plane: `${x} →  ${y} ↑`, line: `${x} →  ${scene.names.outputs[0]} ↑`, samples: "F(A) →  F(now) ↑", none: "" };
    write(this.axes, texts[probe.kind]);
    this.buildKey(scene, probe.kind);
    this.drawnKey = "";
  }

  /** @param {number} width of the card's inside */
  resize(width) {
    this.width = width;
    this.drawnKey = "";
  }

  /** @param {any} f the frame */
  draw(f) {
    if (!f.look.layers) {
      write(this.note, "The table is too large to send to the browser: outputs are not drawn here. The certificate above is computed on the server.");
      return;
    }
    const key = `${f.shown.key} ${f.palette.dark} ${this.width}`;
    if (key === this.drawnKey) return;
    this.drawnKey = key;
    this.f = f;
    const before = f.home.layers[f.home.layers.length - 1], now = f.look.layers[f.look.layers.length - 1];
    this.outputs = { before, now };
    if (this.probe.kind === "plane") this.drawPlanes(before, now, f);
    else if (this.probe.kind === "line") this.drawCurves(before, now, f);
    else this.drawScatter(before, now, f);
    const where = this.probe.kind === "samples" ? "over the samples" : this.probe.kind === "plane" ? "on a 41×41 grid" : "along the line";
    const most = say(f.difference);
    const copy = f.difference < 1e-12;
    write(this.note, `max |difference| = ${most} ${where}`);
    this.note.classList.toggle("wrong", !copy);
  }

  drawPlanes(before, now, f) {
    const side = Math.floor((this.width - 16) / 3);
    const n = this.scene.net.widths[this.scene.net.widths.length - 1], size = this.probe.size;
    const scale = f.scales[f.scales.length - 1];
    const binary = this.scene.loss.kind === "binary-cross-entropy", classes = this.scene.loss.kind === "cross-entropy";
    [before, now].forEach((values, i) => {
      const ctx = prepared(this.figures[i].canvas, side, side);
      if (classes) this.paintClasses(ctx, values, n, size, side, f.palette);
      else paintField(ctx, size, (j) => 0.62 * (binary ? Math.tanh(values[j * n] / 2) : values[j * n] / scale), f.table, 0, 0, side, side);
      this.boundary(ctx, values, n, size, side, f.palette);
      this.points(ctx, side, f);
    });
    const ctx = prepared(this.figures[2].canvas, side, side);
    const span = Math.max(f.difference, FLOOR);
    const largest = (j) => {
      let most = 0;
      for (let c = 0; c < n; c++) {
        const d = now[j * n + c] - before[j * n + c];
        if (Math.abs(d) > Math.abs(most)) most = d;
      }
      return most / span;
    };
    paintField(ctx, size, largest, f.table, 0, 0, side, side);
    write(this.figures[2].lastChild, f.difference > FLOOR ? `difference, ±${say(span)}` : "difference");
  }

  paintClasses(ctx, values, n, size, side, palette) {
    const cell = side / size;
    const colours = Array.from({ length: n }, (_, c) => identityColour(palette, c));
    for (let i = 0; i < size * size; i++) {
      ctx.fillStyle = colours[winner(values, i, n)];
      ctx.globalAlpha = 0.45;
      ctx.fillRect((i % size) * cell, Math.floor(i / size) * cell, cell + 0.4, cell + 0.4);
    }
    ctx.globalAlpha = 1;
  }

  /** Where the decision changes: the zero contour of the logit, or of each class's lead over the others. */
  boundary(ctx, values, n, size, side, palette) {
    const { kind } = this.scene.loss;
    if (kind === "squared") return;
    const lead = (c) => (i) => {
      let other = -Infinity;
      for (let d = 0; d < n; d++) if (d !== c) other = Math.max(other, values[i * n + d]);
      return values[i * n + c] - other;
    };
    const fields = kind === "cross-entropy" ? Array.from({ length: n }, (_, c) => lead(c)) : [(i) => values[i]];
    ctx.strokeStyle = palette.text;
    ctx.lineWidth = 1.4;
    ctx.beginPath();
    const unit = side / (size - 1);
    for (const field of fields) {
      for (const [p, q] of zeroContour(size, field)) {
        ctx.moveTo(p[0] * unit, p[1] * unit);
        ctx.lineTo(q[0] * unit, q[1] * unit);
      }
    }
    ctx.stroke();
  }

  /** The data: colour and shape tell the class. */
  points(ctx, side, f) {
    const { samples, window: w, loss } = this.scene;
    if (!samples) return;
    const skip = Math.max(1, Math.ceil(samples.count / 400));
    const scale = f.scales[f.scales.length - 1];
    for (let s = 0; s < samples.count; s += skip) {
      const x = (side * (samples.inputs[2 * s] - w[0])) / (w[1] - w[0]), y = (side * (w[3] - samples.inputs[2 * s + 1])) / (w[3] - w[2]);
      const target = samples.targets[loss.kind === "squared" ? s * this.scene.names.outputs.length : s];
      if (loss.kind === "squared") ctx.fillStyle = heat(f.table, target / scale);
      else if (loss.kind === "cross-entropy") ctx.fillStyle = identityColour(f.palette, target);
      else ctx.fillStyle = target > 0 ? f.palette.positive : f.palette.negative;
      ctx.strokeStyle = f.palette.dark ? "rgba(0,0,0,.65)" : "rgba(255,255,255,.85)";
      ctx.lineWidth = 0.7;
      ctx.beginPath();
      if (loss.kind !== "squared" && target % 2 === 1) ctx.rect(x - 1.5, y - 1.5, 3, 3);
      else ctx.arc(x, y, 1.7, 0, 7);
      ctx.fill();
      ctx.stroke();
    }
  }

  drawCurves(before, now, f) {
    const { samples, window: w, names } = this.scene, n = names.outputs.length;
    const width = this.width, height = 118;
    const ctx = prepared(this.figures[0].canvas, width, height);
    let most = 0;
    for (const v of [...before, ...(samples ? samples.targets : [])]) most = Math.max(most, Math.abs(v));
    const y = (v, h = height, top = most * 1.15) => h / 2 - (v / top) * (h / 2 - 4);
    axis(ctx, width, height, f.palette);
    if (samples) {
      ctx.fillStyle = f.palette.muted;
      for (let s = 0; s < samples.count; s++) {
        ctx.fillRect((width * (samples.inputs[s] - w[0])) / (w[1] - w[0]) - 1, y(samples.targets[s * n]) - 1, 2, 2);
      }
    }
    stroke(ctx, before, n, width, y, f.palette.text, [5, 4], 1.6);
    stroke(ctx, now, n, width, y, f.palette.accent, [], 2.2);
    write(this.figures[0].lastChild, "before: dashed, now: solid, data: dots");
    const low = prepared(this.figures[1].canvas, width, 54);
    const span = Math.max(f.difference, FLOOR);
    axis(low, width, 54, f.palette);
    stroke(low, now.map((v, i) => v - before[i]), n, width, (v) => y(v, 54, span), f.palette.bad, [], 1.6);
    write(this.figures[1].lastChild, `difference, scale ±${say(span)}`);
  }

  drawScatter(before, now, f) {
    const side = Math.min(this.width - 60, 170), n = this.scene.net.widths[this.scene.net.widths.length - 1];
    const ctx = prepared(this.figures[0].canvas, side, side);
    let most = 0;
    for (const v of before) most = Math.max(most, Math.abs(v));
    const at = (v) => (side * (v / (1.1 * most) + 1)) / 2;
    ctx.strokeStyle = f.palette.border;
    ctx.strokeRect(0.5, 0.5, side - 1, side - 1);
    ctx.beginPath();
    ctx.moveTo(0, side);
    ctx.lineTo(side, 0);
    ctx.stroke();
    ctx.globalAlpha = 0.55;
    const skip = Math.max(1, Math.ceil(before.length / 3000));
    for (let i = 0; i < before.length; i += skip) {
      ctx.fillStyle = n > 1 ? identityColour(f.palette, i % n) : f.palette.accent;
      ctx.fillRect(at(before[i]) - 1.2, side - at(now[i]) - 1.2, 2.4, 2.4);
    }
    ctx.globalAlpha = 1;
    write(this.figures[0].lastChild, n > 1 ? "each sample, each output; on the diagonal: the same" : "each sample; on the diagonal: the same");
  }

  hover(e, canvas, name) {
    if (this.probe.kind !== "plane" || !this.outputs) return;
    const box = canvas.getBoundingClientRect(), w = this.scene.window, { size } = this.probe;
    const u = (e.clientX - box.left) / box.width, v = (e.clientY - box.top) / box.height;
    const i = Math.round(v * (size - 1)) * size + Math.round(u * (size - 1));
    const n = this.scene.net.widths[this.scene.net.widths.length - 1];
    if (!(i >= 0 && i < size * size)) return;
    const text = (values) => Array.from(values.subarray(i * n, i * n + n), say).join(", ");
    const at = `at (${say(w[0] + u * (w[1] - w[0]))}, ${say(w[3] - v * (w[3] - w[2]))})`;
    this.hooks.tip({ point: e, title: at, lines: [`F(A) = ${text(this.outputs.before)}`, `F(now) = ${text(this.outputs.now)}`] });
  }
}

function winner(values, i, n) {
  let best = 0;
  for (let c = 1; c < n; c++) if (values[i * n + c] > values[i * n + best]) best = c;
  return best;
}

function axis(ctx, width, height, palette) {
  ctx.strokeStyle = palette.border;
  ctx.lineWidth = 1;
  ctx.strokeRect(0.5, 0.5, width - 1, height - 1);
  ctx.beginPath();
  ctx.moveTo(0, height / 2);
  ctx.lineTo(width, height / 2);
  ctx.stroke();
}

function stroke(ctx, values, n, width, y, colour, dash, line) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = line;
  ctx.setLineDash(dash);
  const count = values.length / n;
  for (let c = 0; c < n; c++) {
    ctx.beginPath();
    for (let i = 0; i < count; i++) ctx.lineTo((width * i) / (count - 1), y(values[i * n + c]));
    ctx.stroke();
  }
  ctx.setLineDash([]);
}
