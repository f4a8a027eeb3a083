/**
 * A plane on which points of two classes are set by mouse, finger or keyboard. They are sent when the button is pressed, and until
 * then they are the browser's. Its style has a prefix and no shadow root, as reader.js says.
 *
 * @typedef {{first: [number, number][], second: [number, number][], colours: Record<"a" | "b", [string, string]>,
 *   answered: {id: string, sentence: string} | null}} DrawData  first, second: points to begin with; colours: light, dark
 */
import { mounted, styleSheet } from "../mounting.js";
import * as drawing from "./drawing.js";
import { identity } from "./given.js";
import { button, marked } from "./elements.js";

const SVG = "http://www.w3.org/2000/svg";
const STEP = 8, FINE = 1;
const sheet = await styleSheet(new URL("draw.css", import.meta.url));
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
/** @type {[0 | 1 | "erase", string, string][]} */
const BRUSHES = [[0, "Class A", "a"], [1, "Class B", "b"], ["erase", "Erase", "e"]];

/** @param {string} tag @param {Record<string, string | number>} attributes */
function shape(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

export class Draw {
  /** @param {ParentNode} parent */
  constructor(parent) {
    /** @type {drawing.Drawing | null} */
    this.now = null;
    /** @type {{x: number, y: number} | null} where the hand last set a point */
    this.last = null;
    /** @type {(message: object) => void} */
    this.send = () => {};
    this.sent = "";
    this.root = marked(Object.assign(document.createElement("div"), { className: "permviz-draw" }), "draw");
    this.plane = shape("svg", { viewBox: "0 0 255 255", tabindex: 0, role: "application", "data-testid": "draw-plane",
      "aria-label": "Plane to draw on, x and y from −2 to 2. Arrows move the crosshair, Space sets a point, Delete erases it." });
    this.marks = shape("g", {});
    this.cross = shape("path", { class: "permviz-draw-cross", d: "M-9,0H9M0,-9V9" });
    this.plane.append(shape("path", { class: "permviz-draw-axes", d: "M0,127.5H255M127.5,0V255" }), this.marks, this.cross);
    this.tools = Object.assign(document.createElement("div"), { className: "permviz-draw-tools", role: "toolbar", ariaLabel: "Brush" });
    this.brushes = BRUSHES.map(([brush, label]) => button(label, `draw-${brush}`, () => this.become(drawing.taken(this.drawn, brush))));
    this.undo = button("Undo", "draw-undo", () => this.become(drawing.undone(this.drawn)));
    this.clear = button("Clear", "draw-clear", () => this.become(drawing.cleared(this.drawn)));
    const [brushes, steps] = [document.createElement("div"), document.createElement("div")];
    brushes.append(...this.brushes);
    steps.append(this.undo, this.clear);
    this.tools.append(brushes, steps);
    this.count = marked(document.createElement("p"), "draw-count");
    this.status = marked(Object.assign(document.createElement("p"), { role: "status" }), "draw-status");
    this.train = button("Train on these points", "draw-train", () => this.give());
    this.root.append(this.tools, this.plane, this.count, this.status, this.train);
    this.listen();
    parent.append(this.root);
  }

  get drawn() {
    return this.now ?? drawing.begun([]);
  }

  listen() {
    const { plane } = this;
    plane.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      plane.setPointerCapture(event.pointerId);
      this.last = null;
      this.stroke(event);
    });
    plane.addEventListener("pointermove", (event) => plane.hasPointerCapture(event.pointerId) && this.stroke(event));
    plane.addEventListener("keydown", (event) => this.pressed(event));
    plane.addEventListener("focus", () => this.draw());
    plane.addEventListener("blur", () => this.draw());
  }

  /** @param {PointerEvent} event */
  stroke(event) {
    const box = this.plane.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * 255, y = 255 - ((event.clientY - box.top) / box.height) * 255;
    if (x < -1 || x > 256 || y < -1 || y > 256 || !drawing.isApart(this.last, x, y)) return;
    this.last = { x, y };
    this.become(drawing.touched(this.drawn, x, y));
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const arrow = ARROWS[event.key], step = event.shiftKey ? FINE : STEP;
    const brush = BRUSHES.find(([, , key]) => key === event.key.toLowerCase());
    let next = null;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") next = drawing.undone(this.drawn);
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (arrow) next = drawing.moved(this.drawn, arrow[0] * step, arrow[1] * step);
    else if (event.key === " " || event.key === "Enter") next = drawing.touched(this.drawn, this.drawn.at.x, this.drawn.at.y);
    else if (event.key === "Delete" || event.key === "Backspace") next = drawing.erased(this.drawn);
    else if (brush) next = drawing.taken(this.drawn, brush[0]);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    this.become(next);
    this.status.textContent = drawing.told(next);
  }

  /** @param {drawing.Drawing} next */
  become(next) {
    this.now = next;
    this.status.textContent = "";
    this.draw();
  }

  draw() {
    const { points, at, brush, past } = this.drawn;
    this.marks.replaceChildren(...points.map(({ x, y, c }) => (c
      ? shape("rect", { x: x - 3.5, y: 255 - y - 3.5, width: 7, height: 7, class: "permviz-draw-b", "data-point": "B" })
      : shape("circle", { cx: x, cy: 255 - y, r: 4, class: "permviz-draw-a", "data-point": "A" }))));
    this.cross.setAttribute("transform", `translate(${at.x} ${255 - at.y})`);
    this.cross.toggleAttribute("hidden", !this.plane.matches(":focus-visible"));
    this.brushes.forEach((element, i) => element.setAttribute("aria-pressed", String(BRUSHES[i][0] === brush)));
    this.undo.disabled = !past.length;
    this.clear.disabled = !points.length;
    this.count.textContent = drawing.counted(this.drawn);
  }

  give() {
    const lacks = drawing.lacks(this.drawn);
    this.status.textContent = lacks;
    if (lacks) return;
    this.sent = identity();
    this.send({ id: this.sent, ...drawing.places(this.drawn) });
  }

  /** @param {import("../mounting.js").Component} component */
  update({ data, setTriggerValue }) {
    this.send = (message) => setTriggerValue?.("given", message);
    for (const [name, [light, dark]] of Object.entries(data.colours)) this.root.style.setProperty(`--draw-${name}`, `light-dark(${light}, ${dark})`);
    if (!this.now) {
      /** @param {[number, number][]} given @param {0 | 1} c */
      const points = (given, c) => given.map(([x, y]) => ({ x, y, c }));
      this.become(drawing.begun([...points(data.first, 0), ...points(data.second, 1)]));
    }
    if (this.sent && data.answered?.id === this.sent) this.status.textContent = data.answered.sentence;
  }

  destroy() {
    this.root.remove();
  }
}

/** @param {import("../mounting.js").Component} component */
export default function draw(component) {
  return mounted(component, Draw, sheet);
}
