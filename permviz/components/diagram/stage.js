/**
 * Where everything on the diagram belongs at a time: bodies and origins of outgoing edges glide there, a held node follows the
 * hand, and a walk let go of goes on by itself to the nearer end.
 *
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("./layout.js").Place} Place
 * @typedef {import("./reducer.js").State} State
 * @typedef {import("./shown.js").Path} Path
 * @typedef {Path & {from: number, goal: number, start: number, ms: number}} Glide
 */
import { Motion, ease } from "./motion.js";
import { isHeld } from "./reducer.js";
import { placesOf } from "./shown.js";

const SWAP_MS = 260, STEP_MS = 1500, WALK_MS = 1400;

export class Stage {
  constructor() {
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.motion = new Motion();
    /** @type {Glide | null} */
    this.glide = null;
    /** @type {{layer: number, index: number, at: Place} | null} the node in the hand, and where that holds it */
    this.held = null;
    this.homeBy = 0;
  }

  /** The swap that goes on by itself. @returns {Path | null} */
  path() {
    if (!this.glide) return null;
    const { base, layer, a, b, t } = this.glide;
    return { base, layer, a, b, t };
  }

  /**
   * After a drop in walk mode the parameters go on to the nearer end; a key walks the whole line, or what is left of it.
   * @param {State} before @param {State} after @param {import("./reducer.js").Action} action @param {Path | null} path under way before
   */
  begin(before, after, action, path) {
    const now = performance.now();
    this.homeBy = now + (before.drag && after.step && !this.calm.matches ? SWAP_MS + 60 : 0);
    if (before.mode !== "walk" || this.calm.matches) return;
    const goal = after.n > before.n ? 1 : 0;
    if (before.drag?.parked && path && goal) {
      this.glide = { ...path, from: path.t, goal, start: now, ms: Math.max(SWAP_MS, WALK_MS * (1 - path.t)) };
    } else if ((action.type === "drop" || action.type === "cancel") && path) {
      this.glide = { ...path, from: path.t, goal, start: now, ms: SWAP_MS };
    } else if (action.type === "swap" && goal) {
      this.glide = { base: before.order, layer: action.layer, a: action.a, b: action.b, t: 0, from: 0, goal, start: now, ms: WALK_MS };
    }
  }

  /** Everything to its place at time `now`; whether something still moves. @param {State} state @param {Layout} layout @param {number} now */
  move(state, layout, now) {
    const g = this.glide;
    if (g) {
      const u = Math.min(1, Math.max(0, (now - g.start) / g.ms));
      g.t = g.from + (g.goal - g.from) * ease(u);
      if (u >= 1) this.glide = null;
    }
    // A node dropped in two-step mode first goes home, so that the slow motion starts from the whole network.
    const homing = state.step?.phase === "step-1" && now < this.homeBy;
    this.aim(homing ? { ...state, step: null } : state, layout, now);
    if (!isHeld(state)) this.held = null;
    return this.motion.step(now) || this.glide !== null || homing;
  }

  /** Send every body and every origin of outgoing edges to where it belongs. @param {State} state @param {Layout} layout @param {number} now */
  aim(state, layout, now) {
    const { motion, held } = this;
    const { bodies, origins } = placesOf(state);
    const ms = this.calm.matches ? 0 : state.step ? STEP_MS : this.glide?.ms ?? SWAP_MS;
    const walked = state.drag && state.mode === "walk" ? state.drag : null;
    state.hidden.forEach((n, k) => {
      const layer = k + 1, slots = layout.centres[layer], bow = Math.min(34, layout.radius[layer] * 1.3);
      for (let node = 0; node < n; node++) {
        const b = `b${layer}:${node}`, o = `o${layer}:${node}`;
        if (state.drag && held?.layer === layer && held.index === node) {
          for (const key of [b, o]) motion.put(key, held.at.x, held.at.y);
        } else if (walked?.parked && walked.layer === layer && walked.target !== null && state.order[k][walked.slot] === node) {
          const from = slots[walked.slot], to = slots[walked.target];
          for (const key of [b, o]) motion.put(key, from.x + bow * Math.sin(Math.PI * walked.t), from.y + (to.y - from.y) * walked.t);
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
  }
}
