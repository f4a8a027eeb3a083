/**
 * The loss along the straight line in parameter space: curve, chord, barrier, and the marker at the point shown.
 *
 * @typedef {import("./permutation.js").Curve} Curve
 * @typedef {import("./shown.js").Segment} Segment
 * @typedef {{curve: Curve | null, segment: Segment | null, label: string, t: number | null, loss: number | null, broken: number | null,
 *   why: string, barrier: number | null, suggested: boolean, playing: boolean, canWalk: boolean, walk: number | null}} Told
 *   suggested: no swap has been made or chosen, this is the one that is suggested; broken: the loss between the two steps; walk: t for the slider, null off the line
 * @typedef {(v: number) => number} Scale  from a value to pixels
 */
import { MEANINGS } from "./help.js";
import { el, put, say, sayT, sayWall, svg, write } from "./paint.js";
import { isWall } from "./story.js";

const LEFT = 42, RIGHT = 12, TOP = 30, BOTTOM = 30;
const LABEL = 14; // the line of the unit and of the menu: above all that is drawn

export class CurveView {
  /** @type {Curve | null} the one drawn */ curve = null;

  /**
   * @param {HTMLElement} root @param {(action: import("./reducer.js").Action) => void} dispatch
   * @param {(meaning: string[]) => HTMLElement} help
   */
  constructor(root, dispatch, help) {
    this.title = el("h2", "", { "data-testid": "curve-title" }, "Loss on the way");
    this.sub = el("p", "note", { "data-testid": "curve-note" });
    this.svg = svg("svg", { class: "curve", role: "img", "data-testid": "curve" });
    /** @param {string} name */
    const text = (name) => svg("text", { class: name });
    this.parts = {
      grid: svg("path", { class: "grid" }), chord: svg("path", { class: "chord" }), broken: svg("path", { class: "broken" }),
      line: svg("path", { class: "line" }), bracket: svg("path", { class: "bracket", "data-testid": "barrier" }),
      high: text("high"), low: text("low"), start: text("start"), end: text("end"), axis: text("axis"), label: text("label"),
      barrier: text("barrier"), brokenText: text("brokenText"),
      marker: svg("circle", { class: "marker", r: "6.5", "data-testid": "marker" }),
    };
    this.svg.append(...Object.values(this.parts));
    this.slider = el("input", "", { type: "range", min: "0", max: "1", step: "0.01", "aria-label": "t along the line from A to B", "data-testid": "walk-slider" });
    this.slider.addEventListener("input", () => dispatch({ type: "walk", t: Number(this.slider.value) }));
    this.slider.addEventListener("change", () => Number(this.slider.value) === 1 && dispatch({ type: "arrive" })); // let go there
    this.play = el("button", "", { type: "button", title: "Walk from A to B and watch", "data-testid": "play" }, "Play");
    this.play.addEventListener("click", () => dispatch({ type: "play" }));
    this.walk = el("div", "walkrow");
    this.at = el("output", "", { "data-testid": "walk-t" });
    this.walk.append(this.play, this.slider, this.at);
    this.box = el("div", "curvebox");
    this.box.append(this.sub, this.svg);
    const head = el("div", "cardhead");
    head.append(this.title, help(MEANINGS.curve));
    root.append(head, this.box, this.walk);
    this.width = 280;
    this.height = 172;
    this.resize(this.width, this.height);
  }

  /** Drawn at its true size, so that the text keeps its own. @param {number} width @param {number} height */
  resize(width, height) {
    Object.assign(this, { width, height });
    put(this.svg, "viewBox", `0 0 ${width} ${height}`);
  }

