/**
 * The weight matrices before (A) and now, as heatmaps whose rows and columns travel with the nodes.
 * The last, set-off column of each is the bias. Rows of W_k and columns of W_{k+1} wear the colours of layer k's nodes.
 *
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {{rows: number[], columns: number[]}} Cells  a number for each row and for each column
 */
import { slotAt } from "./layout.js";
import { readable } from "./reading.js";
import { el, heat, identityColour, prepared, put, sayWeight, write } from "./paint.js";

const TICK = 15;
/** Wider, they would only be higher, and leave the screen. */
const WIDEST = 598;
const GAP = 4;

export class MatricesView {
  /** @type {import("./wire.js").Scene} */ scene;
  /** @type {Frame} */ f;
  /** @type {number[]} side of a cell in each layer */ cells = [];
  /** @type {ReturnType<MatricesView["makePair"]>[]} */ pairs = [];
  /** @type {import("./wire.js").Scene | null} whose "before" is drawn */ drawn = null;
  drawnKey = "";
  layers = 0;

  /** @param {HTMLElement} root @param {Pick<import("./panels.js").Hooks, "tip" | "tap" | "untip">} hooks */
  constructor(root, hooks) {
    this.hooks = hooks;
    this.title = el("h2", "", {}, "Weight matrices");
    this.scaleLow = el("span");
    this.scaleHigh = el("span");
    const scale = el("span", "scale", { "aria-hidden": "true" });
    scale.append(this.scaleLow, el("span", "ramp"), this.scaleHigh);
    this.head = el("div", "cardhead");
    this.note = el("span", "note");
    this.head.append(this.title, this.note, scale);
    this.box = el("div", "matrices");
    root.append(this.head, this.box);
  }

  /** @param {import("./wire.js").Scene} scene */
  build(scene) {
    this.scene = scene;
    this.layers = scene.net.widths.length - 1;
    this.pairs = Array.from({ length: this.layers }, (_, i) => this.makePair(i + 1));
    this.box.replaceChildren(...this.pairs.map((p) => p.root));
  }

  /** @param {number} k layer */
  makePair(k) {
    const root = el("div", "pair", { "data-testid": `matrix-${k}` });
    const title = el("span", "wname");
    title.append("W", el("sub", "", {}, String(k)));
    const [before, now] = ["before", "now"].map((when) => {
      const canvas = el("canvas", "", { role: "img", "aria-label": `Weights of layer ${k}, ${when}`, "data-testid": `matrix-${k}-${when}` });
      readable(canvas, this.hooks, (e) => this.cellAt(e, k, when, canvas), "pointermove");
      return canvas;
    });
    const row = el("div", "duo");
    row.append(before, now);
    root.append(title, row);
    return { root, before, now };
  }

  /** Cell size that lets all pairs stand in one row where they can. @param {number} room across @param {number} height @param {boolean} [above] whether the names stand there @param {number} [largest] of a cell */
  resize(room, height, above = false, largest = 26) {
    const width = largest > 26 ? room : Math.min(room, WIDEST), { widths } = this.scene.net;
    const columns = widths.slice(0, -1).reduce((sum, n) => sum + 2 * (n + 1), 0);
    // Beside the cells: two rows of ticks, two gaps before the biases, perhaps the name, and the spaces between.
    const free = width - this.layers * (2 * (TICK + GAP) + (above ? 11 : 42)) - (this.layers - 1) * 14;
    const tallest = Math.max(...widths.slice(1));
    const cell = Math.max(2, Math.min(largest, free / columns, (height - TICK) / tallest));
    // Where one row will not do, each pair has the width to itself.
    this.cells = widths.slice(0, -1).map((n) => {
      const alone = (width - 2 * (TICK + GAP) - 40) / (2 * (n + 1));
      return cell >= 9 ? cell : Math.max(2, Math.min(16, alone, Math.max(cell, (height * 1.4) / tallest)));
    });
    this.drawnKey = "";
  }

  /** @param {Frame} f */
  draw(f) {
    const { state, shown, palette, motion } = f;
    write(this.scaleLow, sayWeight(-f.sight.weightScale).slice(0, 5));
    write(this.scaleHigh, sayWeight(f.sight.weightScale).slice(0, 4));
    const key = `${shown.key} ${f.apart} ${f.moving} ${palette.dark} ${JSON.stringify(state.drag)}`;
    if (this.drawnKey === key && !f.moving && !state.drag) return;
    const anew = this.drawnKey === "" || this.f.palette.dark !== palette.dark || this.drawn !== f.scene;
    this.drawn = f.scene;
    this.drawnKey = f.moving ? "moving" : key;
    const walking = shown.kind === "between";
    /** @param {number} layer @param {number} node @param {string} prefix */
    const place = (layer, node, prefix) => {
      const slot = (prefix === "b" ? shown.ins : shown.outs)[layer - 1][node];
      return walking ? slot : slotAt(f.layout, layer, motion.at(`${prefix}${layer}:${node}`).y);
    };
    this.f = f;
    write(this.note, `${f.apart ? "before (A) and now (B)" : "of A"}; last column: biases`);
    this.pairs.forEach((pair, i) => {
      pair.now.hidden = !f.apart;
      const k = i + 1, n = this.scene.net.widths[k], m = this.scene.net.widths[k - 1];
      const home = { rows: range(n), columns: range(m) };
      if (anew) this.paint(pair.before, k, this.scene.net, home, home, home, f);
      const hiddenRows = k < this.layers, hiddenColumns = k > 1;
      const at = {
        rows: hiddenRows ? range(n).map((r) => place(k, r, "b")) : home.rows,
        columns: hiddenColumns ? range(m).map((c) => place(k - 1, c, "o")) : home.columns,
      };
      const from = { rows: hiddenRows ? shown.ins[k - 1] : home.rows, columns: hiddenColumns ? shown.outs[k - 2] : home.columns };
      const worn = {
        rows: hiddenRows ? from.rows.map((slot) => shown.labels[k - 1][slot]) : home.rows,
        columns: hiddenColumns ? range(m) : home.columns,
      };
      if (hiddenColumns && walking) worn.columns = from.columns.map((slot) => shown.labels[k - 2][slot]);
      this.paint(pair.now, k, shown.theta, at, from, worn, f);
    });
  }

