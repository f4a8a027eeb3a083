/**
 * The workbench: one instance a mount, which owns the state, the clock and the views. data in -> state -> frame -> picture.
 * Who mounts it (mount.js in the app, page/main.js in a page without a server) gives it data, and is told each new order.
 *
 * @typedef {import("./reducer.js").Action} Action
 * @typedef {import("./wire.js").Scene} Scene
 * @typedef {import("../mounting.js").Component} Component
 */
import { place } from "../standing.js";
import { Curves, strideFor } from "./curves.js";
import { makeDraggable } from "./drag.js";
import { editedScene } from "./editing.js";
import { frameOf } from "./frame.js";
import { handsOf } from "./hands.js";
import { drawnWidths, heightFor, layoutOf, marginsFor } from "./layout.js";
import { divergingTable, paletteFor } from "./paint.js";
import { Panels } from "./panels.js";
import { randomOrder, sameOrder } from "./permutation.js";
import { initialState, isHeld, isPending, isUntold, phaseOf, reduce } from "./reducer.js";
import { pathOf } from "./shown.js";
import { Sight } from "./sight.js";
import { Stage } from "./stage.js";
import { samplesAt } from "./samples.js";
import { decodeScene, decodeStanding, encodeOrder, newEpoch } from "./wire.js";

/** @param {Scene} scene */
const partsOf = ({ hide, alone }) => `${hide} ${alone}`;

const PLAY_MS = 4500;
const RETRY_MS = 5000, MOST_RETRIES = 120;
/** On a walk, Python is told so often where one is. */
const TELL_MS = 500;

export class Workbench {
  /** @type {Scene} what Python said */ given;
  /** @type {Scene} that with what was set by hand since */ scene;
  /** @type {import("./reducer.js").State} */ state;
  /** @type {Sight} */ sight;
  /** @type {import("./paint.js").Palette} */ palette;
  /** @type {Uint8ClampedArray} */ table;
  /** @type {import("./layout.js").Layout | null} */ layout = null;
  /** @type {Component | null} data that came while a node was held */ deferred = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ retry;
  /** @type {((frame: import("./frame.js").Frame) => void) | undefined} told of every picture, for what stands beside */ drawn;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ telling;
  /** @type {string | undefined} whose data came last, and how many messages have gone up */ session;
  sent = 0;
  frameRequest = 0;
  lastTick = 0;

