/**
 * Weights and biases by hand: one node at a time, a row for each edge into it and one for its bias, to be typed or slid.
 *
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {import("./editing.js").Where} Where
 * @typedef {{where: Where, row: HTMLElement, number: HTMLInputElement, slide: HTMLInputElement, name: string, was: number}} Row
 */
import { MOST_VALUE, leading, samePlace, valueAt } from "./editing.js";
import { el, put, write } from "./paint.js";

const STEPS = 200;

export class EditorView {
  /** @type {Row[]} */ rows = [];
  /** @type {import("./wire.js").Scene} */ scene;
  layer = 1;
  to = 0;
  /** @type {Element | null} had the focus before */ cameFrom = null;
  /** @type {Row | null} under the hand */ held = null;

  /** @param {(action: import("./reducer.js").Action) => void} dispatch @param {import("./view_network.js").NetworkView} network */
  constructor(dispatch, network) {
    this.dispatch = dispatch;
    this.network = network;
    this.button = el("button", "edit", { type: "button", "aria-expanded": "false", title: "Set weights and biases by hand", "data-testid": "edit-weights" }, "Edit weights");
    this.button.addEventListener("click", () => (this.box.hidden ? this.open(this.layer, this.to) : this.close()));
    this.back = el("button", "edit back", { type: "button", title: "Take back all that was set by hand; Undo sets it again", hidden: "", "data-testid": "edit-back" });
    this.back.addEventListener("click", () => {
      const { net, before } = this.scene;
      if (before) this.dispatch({ type: "back", all: leading(net, before.net), name: before.name });
    });
    this.box = el("div", "editor", { role: "dialog", "aria-label": "Weights and biases by hand", hidden: "", "data-testid": "editor" });
    this.choice = el("select", "", { "aria-label": "Edges into" });
    this.choice.addEventListener("change", () => this.open(...this.nodes()[this.choice.selectedIndex]));
    this.list = el("div", "editrows");
    this.wrong = el("p", "note wrong", { role: "alert", hidden: "" });
    const done = el("button", "", { type: "button", "data-testid": "editor-done" }, "Done");
    done.addEventListener("click", () => this.close());
    const head = el("div", "edithead");
    head.append(this.choice, done);
    this.box.append(head, this.list, this.wrong);
    this.box.addEventListener("keydown", (e) => {
      if (e.key !== "Escape") return;
      e.stopPropagation();
      this.dispatch({ type: "try", edit: null });
      this.close();
    });
  }

  /** Layer and node of every node that edges lead to. @returns {[number, number][]} */
  nodes() {
    return this.scene.net.widths.flatMap((n, k) => (k ? Array.from({ length: n }, (_, i) => /** @type {[number, number]} */ ([k, i])) : []));
  }

  /** @param {number} layer @param {number} node */
  nameOf(layer, node) {
    const { inputs, outputs } = this.scene.names, { widths } = this.scene.net;
    if (layer === 0) return inputs[node] ?? `input ${node + 1}`;
    if (layer < widths.length - 1) return `node ${node + 1} of layer ${layer}`;
    return widths[layer] > 1 ? outputs[node] ?? `output ${node + 1}` : "the output";
  }

  /** @param {import("./wire.js").Scene} scene @param {boolean} reshaped */
  build(scene, reshaped) {
    this.scene = scene;
    this.button.hidden = !scene.editable;
    if (!reshaped && scene.editable) return;
    this.close();
    [this.layer, this.to] = [1, 0];
    this.choice.replaceChildren(...this.nodes().map(([k, i]) => el("option", "", {}, `Edges into ${this.nameOf(k, i)}`)));
  }

  /** @param {number} layer @param {number} to @param {number | null} [from] the row that is meant */
  open(layer, to, from) {
    if (!this.scene.editable) return;
    if (this.box.hidden) this.cameFrom = /** @type {Document | ShadowRoot} */ (this.box.getRootNode()).activeElement;
    [this.layer, this.to] = [layer, to];
    this.choice.selectedIndex = this.nodes().findIndex(([k, i]) => k === layer && i === to);
    const sources = Array.from({ length: this.scene.net.widths[layer - 1] }, (_, i) => i);
    this.rows = [...sources, null].map((source) => this.makeRow({ layer, to, from: source }));
    this.list.replaceChildren(...this.rows.map(({ row }) => row));
    this.wrong.hidden = true;
    this.box.hidden = false;
    put(this.box, "data-side", layer > (this.scene.net.widths.length - 1) / 2 ? "left" : "right");
    put(this.button, "aria-expanded", true);
    this.follow();
    const first = this.rows.find(({ where }) => where.from === (from === undefined ? 0 : from)) ?? this.rows[0];
    first.number.focus({ preventScroll: true });
    first.number.select();
  }

