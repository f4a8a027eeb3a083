/**
 * When the tooltip shows what: in a moment where a mouse rests, at once where a finger taps; never of what moves.
 *
 * @typedef {import("./view_network.js").NodeElement} NodeElement
 * @typedef {import("./view_edges.js").Edge} Edge
 * @typedef {import("./tooltip.js").Tip & {point: PointerEvent}} Told  what a view says of itself under the pointer
 * @typedef {{node: NodeElement} | {edge: Edge} | Told} Target
 */
import { Tooltip } from "./tooltip.js";

const REST_MS = 220, QUIET_MS = 700;

export class Tips {
  /** @type {import("./view_network.js").NetworkView} */ network;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ timer;
  quietUntil = 0;
  /** Whether a tap has opened the tooltip, which then stays until the next. */
  tapped = false;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.tooltip = new Tooltip(root);
    root.addEventListener("pointerdown", () => this.tapped && this.untip());
  }

  /** @param {Target} target */
  tip(target) {
    clearTimeout(this.timer);
    if (performance.now() < this.quietUntil) return;
    const show = () => this.isStill() && this.show(target);
    if ("point" in target && !this.tooltip.box.hidden) show();
    else this.timer = setTimeout(show, REST_MS);
  }

  /** @param {Target} target */
  tap(target) {
    this.untip();
    this.tapped = this.isStill();
    if (this.tapped) this.show(target);
  }

  isStill() {
    return ["rest", "walk", "broken"].includes(this.root.getAttribute("data-phase") ?? "");
  }

  /** No tooltip for a moment: the pointer rests on a node only because it has just dropped it there. */
  quiet() {
    this.untip();
    this.quietUntil = performance.now() + QUIET_MS;
  }

  untip() {
    clearTimeout(this.timer);
    this.tapped = false;
    this.tooltip.hide();
  }

  /** @param {Target} target */
  show(target) {
    if ("point" in target) this.tooltip.show(target, new DOMRect(target.point.clientX, target.point.clientY, 1, 1));
    else {
      const { network } = this, what = "edge" in target ? network.describeEdge(target.edge) : network.describeNode(target.node);
      const near = "edge" in target ? middleOf(target.edge.twin.getBoundingClientRect()) : target.node.parts.disc.getBoundingClientRect();
      this.tooltip.show(what, near, network.root.getBoundingClientRect());
    }
  }
}

/** @param {DOMRect} box */
function middleOf(box) {
  return new DOMRect(box.x + box.width / 2, box.y + box.height / 2, 1, 1);
}
