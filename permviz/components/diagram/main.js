/**
 * The workbench: one instance a mount, which owns the state, the clock and the views. data in -> state -> frame -> picture.
 * The exported function runs at mount and whenever `data` or the theme changes (never for an identical rerun).
 */
import { captionOf } from "./captions.js";
import { Curves } from "./curves.js";
import { makeDraggable } from "./drag.js";
import { aimOf, drawnWidths, heightFor, layoutOf, marginsFor } from "./layout.js";
import { Motion, ease } from "./motion.js";
import { divergingTable, el, paletteFor, put, write } from "./paint.js";
import { distanceOf, randomOrder, sameOrder } from "./permutation.js";
import { largestDifference, look, probeOf, scalesOf } from "./probe.js";
import { initialState, isIdentity, isPending, phaseOf, reduce } from "./reducer.js";
import { mounted } from "../mounting.js";
import { Panels } from "./panels.js";
import { pathOf, placesOf, segmentOf, shownPoint } from "./shown.js";
import { decodeScene, encodeOrder, newEpoch } from "./wire.js";

const SWAP_MS = 260, STEP_MS = 1500, WALK_MS = 1400, PLAY_MS = 4500;
const RETRY_MS = 5000, MOST_RETRIES = 6;

class Workbench {
  constructor(parent) {
    this.parent = parent;
    this.state = null;
    this.motion = new Motion();
    this.glide = null;
    this.curves = new Curves();
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.coarse = window.matchMedia("(pointer: coarse)");
    this.panels = new Panels(parent, {
      dispatch: (action) => this.dispatch(action),
      shuffle: () => this.shuffle(),
      grab: (node) => makeDraggable(node, this.hands()),
    });
    this.root = this.panels.root;
    this.root.addEventListener("keydown", (e) => this.onKey(e));
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.root);
  }

  /** New data from Python, new closures from Streamlit. */
  update(component) {
    this.send = component.setStateValue;
    if (this.state?.drag || this.state?.step) {
      this.deferred = component; // never repaint a node mid-drag because data arrived
      return;
    }
    this.deferred = null;
    this.receive(component.data);
  }

  receive(data) {
    const before = this.scene;
    try {
      this.scene = decodeScene(data);
    } catch (problem) {
      this.panels.fail(String(problem.message ?? problem));
      return;
    }
    const { scene } = this;
    this.curves.scene = scene;
    const host = this.parent.host ?? this.parent;
    this.palette = paletteFor(scene.colours, getComputedStyle(host).getPropertyValue("--st-background-color"));
    this.table = divergingTable(this.palette);
    this.panels.theme(this.palette);
    if (before?.id !== scene.id || before.compact !== scene.compact) this.rebuild(before);
    if (!this.state) this.state = initialState({ nodes: scene.nodes, hidden: scene.hidden, order: scene.order, epoch: newEpoch() });
    this.dispatch({ type: "server", nodes: scene.nodes, hidden: scene.hidden, order: scene.order, ack: scene.ack, notice: scene.notice, anew: before?.id !== scene.id });
    this.invalidate();
  }

  rebuild(before) {
    const { scene } = this;
    this.glide = null;
    this.curves.forget();
    this.probe = probeOf(scene);
    this.home = look(scene.net, this.probe, scene.samples);
    this.scales = scalesOf(this.home);
    this.weightScale = Math.max(...[...scene.net.W, ...scene.net.b].map((w) => w.reduce((m, v) => Math.max(m, Math.abs(v)), 0))) || 1;
    const shape = (s) => s && JSON.stringify([s.net.widths, s.net.activation, s.names, s.compact, s.loss]);
    const reshaped = shape(before) !== shape(scene);
    this.panels.build(scene, this.probe, reshaped);
    if (!reshaped) return; // other parameters of the same nodes: what moves goes on moving, what is about to be grabbed stays
    this.motion.clear();
    this.layout = null;
    this.resize();
  }

  resize() {
    if (!this.scene) return;
    const { room, width } = this.panels.measure(this.scene.compact);
    if (!(width >= 40)) return; // no room yet, or (NaN) not in the document: the observer calls again
    const { widths } = this.scene.net;
    const drawn = drawnWidths(widths), height = heightFor(drawn, room);
    const margins = marginsFor(this.panels.network.names(), drawn, width, height, room);
    const next = layoutOf(widths, width, height, room, margins);
    if (this.layout && this.layout.width === next.width && this.layout.height === next.height) return;
    this.layout = next;
    this.panels.resize(next, room);
    this.motion.clear();
    this.invalidate();
  }

  dispatch(action) {
    const before = this.state;
    const path = pathOf(before, null);
    this.state = reduce(before, action);
    const { state } = this;
    if (state === before) return;
    this.startGlide(before, action, path);
    // At once, not at the next frame: whoever waits for rest must not see the rest before this.
    this.panels.mark(state, phaseOf(state) === "rest" ? "moving" : phaseOf(state), isPending(state));
    if (state.n > before.n) this.post(0);
    const ended = (before.drag || before.step) && !state.drag && !state.step;
    if (ended && this.deferred) queueMicrotask(() => this.deferred && this.update(this.deferred));
    this.invalidate();
  }

  /** After a drop in walk mode the parameters go on to the nearer end; a key walks the whole line. */
  startGlide(before, action, path) {
    this.homeBy = performance.now() + (before.drag && this.state.step && !this.calm.matches ? SWAP_MS + 60 : 0);
    if (before.mode !== "walk" || this.calm.matches) return;
    const goal = this.state.n > before.n ? 1 : 0;
    const now = performance.now();
    if ((action.type === "drop" || action.type === "cancel") && path) {
      this.glide = { ...path, from: path.t, goal, start: now, ms: SWAP_MS };
    } else if (action.type === "swap" && goal) {
      this.glide = { base: before.order, layer: action.layer, a: action.a, b: action.b, t: 0, from: 0, goal, start: now, ms: WALK_MS };
    }
  }

  /** Tell Python the absolute order; tell it again while it does not answer (the server may have been away). */
  post(attempt) {
    clearTimeout(this.retry);
    if (!isPending(this.state)) return;
    this.send("order", encodeOrder(this.state, attempt));
    if (attempt < MOST_RETRIES) this.retry = setTimeout(() => this.post(attempt + 1), RETRY_MS * 2 ** attempt);
  }

  shuffle() {
    const { hidden, order } = this.state;
    let next = order;
    for (let i = 0; i < 50 && sameOrder(next, order); i++) next = randomOrder(hidden, Math.random);
    this.dispatch({ type: "random", order: next });
  }

  onKey(e) {
    if (e.key === "Escape") return this.dispatch({ type: "cancel" });
    if (e.key === "Enter" && this.state?.step?.phase === "broken" && e.target.localName !== "button") {
      e.preventDefault();
      return this.dispatch({ type: "step-next" });
    }
    if (!(e.ctrlKey || e.metaKey) || e.key.toLowerCase() !== "z") return undefined;
    e.preventDefault();
    return this.dispatch({ type: e.shiftKey ? "redo" : "undo" });
  }

  hands() {
    const slotOf = (node) => this.state.order[node.layer - 1].indexOf(node.index);
    return {
      can: () => {
        this.panels.untip();
        return !this.state.step && !this.glide;
      },
      place: (e) => {
        const box = this.panels.diagram.getBoundingClientRect();
        return { x: e.clientX - box.left, y: e.clientY - box.top };
      },
      lift: (node, hand) => {
        this.dispatch({ type: "drag-start", layer: node.layer, slot: slotOf(node) });
        if (!this.state.drag) return false;
        const p = this.motion.at(`b${node.layer}:${node.index}`);
        this.grip = { node, x: p.x - hand.x, y: p.y - hand.y };
        return true;
      },
      carry: (node, hand) => {
        if (!this.state.drag) return;
        const at = { x: hand.x + this.grip.x, y: hand.y + this.grip.y };
        at.x = Math.min(this.layout.width - 8, Math.max(8, at.x));
        at.y = Math.min(this.layout.height - 8, Math.max(8, at.y));
        this.held = at;
        const { layer, slot } = this.state.drag;
        this.dispatch({ type: "drag-over", ...aimOf(this.layout, layer, slot, at, this.state.mode === "walk") });
        this.invalidate();
      },
      release: (node, kept) => {
        this.panels.quiet();
        this.dispatch({ type: kept ? "drop" : "cancel" });
      },
      key: (node, direction) => {
        const a = slotOf(node);
        this.dispatch({ type: "swap", layer: node.layer, a, b: a + direction });
      },
    };
  }

  invalidate() {
    if (!this.frameRequest && this.layout) this.frameRequest = requestAnimationFrame((now) => this.frame(now));
  }

  /** Send every body and every origin of outgoing edges to where it belongs. */
  aim(now) {
    const { state, layout, motion } = this;
    // A node dropped in two-step mode first goes home, so that the slow motion starts from the whole network.
    const homing = state.step?.phase === "step-1" && now < this.homeBy;
    const { bodies, origins } = placesOf(homing ? { ...state, step: null } : state);
    const ms = this.calm.matches ? 0 : state.step && !homing ? STEP_MS : this.glide?.ms ?? SWAP_MS;
    const walked = state.drag && state.mode === "walk" ? state.drag : null;
    state.hidden.forEach((n, k) => {
      const layer = k + 1, slots = layout.centres[layer], bow = Math.min(34, layout.radius[layer] * 1.3);
      for (let node = 0; node < n; node++) {
        const b = `b${layer}:${node}`, o = `o${layer}:${node}`;
        const held = state.drag && this.grip?.node.layer === layer && this.grip.node.index === node;
        if (held && this.held) {
          for (const key of [b, o]) motion.put(key, this.held.x, this.held.y);
        } else if (walked && walked.layer === layer && walked.target !== null && state.order[k][walked.target] === node) {
          const from = slots[walked.target], to = slots[walked.slot];
          const at = { x: from.x - bow * Math.sin(Math.PI * walked.t), y: from.y + (to.y - from.y) * walked.t };
          for (const key of [b, o]) motion.put(key, at.x, at.y);
        } else {
          motion.send(b, slots[bodies[k][node]].x, slots[bodies[k][node]].y, now, ms, bow);
          motion.send(o, slots[origins[k][node]].x, slots[origins[k][node]].y, now, ms, bow);
        }
      }
    });
    if (!state.drag) this.held = null;
    return homing;
  }

  /** One picture. Everything heavy is remembered under a key, so that a moving frame without new parameters is cheap. */
  frame(now) {
    this.frameRequest = 0;
    if (!this.scene || !this.layout) return;
    if (this.state.playing) this.dispatch({ type: "tick", dt: this.lastTick ? (now - this.lastTick) / PLAY_MS : 0 });
    this.lastTick = this.state.playing ? now : 0;
    if (this.glide) {
      const g = this.glide, u = Math.min(1, Math.max(0, (now - g.start) / g.ms));
      g.t = g.from + (g.goal - g.from) * ease(u);
      if (u >= 1) this.glide = null;
    }
    const homing = this.aim(now);
    const moving = this.motion.step(now) || this.glide !== null || homing;
    this.panels.draw(this.seen(moving));
    if (!moving && this.state.step && this.state.step.phase !== "broken") this.dispatch({ type: "step-arrived" });
    if (moving || this.state.playing) this.invalidate();
  }

  /** The frame that the views draw. */
  seen(moving) {
    const { state, scene, probe, home } = this;
    const glide = this.glide && { base: this.glide.base, layer: this.glide.layer, a: this.glide.a, b: this.glide.b, t: this.glide.t };
    const shown = shownPoint(state, scene.net, glide);
    if (this.lookKey !== shown.key || this.lookHome !== home) {
      this.lookKey = shown.key;
      this.lookHome = home;
      this.looked = look(shown.theta, probe, scene.samples);
      this.difference = largestDifference(home, this.looked);
    }
    const path = pathOf(state, glide);
    const segment = segmentOf(state, glide);
    // At t = 1 of a walk by hand the point is a copy, but not yet B.
    const away = shown.kind !== "copy" || (path !== null && path.t === 1);
    const known = sameOrder(state.order, scene.order);
    return {
      state, scene, probe, home, shown, segment, path, moving, palette: this.palette, table: this.table, scales: this.scales,
      weightScale: this.weightScale, layout: this.layout, motion: this.motion, look: this.looked, difference: this.difference,
      distance: away ? distanceOf(scene.net, shown.theta) : null,
      caption: captionOf(state, { loss: this.looked.loss, homeLoss: home.loss, path, kind: shown.kind, finger: this.coarse.matches }),
      phase: moving && !state.drag ? "moving" : phaseOf(state), pending: isPending(state), stale: isPending(state) || !known,
      curve: this.curves.find(segment, known, this.looked.loss), identity: isIdentity(state),
    };
  }

  destroy() {
    clearTimeout(this.retry);
    cancelAnimationFrame(this.frameRequest);
    this.observer.disconnect();
    this.root.remove();
  }
}

export default function workbench(component) {
  return mounted(component, Workbench);
}