  /** @param {Component["parentElement"]} parent */
  constructor(parent) {
    this.parent = parent;
    this.stage = new Stage();
    this.curves = new Curves();
    this.coarse = window.matchMedia("(pointer: coarse)");
    const hands = handsOf(this);
    this.panels = new Panels(parent, {
      dispatch: (action) => this.dispatch(action),
      shuffle: () => this.shuffle(),
      grab: (node) => makeDraggable(node, hands),
    });
    this.root = this.panels.root;
    this.root.addEventListener("keydown", (e) => this.onKey(e));
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.root);
    this.stand = () => this.invalidate();
    place.addEventListener("change", this.stand);
  }

  /** New data from Python, new closures from Streamlit. @param {Component} component */
  update(component) {
    this.send = component.setStateValue;
    this.component = component;
    if (this.state && (isHeld(this.state) || this.state.step)) {
      this.deferred = component; // never repaint a node mid-drag because data arrived
      this.dress(); // but in the colours of the page around it
      this.invalidate();
      return;
    }
    this.deferred = null;
    this.receive(component.data);
  }

  /** @param {unknown} data */
  receive(data) {
    const before = this.scene;
    try {
      this.given = decodeScene(data, (at) => samplesAt(at, () => this.component && this.root.isConnected && this.update(this.component)));
    } catch (problem) {
      this.panels.fail(problem instanceof Error ? problem.message : String(problem));
      return;
    }
    const { nodes, hidden, order, place: at, ack, notice, session } = this.given;
    // Heard before it is drawn: what Python knows by now is in its network, and not set on top of it.
    this.state ??= initialState({ nodes, hidden, order, place: at, epoch: newEpoch() });
    const heard = reduce(this.state, { type: "server", nodes, hidden, order, place: at, ack, notice });
    this.scene = this.withEdits(heard);
    this.dress();
    const anew = before?.id !== this.scene.id;
    if (anew || before.compact !== this.scene.compact || partsOf(before) !== partsOf(this.scene) || !before.samples !== !this.scene.samples) this.rebuild(before);
    this.dispatch({ type: "server", nodes, hidden, order, place: at, ack, notice, anew });
    // A new session gets the old values again, but calls nobody for them: what no server has acknowledged is told to it anew.
    if (before && session !== this.session) this.post();
    this.session = session;
    this.invalidate();
  }

  /** In the colours of the page's theme. */
  dress() {
    const host = "host" in this.parent ? this.parent.host : this.parent;
    this.palette = paletteFor(this.given.colours, getComputedStyle(host).getPropertyValue("--st-background-color"));
    this.table = divergingTable(this.palette);
    this.panels.theme(this.palette);
  }

  /** Python's scene with what was set by hand since. @param {import("./reducer.js").State} state */
  withEdits({ edits, trying }) {
    const { given } = this, all = trying ? [...edits, trying] : edits;
    return given.samples && all.length ? editedScene(given, all, strideFor(given.net, given.samples)) : given;
  }

  /** A parameter was set by hand: everything follows. */
  redraw() {
    const before = this.scene;
    this.scene = this.withEdits(this.state);
    if (before.id !== this.scene.id) this.rebuild(before);
  }

  /** @param {Scene | undefined} before */
  rebuild(before) {
    this.stage.glide = null;
    this.curves.forget();
    this.sight = new Sight(this.scene);
    /** @param {Scene} s */
    const shape = (s) => JSON.stringify([s.net.widths, s.net.activation, s.names, s.compact, partsOf(s), s.loss, s.image, !s.samples]);
    const reshaped = !before || shape(before) !== shape(this.scene);
    this.panels.build(this.scene, this.sight.probe, reshaped);
    if (!reshaped) return; // other parameters of the same nodes: what moves goes on moving, what is about to be grabbed stays
    this.stage.motion.clear();
    this.layout = null;
    this.resize();
  }

  resize() {
    if (!this.scene) return;
    const { room, width, unit } = this.panels.measure(this.scene.compact);
    if (!(width >= 40 && unit > 0)) return; // no room yet, or (NaN) not in the document: the observer calls again
    const { widths } = this.scene.net;
    const drawn = drawnWidths(widths), height = heightFor(drawn, room);
    const margins = marginsFor(this.panels.network.names(), drawn, width, height, room);
    const next = layoutOf(widths, width, height, room, margins, unit);
    const { layout } = this;
    if (layout && layout.width === next.width && layout.height === next.height && layout.unit === unit) return;
    this.layout = next;
    this.panels.resize(next, room);
    this.stage.motion.clear();
    this.invalidate();
  }

  /** @param {Action} action */
  dispatch(action) {
    const before = this.state;
    const path = pathOf(before, null);
    this.state = reduce(before, action);
    const { state } = this;
    if (state === before) return;
    if (action.type !== "server" && (state.edits !== before.edits || state.trying !== before.trying)) this.redraw();
    this.stage.begin(before, state, action, path);
    // At once, not at the next frame: whoever waits for rest must not see the rest before this.
    this.panels.mark(state, phaseOf(state) === "rest" ? "moving" : phaseOf(state), isPending(state) || isUntold(state));
    if (state.n > before.n) this.post();
    this.tell();
    const ended = (isHeld(before) || before.step) && !isHeld(state) && !state.step;
    if (ended && this.deferred) queueMicrotask(() => this.deferred && this.update(this.deferred));
    this.invalidate();
  }

  /** Tell Python the absolute order; tell it again while it does not answer (the server may have been away). @param {number} [retries] */
  post(retries = 0) {
    clearTimeout(this.retry);
    if (!isPending(this.state)) return;
    this.send?.("order", encodeOrder(this.state, this.sent++));
    // At one pace: Streamlit's front end, connected again, asks for no run by itself if the last had not begun.
    if (retries < MOST_RETRIES) this.retry = setTimeout(() => this.post(retries + 1), RETRY_MS);
  }

  /** Tell Python where one is: of a mode at once, of a moving t now and then. A small diagram has no place of its own to tell. */
  tell() {
    const { state } = this;
    if (!isUntold(state) || this.scene.compact) return;
    if (state.mode !== state.told.mode) this.dispatch({ type: "tell" });
    else this.telling ??= setTimeout(() => {
      this.telling = undefined;
      this.dispatch({ type: "tell" });
    }, TELL_MS);
  }

  shuffle() {
    const { hidden, order } = this.state;
    let next = order;
    for (let i = 0; i < 50 && sameOrder(next, order); i++) next = randomOrder(hidden, Math.random);
    this.dispatch({ type: "random", order: next });
  }

  /** @param {KeyboardEvent} e */
  onKey(e) {
    if (!this.state) return;
    if (e.key === "Escape") {
      this.panels.tips.untip();
      this.dispatch({ type: "cancel" });
    } else if (e.key === "Enter" && this.state.step?.phase === "broken" && !(e.target instanceof HTMLButtonElement)) {
      e.preventDefault();
      this.dispatch({ type: "step-next" });
    } else if (e.key === "Enter" && e.target === this.panels.curve.slider) {
      this.dispatch({ type: "arrive" });
    } else if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "z") {
      e.preventDefault();
      this.dispatch({ type: e.shiftKey ? "redo" : "undo" });
    }
  }

  invalidate() {
    if (!this.frameRequest && this.layout) this.frameRequest = requestAnimationFrame((now) => this.frame(now));
  }

  /** One picture. Everything heavy is remembered under a key, so that a moving frame without new parameters is cheap. @param {number} now */
  frame(now) {
    this.frameRequest = 0;
    const { layout, stage } = this;
    if (!layout) return;
    if (this.state.playing) this.dispatch({ type: "tick", dt: this.lastTick ? (now - this.lastTick) / PLAY_MS : 0 });
    this.lastTick = this.state.playing ? now : 0;
    const moving = stage.move(this.state, layout, now);
    const { state, scene, sight, palette, table } = this;
    const standing = decodeStanding(scene, place.now);
    const given = { state, scene, sight, palette, table, layout, motion: stage.motion, moving, standing };
    const frame = frameOf(given, stage.path(), this.curves, this.coarse.matches);
    this.panels.draw(frame);
    this.drawn?.(frame);
    if (!moving && state.step && state.step.phase !== "broken") this.dispatch({ type: "step-arrived" });
    if (moving || this.state.playing) this.invalidate();
  }

  destroy() {
    clearTimeout(this.retry);
    clearTimeout(this.telling);
    cancelAnimationFrame(this.frameRequest);
    place.removeEventListener("change", this.stand);
    this.observer.disconnect();
    this.root.remove();
  }
}
