/**
 * Things that move: named points that glide to where they belong. A glide whose goal has not changed is never restarted.
 *
 * @typedef {import("./layout.js").Place} Place
 */

/** Eases in and out. @param {number} u in [0, 1] */
export function ease(u) {
  return u < 0.5 ? 4 * u * u * u : 1 - (2 - 2 * u) ** 3 / 2;
}

export class Motion {
  constructor() {
    /** @type {Map<string, Place & {from: Place, goal: Place, start: number, ms: number, bow: number}>} */
    this.points = new Map();
  }

  /** Put a point somewhere at once. @param {string} key @param {number} x @param {number} y */
  put(key, x, y) {
    this.points.set(key, { x, y, from: { x, y }, goal: { x, y }, start: 0, ms: 0, bow: 0 });
  }

  /**
   * Send a point to (x, y) in `ms`, bowing sideways by up to `bow` px so that two that change places stay visible.
   * @param {string} key @param {number} x @param {number} y @param {number} now @param {number} ms @param {number} [bow]
   */
  send(key, x, y, now, ms, bow = 0) {
    const p = this.points.get(key);
    if (!p || ms <= 0) return this.put(key, x, y);
    if (p.goal.x === x && p.goal.y === y) return;
    const far = Math.abs(y - p.y) > 8;
    const side = Math.sign(y - p.y);
    this.points.set(key, { x: p.x, y: p.y, from: { x: p.x, y: p.y }, goal: { x, y }, start: now, ms, bow: far ? bow * side : 0 });
  }

  /** @param {string} key @returns {Place} */
  at(key) {
    return this.points.get(key) ?? { x: 0, y: 0 };
  }

  /** Move everything to its place at time `now`; whether anything still moves. @param {number} now */
  step(now) {
    let moving = false;
    for (const p of this.points.values()) {
      if (!p.ms) continue;
      const u = Math.min(1, Math.max(0, (now - p.start) / p.ms));
      const e = ease(u);
      p.x = p.from.x + (p.goal.x - p.from.x) * e + p.bow * Math.sin(Math.PI * e);
      p.y = p.from.y + (p.goal.y - p.from.y) * e;
      if (u < 1) moving = true;
      else Object.assign(p, { x: p.goal.x, y: p.goal.y, ms: 0 });
    }
    return moving;
  }

  clear() {
    this.points.clear();
  }
}