  close() {
    if (this.box.hidden) return;
    this.box.hidden = true;
    this.held = null;
    put(this.button, "aria-expanded", false);
    if (this.cameFrom instanceof HTMLElement || this.cameFrom instanceof SVGElement) this.cameFrom.focus({ preventScroll: true });
  }

  /** @param {Where} where @returns {Row} */
  makeRow(where) {
    const { layer, to, from } = where, source = from === null ? "bias" : this.nameOf(layer - 1, from);
    const name = from === null ? `Bias of ${this.nameOf(layer, to)}` : `Weight from ${source} to ${this.nameOf(layer, to)}`;
    const number = el("input", "", { type: "number", step: "any", "aria-label": name });
    const slide = el("input", "", { type: "range", "aria-label": `${name}, slider`, tabindex: "-1" }); // the field has arrows of its own
    const row = el("div", "editrow");
    row.append(el("span", "", { "aria-hidden": "true" }, source), number, slide);
    /** @type {Row} */
    const entry = { where, row, number, slide, name, was: 0 };
    number.addEventListener("keydown", (e) => {
      if (e.key !== "ArrowUp" && e.key !== "ArrowDown") return;
      e.preventDefault();
      this.nudge(entry, e.key === "ArrowUp" ? 1 : -1);
    });
    for (const [input, other] of [[number, slide], [slide, number]]) {
      input.addEventListener("input", () => this.attempt(entry, input.value, other));
      input.addEventListener("change", () => this.set(entry, input.value));
      input.addEventListener("blur", () => this.held === entry && this.set(entry, input.value));
    }
    return entry;
  }

  /** Half a slider's step up or down. @param {Row} entry @param {number} by */
  nudge(entry, by) {
    const value = Number((Number(entry.number.value) + by * Number(entry.slide.step)).toPrecision(12));
    entry.number.value = entry.slide.value = String(value);
    this.set(entry, entry.number.value);
  }

  /** The value that was typed or slid, or null: then it is said what is expected. @param {string} text */
  read(text) {
    const value = text.trim() === "" ? NaN : Number(text), fine = Number.isFinite(value) && Math.abs(value) <= MOST_VALUE;
    this.wrong.hidden = fine;
    if (!fine) write(this.wrong, `“${text}” was given: expected a number from −${MOST_VALUE} to ${MOST_VALUE}. Nothing was changed.`);
    return fine ? value + 0 : null; // −0 becomes 0
  }

  /** While it is under the hand. @param {Row} entry @param {string} text @param {HTMLInputElement} other */
  attempt(entry, text, other) {
    const value = this.read(text);
    if (value === null) return;
    if (this.held !== entry) entry.was = valueAt(this.scene.net, entry.where);
    this.held = entry;
    other.value = String(value);
    this.dispatch({ type: "try", edit: { ...entry.where, value } });
  }

  /** Once it has been let go of. @param {Row} entry @param {string} text */
  set(entry, text) {
    const value = this.read(text), was = this.held === entry ? entry.was : valueAt(this.scene.net, entry.where);
    this.held = null;
    if (value === null) this.dispatch({ type: "try", edit: null });
    else this.dispatch({ type: "edit", edit: { ...entry.where, value }, was, name: entry.name });
  }

  /** Every field that is not under the hand shows what the network has. */
  follow() {
    if (this.box.hidden) return;
    const most = Math.max(1, ...this.scene.net.W.map((w) => w.reduce((m, v) => Math.max(m, Math.abs(v)), 0))), reach = Math.ceil(1.5 * most);
    for (const entry of this.rows) {
      if (entry === this.held) continue;
      const text = String(Number(valueAt(this.scene.net, entry.where).toPrecision(6)));
      if (Number(entry.number.value) !== Number(text) || entry.number.value === "") entry.number.value = text;
      for (const [name, value] of Object.entries({ min: -reach, max: reach, step: (2 * reach) / STEPS })) put(entry.slide, name, value);
      if (entry.slide.value !== text) entry.slide.value = text;
    }
  }

  /** Where there is one, the way back to what the network was before a hand set its weights. */
  offerBack() {
    const { net, before } = this.scene, wanted = before !== null && leading(net, before.net).length > 0;
    if (before) write(this.back, `Back to ${before.name}`);
    if (this.back.hidden !== wanted) return;
    const { activeElement } = /** @type {Document | ShadowRoot} */ (this.back.getRootNode());
    if (!wanted && activeElement === this.back) this.button.focus({ preventScroll: true });
    this.back.hidden = !wanted;
  }

  /** @param {Frame} f */
  draw(f) {
    this.scene = f.scene;
    if (f.state.step && !this.box.hidden) this.close();
    this.follow();
    this.offerBack();
    for (const { where, row } of this.rows) row.classList.toggle("trying", f.state.trying !== null && samePlace(where, f.state.trying));
  }
}