  /** @param {Told} v */
  draw(v) {
    this.curve = v.curve;
    write(this.title, titleOf(v));
    put(this.svg, "data-suggested", v.suggested ? 1 : 0);
    this.slider.disabled = this.play.disabled = !v.canWalk;
    this.walk.classList.toggle("off", v.walk === null);
    if (v.walk !== null) {
      if (Number(this.slider.value) !== v.walk) this.slider.value = String(v.walk);
      put(this.slider, "aria-label", `t along the line ${v.segment?.pair ? "to the copy" : "from A to B"}`);
      put(this.slider, "aria-valuetext", `t = ${sayT(v.walk)}`);
      write(this.at, `t = ${sayT(v.walk)}`);
    }
    write(this.play, v.playing ? "Stop" : "Play");
    put(this.svg, "data-empty", v.curve ? 0 : 1);
    write(this.sub, v.why);
    this.sub.hidden = !v.why;
    this.sub.classList.toggle("under", Boolean(v.curve));
    if (!v.curve || !v.segment) {
      const { width: W, height: H } = this;
      put(this.parts.grid, "d", `M${LEFT} ${TOP}V${H - BOTTOM}H${W - RIGHT}`);
      put(this.svg, "aria-label", "No line to show yet");
      put(this.parts.marker, "data-t", "");
      return;
    }
    this.place(v, v.curve, v.segment.pair);
  }

  /** @param {Told} v @param {Curve} curve @param {Segment["pair"]} pair */
  place({ t, loss, broken, barrier, label, suggested }, curve, pair) {
    const { width: W, height: H } = this;
    const all = [...curve.losses, broken ?? 0].filter(Number.isFinite);
    const top = Math.max(...all) * 1.12 || 1;
    /** @type {Scale} */
    const x = (s) => LEFT + s * (W - LEFT - RIGHT);
    /** @type {Scale} */
    const y = (l) => H - BOTTOM - ((Number.isFinite(l) ? l : 0) / top) * (H - TOP - BOTTOM);
    /** @param {number[]} values gaps where they are not finite */
    const path = (values) => values.map((l, i) => {
      if (!Number.isFinite(l)) return "";
      return `${Number.isFinite(values[i - 1]) ? "L" : "M"}${x(curve.t[i]).toFixed(1)} ${y(l).toFixed(1)}`;
    }).join("");
    const p = this.parts;
    put(p.grid, "d", `M${LEFT} ${TOP}V${H - BOTTOM}H${W - RIGHT}M${LEFT} ${y(top / 1.12)}h-4M${x(0)} ${H - BOTTOM}v4M${x(0.5)} ${H - BOTTOM}v4M${x(1)} ${H - BOTTOM}v4`);
    put(p.line, "d", path(curve.losses));
    put(p.chord, "d", path(curve.chord));
    /** @param {Element} node @param {string} s @param {number} tx @param {number} ty @param {string} [anchor] */
    const text = (node, s, tx, ty, anchor = "middle") => {
      write(node, s);
      put(node, "x", tx);
      put(node, "y", ty);
      put(node, "text-anchor", anchor);
    };
    text(p.high, say(top / 1.12), LEFT - 10, y(top / 1.12) + 4, "end");
    text(p.low, "0", LEFT - 10, H - BOTTOM + 4, "end");
    text(p.start, pair && !suggested ? "here" : "A", x(0), H - BOTTOM + 17);
    text(p.end, !pair ? "B" : suggested ? `with ${pair[0] + 1} ⇄ ${pair[1] + 1}` : "copy", x(1), H - BOTTOM + 17, pair ? "end" : "middle");
    text(p.axis, "t", x(0.5), H - BOTTOM + 17);
    text(p.label, label, LEFT + 6, LABEL, "start");
    this.bracket(curve, barrier, x, y);
    const at = t === null || loss === null ? null : { x: x(t), y: y(loss) };
    put(p.marker, "visibility", at ? "visible" : "hidden");
    put(p.marker, "data-t", t === null ? "" : t.toFixed(3));
    put(p.marker, "data-loss", loss === null ? "" : loss);
    if (at) put(p.marker, "cx", at.x), put(p.marker, "cy", at.y);
    put(p.broken, "d", broken === null ? "" : `M${x(0)} ${y(broken)}H${x(1)}`);
    text(p.brokenText, broken === null ? "" : `broken: ${say(broken)}`, x(0) + 6, y(broken ?? 0) + (y(broken ?? 0) < TOP + 26 ? 16 : -6), "start");
    const highest = Math.max(...curve.losses.filter(Number.isFinite));
    put(this.svg, "aria-label", `${this.title.textContent}. Largest loss ${say(highest)}, at the ends ${say(curve.losses[0])}. Barrier ${barrier === null ? "not known" : sayWall(barrier, highest)}.`);
  }

