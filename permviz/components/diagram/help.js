/**
 * A "?" that says what a card's words mean: by pointing, by the keyboard's focus, by a tap; away by Escape or a look elsewhere.
 */
import { el, put } from "./paint.js";

/** What the cards speak of. The first line is the title. */
export const MEANINGS = {
  same: [
    "A, B and F",
    "A: the network with every node in its own slot. B: the same with its hidden nodes in the order shown. F: what a network answers.",
    "max |F(A) − F(B)|: the largest difference of the two answers. Rounding alone leaves about 1e−16 of the size of the numbers added.",
    "loss: how far the answers are from the data, on average; with weight decay, plus λ times the sum of the squares of all weights and biases.",
  ],
  other: [
    "‖A − B‖₂",
    "The straight distance from A to B: the root of the sum of the squared differences of all weights and biases. It is 0 only where they are the same point.",
  ],
  curve: [
    "Loss and barrier",
    "The loss at the points (1 − t) A + t B of the straight line, t from 0 to 1.",
    "barrier: how far it climbs above the dashed chord between its ends, at most (Entezari et al. 2021).",
  ],
};

/** @param {import("./tooltip.js").Tooltip} tooltip @param {string[]} meaning of {@link MEANINGS} */
export function helpButton(tooltip, [title, ...lines]) {
  const button = el("button", "help", { type: "button", "aria-label": `What is meant: ${title}`, "data-testid": "help" }, "?");
  let again = false;
  const show = () => {
    tooltip.show({ title, lines, below: true }, button.getBoundingClientRect());
    put(button, "aria-describedby", tooltip.box.id);
  };
  const hide = () => {
    if (button.hasAttribute("aria-describedby")) tooltip.hide();
    button.removeAttribute("aria-describedby");
  };
  button.addEventListener("pointerenter", (e) => e.pointerType === "mouse" && show());
  button.addEventListener("pointerleave", (e) => e.pointerType === "mouse" && hide());
  button.addEventListener("focus", show);
  button.addEventListener("blur", hide);
  // A second tap closes what the first has opened; focus, which comes in between, must not count as the first.
  button.addEventListener("pointerdown", (e) => (again = e.pointerType !== "mouse" && button.hasAttribute("aria-describedby")));
  button.addEventListener("click", () => (again ? hide() : show()));
  button.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    e.stopPropagation();
    hide();
  });
  // Where a tap moves no focus (Safari), a tap elsewhere closes it all the same.
  tooltip.root.addEventListener("pointerdown", (e) => e.composedPath().includes(button) || hide());
  return button;
}
