/**
 * A marker that the hand moves over a flat figure. The trace with `meta.handle` holds the one point that is moved; points of
 * traces with `meta.follow`, a list of 2x2 matrices [[a, b], [c, d]], are those matrices' images of it and move along.
 *
 * @typedef {[number, number]} Point  in the figure's coordinates
 * @typedef {{range: Point, _offset: number, d2p: (value: number) => number, p2d: (pixel: number) => number}} Axis  Plotly's
 * @typedef {{trace: number, x: Axis, y: Axis, point: Point}} Marker
 * @typedef {HTMLElement & Record<string, any>} Canvas  with what Plotly keeps on it
 */
export const REACH = 24; // pixels round the marker that take hold of it: a fingertip

/** Index of the trace whose point is moved, or -1. @param {{meta?: any}[]} traces */
export const handleOf = (traces) => traces.findIndex((trace) => trace.meta?.handle);

/** Images of a point under matrices, as Plotly's coordinate lists. @param {[Point, Point][]} maps @param {Point} point */
export function images(maps, [x, y]) {
  return { x: maps.map(([[a, b]]) => a * x + b * y), y: maps.map(([, [c, d]]) => c * x + d * y) };
}

/** A number within a range given in either direction. @param {number} value @param {Point} range */
export const within = (value, [a, b]) => Math.min(Math.max(a, b), Math.max(Math.min(a, b), value));

export class Handle {
  /** @type {Marker | null} */ grip = null;
  /** @type {Point | null} */ at = null;
  /** @type {number | undefined} */ frame;

  /**
   * @param {Canvas} canvas @param {() => import("./library.js").Plotly} plotly gives the library once it is loaded
   * @param {(trace: number, point: Point) => void} dropped is told where the marker was let go
   */
  constructor(canvas, plotly, dropped) {
    this.canvas = canvas;
    this.plotly = plotly;
    this.dropped = dropped;
    const early = { capture: true, passive: false }; // before Plotly takes the press for a zoom, or the phone for a scroll
    canvas.addEventListener("pointerdown", (event) => this.down(event), early);
    canvas.addEventListener("pointermove", (event) => this.move(event), early);
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) canvas.addEventListener(end, (event) => this.up(event), early);
    for (const start of ["mousedown", "touchstart"]) canvas.addEventListener(start, (event) => this.grip && quell(event), early);
  }

  /** The marker's trace and the axes that it lies on; null in figures without one. @returns {Marker | null} */
  marker() {
    const { _fullLayout: layout, data } = this.canvas;
    const trace = data && layout?.xaxis ? handleOf(data) : -1;
    return trace < 0 ? null : { trace, x: layout.xaxis, y: layout.yaxis, point: [data[trace].x[0], data[trace].y[0]] };
  }

  /** @param {PointerEvent} event @returns {Point} */
  pixels({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  }

  /** @param {PointerEvent} event @param {Marker} marker */
  over(event, marker) {
    const [x, y] = this.pixels(event);
    const at = [marker.x._offset + marker.x.d2p(marker.point[0]), marker.y._offset + marker.y.d2p(marker.point[1])];
    return Math.hypot(x - at[0], y - at[1]) <= REACH;
  }

  /** @param {PointerEvent} event */
  down(event) {
    const marker = this.marker();
    if (!marker || !event.isPrimary || event.button !== 0 || !this.over(event, marker)) return;
    this.grip = marker;
    this.at = null;
    this.canvas.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.grip) {
      const marker = event.pointerType === "mouse" ? this.marker() : null;
      this.canvas.classList.toggle("permviz-plot-grabbable", marker !== null && this.over(event, marker));
      return;
    }
    quell(event);
    const { x, y } = this.grip, [left, top] = this.pixels(event);
    this.at = [within(x.p2d(left - x._offset), x.range), within(y.p2d(top - y._offset), y.range)];
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  /** The marker and its followers under the hand, and what Plotly says of that place. Only the marks move: nothing is drawn anew. */
  draw() {
    this.frame = undefined;
    const { grip, at, canvas } = this;
    if (!grip || !at) return;
    this.put(grip, grip.trace, { x: [at[0]], y: [at[1]] });
    canvas.data.forEach((/** @type {import("./figure.js").Trace} */ { meta }, /** @type {number} */ i) => {
      if (meta?.follow) this.put(grip, i, images(meta.follow, at));
    });
    this.plotly()?.Fx.hover(canvas, { xval: at[0], yval: at[1] }, "xy");
  }

  /** @param {Marker} axes @param {number} trace @param {{x: number[], y: number[]}} points */
  put(axes, trace, { x, y }) {
    const marks = this.canvas.querySelectorAll(`.trace${this.canvas._fullData[trace].uid} .point`);
    marks.forEach((mark, i) => mark.setAttribute("transform", `translate(${axes.x.d2p(x[i])},${axes.y.d2p(y[i])})`));
  }

  /** @param {PointerEvent} event */
  up(event) {
    const { grip, at } = this;
    this.grip = null;
    if (!grip) return;
    quell(event);
    if (at && event.type === "pointerup") this.dropped(grip.trace, at);
  }
}

/** @param {Event} event */
function quell(event) {
  event.preventDefault();
  event.stopPropagation();
}
