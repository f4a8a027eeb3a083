/**
 * A slider over a figure's steps, with a button that plays them. Every step came with the figure, so nothing is asked of the
 * server on the way; it is told where the slider was left. Who wants less motion takes one step a press instead.
 *
 * @typedef {{session: string, number: number}} Heard  the last step that Python has heard of
 * @typedef {{label: string, names: string[], headlines: string[], last: number, parameters: string[], pace: number,
 *   at: number, of: string, told: boolean, heard: Heard | null}} Steps  what permviz.components.plot.wire.encode_picture wrote
 * @typedef {{moved: () => void, left: (at: number, number: number) => void}} Hooks
 */
import { place } from "../standing.js";

/**
 * Where the slider stands when data come: what Python says, unless that was said before it heard of the last step made here.
 * @param {Pick<Steps, "at" | "heard">} steps @param {{at: number, number: number, session: string}} here
 */
export function stepAfter({ at, heard }, here) {
  const known = heard?.session === here.session ? heard.number : 0;
  return known >= here.number ? at : here.at;
}

/** The traces of a frame laid over those of its figure; in place. @param {{data: object[], frames?: any[]}} figure @param {number} at */
export function laidOver(figure, at) {
  const { data = [], traces = [] } = figure.frames?.[at] ?? {};
  traces.forEach((/** @type {number} */ trace, /** @type {number} */ i) => Object.assign(figure.data[trace], data[i]));
  delete figure.frames; // Plotly need not know of them
  return figure;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {string} name @param {Partial<HTMLElementTagNameMap[T]>} [properties] @returns {HTMLElementTagNameMap[T]}
 */
const element = (tag, name, properties = {}) => Object.assign(document.createElement(tag), { className: `permviz-plot-${name}` }, properties);

export class Player {
  /** @type {Steps | null} */ steps = null;
  /** @type {string | undefined} of the figure */ digest;
  /** @type {ReturnType<typeof setTimeout> | undefined} while playing */ timer;
  at = 0;
  number = 0;

  /** @param {string} session @param {Hooks} hooks */
  constructor(session, hooks) {
    this.session = session;
    this.hooks = hooks;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.root = element("div", "player", { hidden: true });
    this.headlines = element("div", "headlines");
    this.button = element("button", "button", { type: "button" });
    this.label = element("span", "label");
    this.name = element("output", "step");
    this.slider = element("input", "slider", { type: "range", min: "0", step: "1" });
    const label = element("label", "row");
    label.append(this.label, this.slider, this.name);
    const row = element("div", "row");
    row.append(this.button, label);
    this.root.append(row, this.headlines);
    this.button.onclick = () => this.press();
    this.slider.oninput = () => {
      const at = Number(this.slider.value);
      this.stop();
      this.go(at);
    };
    this.slider.onchange = () => this.leave();
    this.calm.onchange = () => this.mark();
  }

  /** @param {Steps | null} steps @param {string} digest of the figure that they belong to */
  update(steps, digest) {
    const anew = digest !== this.digest;
    this.root.hidden = !steps;
    this.digest = digest;
    this.steps = steps;
    if (anew) this.stop();
    if (!steps) return;
    if (anew) {
      this.label.textContent = steps.label;
      this.slider.max = String(steps.names.length - 1);
      this.name.style.minWidth = `${Math.max(...steps.names.map((name) => name.length)) * 0.6}em`;
      this.headlines.replaceChildren(...steps.headlines.map((textContent) => element("h2", "headline", { textContent })));
    }
    const at = anew ? steps.at : stepAfter(steps, this);
    if (this.timer === undefined || anew) this.go(at);
  }

  /** @param {number} at */
  go(at) {
    const { steps } = this;
    if (!steps) return;
    this.at = Math.min(Math.max(at, 0), steps.names.length - 1);
    this.mark();
    if (steps.of) place.put({ of: steps.of, name: steps.names[this.at], parameters: steps.parameters[this.at] });
    this.hooks.moved();
  }

  /** What is seen of where it stands. All headlines take their room, so that none moves what is below. */
  mark() {
    const playing = this.timer !== undefined;
    this.button.textContent = playing ? "■ Stop" : this.calm.matches ? "▸ Next" : "▶ Play";
    this.button.ariaLabel = playing ? "Stop" : this.calm.matches ? "Next step" : "Play all steps";
    this.headlines.ariaLive = playing ? "off" : "polite";
    this.name.textContent = this.slider.ariaValueText = this.steps?.names[this.at] ?? "";
    this.slider.value = String(this.at);
    Array.from(this.headlines.children).forEach((line, i) => line.classList.toggle("permviz-plot-shown", i === this.at));
  }

  press() {
    if (!this.steps) return;
    if (this.timer !== undefined) {
      this.stop();
      this.leave();
    } else if (this.calm.matches) {
      this.go(this.at >= this.steps.last ? 0 : this.at + 1);
      this.leave();
    } else {
      this.wait();
      this.go(this.at >= this.steps.last ? 0 : this.at);
    }
  }

  tick() {
    if (!this.steps) return;
    const ended = this.at + 1 >= this.steps.last;
    this.timer = undefined;
    if (!ended) this.wait();
    this.go(this.at + 1);
    if (ended) this.leave();
  }

  wait() {
    this.timer = setTimeout(() => this.tick(), this.steps?.pace);
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.mark();
  }

  /** A person has chosen this step. */
  leave() {
    this.number += 1;
    if (this.steps?.told) this.hooks.left(this.at, this.number);
  }

  destroy() {
    clearTimeout(this.timer);
    this.calm.onchange = null;
    if (this.steps?.of && place.now?.of === this.steps.of) place.put(null);
  }
}
