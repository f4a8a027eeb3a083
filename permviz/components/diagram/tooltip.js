/**
 * One tooltip for the whole workbench: numbers of an edge or a cell, the enlarged picture of a node.
 *
 * @typedef {{title: string, lines: string[], picture?: ((canvas: HTMLCanvasElement, size: number) => void) | null, below?: boolean}} Tip
 */
import { el, prepared, write } from "./paint.js";

const SIZE = 132;

export class Tooltip {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.box = el("div", "tip", { role: "tooltip", id: "tip", hidden: "" });
    this.canvas = el("canvas");
    this.title = el("strong");
    this.lines = el("div", "tiplines");
    this.box.append(this.canvas, this.title, this.lines);
    root.append(this.box);
  }

  /** @param {Tip} what @param {DOMRect} near @param {DOMRect} [room] which it does not leave upwards: what stands above it is being read */
  show(what, near, room) {
    write(this.title, what.title);
    write(this.lines, what.lines.join("\n"));
    this.canvas.hidden = !what.picture;
    if (what.picture) what.picture(this.canvas, SIZE);
    else prepared(this.canvas, 1, 1);
    this.box.hidden = false;
    const home = this.root.getBoundingClientRect();
    const { offsetWidth: w, offsetHeight: h } = this.box;
    if (what.below) {
      const top = near.bottom - home.top + 6, x = Math.max(0, Math.min(home.width - w, near.right - home.left - w));
      const over = near.bottom + 6 + h > window.innerHeight || top + h > home.height;
      this.place(x, over ? near.top - home.top - h - 6 : top);
      return;
    }
    const right = near.right - home.left + 12;
    const left = right + w <= home.width ? right : Math.max(0, near.left - home.left - w - 12);
    const top = Math.max(room ? room.top - home.top : 0, Math.min(home.height - h, near.top - home.top + near.height / 2 - h / 2));
    this.place(left, top);
  }

  /** @param {number} x @param {number} y */
  place(x, y) {
    this.box.style.transform = `translate(${Math.round(x)}px,${Math.round(y)}px)`;
  }

  hide() {
    this.box.hidden = true;
  }
}
