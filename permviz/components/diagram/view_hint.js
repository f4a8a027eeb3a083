/** Until the first swap, on the workbench: an arrow from the first node to the second of the first layer that has two. */
import { badgeOf, tagPlace } from "./badges.js";
import { el, rem } from "./paint.js";

export class HintView {
  /** @type {import("./layout.js").Layout | undefined} of which `tagAt` speaks */ tagged;
  /** @type {import("./layout.js").Place | null} */ tagAt = null;

  /** @param {HTMLElement} root @param {import("./view_network.js").NetworkView} network */
  constructor(root, network) {
    this.network = network;
    this.arrow = el("div", "hint", { "aria-hidden": "true", "data-testid": "hint" });
    this.tag = el("span", "hinttext", { "aria-hidden": "true", "data-testid": "hint-tag", hidden: "" }, window.matchMedia("(pointer: coarse)").matches ? "tap me" : "drag me");
    this.arrow.append(el("span", "hintarrow"));
    root.append(this.arrow, this.tag);
  }

  /** @param {import("./frame.js").Frame} f */
  draw(f) {
    const layer = f.state.hidden.findIndex((n) => n > 1) + 1;
    const wanted = !f.scene.compact && !f.state.touched && !f.state.drag && !f.state.lifted && !f.state.step && layer > 0;
    this.arrow.hidden = this.tag.hidden = !wanted;
    this.network.nodes.classList.toggle("inviting", wanted);
    if (!wanted) return;
    const [a, b] = f.layout.centres[layer], r = f.layout.radius[layer];
    this.arrow.style.transform = `translate(${rem(a.x + r + 4)},${rem(a.y)})`;
    this.arrow.style.height = rem(b.y - a.y);
    // The arrow bends as far as the next layer's numbers allow.
    const next = layer + 1 < f.layout.radius.length - 1 ? badgeOf(f.layout, layer + 1) : { x: -f.layout.radius[layer + 1], size: 8 };
    this.arrow.style.width = rem(Math.min(30, Math.max(10, f.layout.gap - r + next.x - next.size / 2 - 10)));
    if (this.tagged !== f.layout) {
      this.tagged = f.layout;
      this.tagAt = tagPlace(f.layout, layer, this.tag.offsetWidth / f.layout.unit, this.tag.offsetHeight / f.layout.unit);
    }
    this.tag.hidden = !this.tagAt;
    if (this.tagAt) this.tag.style.transform = `translate(${rem(Math.round(this.tagAt.x))},${rem(Math.round(this.tagAt.y))})`;
    this.network.elements[layer].forEach((node, i) => node.classList.toggle("cue", i === f.state.order[layer - 1][0]));
  }
}
