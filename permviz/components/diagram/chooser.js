/** Which sample lights the network up: one back, one on, or the next of a class. */
import { el, write } from "./paint.js";
import { litOf } from "./thumbs_image.js";

export class Chooser {
  /** @param {(action: import("./reducer.js").Action) => void} dispatch */
  constructor(dispatch) {
    /** @type {import("./frame.js").Frame | null} */
    this.f = null;
    this.root = el("div", "chooser", { hidden: "", "data-testid": "chooser" });
    this.words = el("span", "note", { "data-testid": "chosen-sample" });
    /** @param {string} text @param {string} label @param {number} by */
    const button = (text, label, by) => {
      const made = el("button", "", { type: "button", "aria-label": label, "data-testid": by > 0 ? "sample-next" : "sample-before" }, text);
      made.addEventListener("click", () => this.f?.scene.samples && dispatch({ type: "light", sample: (litOf(this.f) + by + this.f.scene.samples.count) % this.f.scene.samples.count }));
      return made;
    };
    this.root.append(button("‹", "The sample before", -1), this.words, button("›", "The next sample", 1));
  }

  /** @param {import("./frame.js").Frame} f @param {boolean} wanted */
  draw(f, wanted) {
    this.f = f;
    this.root.hidden = !wanted || !f.scene.samples;
    const { samples, names, image } = f.scene;
    if (!samples) return;
    const lit = litOf(f);
    write(this.words, `${image.length ? "image" : "sample"} ${lit + 1} of ${samples.count}: ${image.length ? "a " : ""}${names.outputs[samples.targets[lit]]}`);
  }
}
