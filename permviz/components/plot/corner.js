/**
 * The corner of a figure: zoom, and the menu of what can be saved; beside the picture, whose parts no keyboard reaches.
 */
import { saveMenu } from "../saving/menu.js";
import { zoomSpace } from "./scrolling.js";

/**
 * What the buttons say, and which of Plotly's own they press: on a flat figure, in space.
 * @type {[string, string, string, string][]}
 */
const VIEWS = [
  ["−", "Zoom out", '[data-attr="zoom"][data-val="out"]', ""],
  ["+", "Zoom in", '[data-attr="zoom"][data-val="in"]', ""],
  ["Reset", "Reset the view", '[data-attr="zoom"][data-val="reset"]', '[data-attr="resetDefault"]'],
];

/**
 * An element with a class and properties.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {string} className @param {Partial<HTMLElementTagNameMap[T]>} [properties] @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, className, properties = {}) {
  return Object.assign(document.createElement(tag), { className }, properties);
}

/**
 * @param {HTMLElement} canvas @param {HTMLElement} turns the buttons that turn it @param {() => boolean} isSpatial
 * @param {(form: import("../saving/menu.js").Form) => Promise<void>} save @param {(error: unknown) => void} fail
 */
export function corner(canvas, turns, isSpatial, save, fail) {
  const root = element("span", "permviz-plot-corner");
  root.append(turns);
  for (const [textContent, title, flat, space] of VIEWS) {
    const ariaLabel = textContent === "Reset" ? title : `${title} (${textContent})`;
    const button = element("button", "permviz-plot-button", { type: "button", textContent, title, ariaLabel });
    button.onclick = () => {
      const own = isSpatial() ? space : flat;
      if (own) canvas.querySelector(`.modebar ${own}`)?.dispatchEvent(new MouseEvent("click"));
      else zoomSpace(canvas, textContent === "+");
    };
    root.append(button);
  }
  root.append(saveMenu("the figure", ["PNG", "SVG", "HTML", "CSV"], save, fail));
  return root;
}