  /**
   * `at`: where each row and column stands; `from`: which row and column of theta it shows; `worn`: whose colour it wears.
   * @param {HTMLCanvasElement} canvas @param {number} k @param {import("./forward.js").Net} theta
   * @param {Cells} at @param {Cells} from @param {Cells} worn @param {Frame} f
   */
  paint(canvas, k, theta, at, from, worn, { palette, table, sight: { weightScale }, layout: { unit } }) {
    const n = theta.widths[k], m = theta.widths[k - 1], cell = this.cells[k - 1];
    const ctx = prepared(canvas, TICK + cell * m + GAP + cell, TICK + cell * n, unit);
    const W = theta.W[k - 1], b = theta.b[k - 1];
    const pad = cell > 6 ? 0.5 : 0;
    const order = range(n).sort((r, s) => moved(at.rows[r]) - moved(at.rows[s]));
    const columns = range(m).sort((r, s) => moved(at.columns[r]) - moved(at.columns[s]));
    for (const r of order) {
      const y = TICK + cell * at.rows[r];
      for (const c of columns) {
        ctx.fillStyle = heat(table, W[from.rows[r] * m + from.columns[c]] / weightScale);
        ctx.fillRect(TICK + cell * at.columns[c] + pad, y + pad, cell - 2 * pad, cell - 2 * pad);
      }
      ctx.fillStyle = heat(table, b[from.rows[r]] / weightScale);
      ctx.fillRect(TICK + cell * m + GAP + pad, y + pad, cell - 2 * pad, cell - 2 * pad);
    }
    /** @param {number} node @param {number} x @param {number} y @param {number} w @param {number} h */
    const tick = (node, x, y, w, h) => {
      ctx.fillStyle = identityColour(palette, node);
      ctx.fillRect(x, y, w, h);
      if (cell < (theta.widths[k] > 9 || theta.widths[k - 1] > 9 ? 16 : 11)) return;
      ctx.fillStyle = palette.background;
      ctx.fillText(String(node + 1), x + w / 2, y + h / 2 + 0.5);
    };
    ctx.font = "600 12px sans-serif";
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    if (k < this.layers) for (const r of order) tick(worn.rows[r], 0, TICK + cell * at.rows[r] + 1, TICK - 2, cell - 2);
    if (k > 1) for (const c of columns) tick(worn.columns[c], TICK + cell * at.columns[c] + 1, 0, cell - 2, TICK - 2);
    ctx.strokeStyle = palette.border;
    ctx.lineWidth = 1;
    ctx.strokeRect(TICK + 0.5, TICK + 0.5, cell * m - 1, cell * n - 1);
    ctx.strokeRect(TICK + cell * m + GAP + 0.5, TICK + 0.5, cell - 1, cell * n - 1);
    put(canvas, "data-rows", JSON.stringify(order.length > 64 ? [] : bySlot(at.rows)));
  }

  /** The weight or bias there, in words. @param {PointerEvent} e @param {number} k @param {string} when @param {HTMLCanvasElement} canvas */
  cellAt(e, k, when, canvas) {
    const box = canvas.getBoundingClientRect(), cell = this.cells[k - 1], { unit } = this.f.layout;
    const m = this.scene.net.widths[k - 1], n = this.scene.net.widths[k];
    const row = Math.floor(((e.clientY - box.top) / unit - TICK) / cell), x = (e.clientX - box.left) / unit - TICK;
    const bias = x > cell * m + GAP, column = Math.floor(x / cell);
    if (row < 0 || row >= n || (!bias && (column < 0 || column >= m))) return null;
    const theta = when === "now" ? this.f.shown.theta : this.scene.net;
    const value = bias ? theta.b[k - 1][row] : theta.W[k - 1][row * m + column];
    const place = bias ? `bias of slot ${row + 1}` : `row ${row + 1}, column ${column + 1}`;
    return { point: e, title: `${bias ? "b" : "w"} = ${sayWeight(value)}`, lines: [`layer ${k}, ${place}, ${when}`] };
  }
}

/** @param {number} n */
function range(n) {
  return Array.from({ length: n }, (_, i) => i);
}

/** Rows between two slots are painted last, on top. @param {number} place */
function moved(place) {
  return Math.abs(place - Math.round(place));
}

/** @param {number[]} places */
function bySlot(places) {
  return range(places.length).sort((a, b) => places[a] - places[b]);
}