  /**
   * The barrier as a bracket from the chord to the curve, where it is largest.
   * @param {Curve} curve @param {number | null} barrier @param {Scale} x @param {Scale} y
   */
  bracket(curve, barrier, x, y) {
    const p = this.parts;
    let best = 0;
    curve.losses.forEach((l, i) => {
      if (l - curve.chord[i] > curve.losses[best] - curve.chord[best]) best = i;
    });
    const rise = curve.losses[best] - curve.chord[best];
    const room = y(curve.chord[best]) - y(curve.losses[best]);
    if (barrier === null || !(rise > 0) || room < 6) {
      put(p.bracket, "d", "");
      write(p.barrier, barrier === null ? "" : `barrier ${sayWall(barrier, curve.losses[best])}`);
      put(p.barrier, "x", x(0.5));
      put(p.barrier, "y", y(curve.chord[best]) - 8);
      put(p.barrier, "text-anchor", "middle");
      return;
    }
    const bx = x(curve.t[best]), y0 = y(curve.chord[best]), y1 = y(curve.losses[best]);
    put(p.bracket, "d", `M${bx - 4} ${y0}h8M${bx} ${y0}V${y1}M${bx - 4} ${y1}h8`);
    write(p.barrier, `barrier ${sayWall(barrier, curve.losses[best])}`);
    // Where the hill is wide enough the number stands in it, at its foot, or beside its top; else below the chord, else above it.
    const below = y0 + 18 < this.height - BOTTOM, width = p.barrier.getComputedTextLength();
    const clear = clearOf(curve.losses.map((l, i) => ({ x: x(curve.t[i]), y: y(l) })), width, LEFT, this.width);
    const spots = [bx + 8, bx - 8 - width].map((left) => ({ left, base: y0 - 8 }));
    for (let by = 8; by < 60; by += 4) for (const left of [bx + by, bx - by - width]) spots.push({ left, base: y1 + 10 });
    const spot = room >= 44 ? spots.find(clear) : null;
    put(p.barrier, "x", spot ? spot.left : bx);
    put(p.barrier, "y", spot ? spot.base : below ? y0 + 17 : y1 - 8);
    put(p.barrier, "text-anchor", spot ? "start" : "middle");
  }
}

/**
 * Whether a text of some width, starting `left` on the line `base`, stays within the plot and off the curve.
 * @param {import("./layout.js").Place[]} points @param {number} width @param {number} low @param {number} high
 * @returns {(spot: {left: number, base: number}) => boolean}
 */
function clearOf(points, width, low, high) {
  return ({ left, base }) => left > low + 2 && left + width < high && points.every((p, i) => {
    const q = points[Math.min(i + 1, points.length - 1)];
    const beside = Math.max(p.x, q.x) < left - 3 || Math.min(p.x, q.x) > left + width + 3;
    return beside || Math.max(p.y, q.y) < base - 13 || Math.min(p.y, q.y) > base + 4;
  });
}

/** @param {Told} told */
function titleOf({ segment, suggested, curve, barrier }) {
  if (suggested && curve) return isWall(barrier ?? 0, curve.losses[0]) ? "The wall you are about to cross" : "No wall on this way";
  if (!segment?.pair) return "Loss on the way from A to B";
  return `Loss on the way: ${segment.pair[0] + 1} ⇄ ${segment.pair[1] + 1} in layer ${segment.layer}`;
}
