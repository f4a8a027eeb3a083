/** The buttons: how a swap is made, and what can be done to the order. */
import { el, put } from "./paint.js";
import { isAlone, isIdentity } from "./reducer.js";

/** @type {[import("./reducer.js").Mode, string, string][]} */
const MODES = [
  ["swap", "Swap", "A swap happens at once"],
  ["walk", "Walk", "While you drag, the parameters walk the straight line to the copy"],
  ["steps", "Two steps", "A swap is played slowly: first the edges in, then the edges out"],
];
/** @type {["undo" | "redo" | "random" | "reset", string, string][]} */
const ACTIONS = [
  ["undo", "Undo", "Undo the last change (Ctrl+Z)"],
  ["redo", "Redo", "Redo (Ctrl+Shift+Z)"],
  ["random", "Random", "Shuffle every hidden layer"],
  ["reset", "Reset", "Every node back to its own slot"],
];

export class Toolbar {
  /** @param {HTMLElement} root @param {(action: import("./reducer.js").Action) => void} dispatch @param {() => void} shuffle */
  constructor(root, dispatch, shuffle) {
    put(root, "role", "toolbar");
    const modes = el("div", "segmented", { role: "radiogroup", "aria-label": "How a swap is made" });
    this.modes = MODES.map(([mode, text, title]) => {
      const button = el("button", "", { type: "button", role: "radio", title, "data-testid": `mode-${mode}` }, text);
      button.addEventListener("click", () => dispatch({ type: "mode", mode }));
      modes.append(button);
      return button;
    });
    modes.addEventListener("keydown", (e) => {
      const by = ["ArrowRight", "ArrowDown"].includes(e.key) ? 1 : ["ArrowLeft", "ArrowUp"].includes(e.key) ? -1 : 0;
      if (!by) return;
      e.preventDefault();
      const at = this.modes.findIndex((b) => b.getAttribute("aria-checked") === "true");
      const next = this.modes[(at + by + MODES.length) % MODES.length];
      next.click();
      next.focus();
    });
    this.actions = Object.fromEntries(ACTIONS.map(([type, text, title]) => {
      const button = el("button", "", { type: "button", title, "data-testid": type }, text);
      button.addEventListener("click", () => (type === "random" ? shuffle() : dispatch({ type })));
      return [type, button];
    }));
    this.group = el("div", "group");
    this.group.append(...Object.values(this.actions));
    root.append(modes, this.group);
  }

  /** @param {import("./reducer.js").State} state */
  draw(state) {
    MODES.forEach(([mode], i) => {
      put(this.modes[i], "aria-checked", state.mode === mode);
      put(this.modes[i], "tabindex", state.mode === mode ? 0 : -1);
    });
    const busy = Boolean(state.step);
    this.actions.undo.disabled = busy || !state.undo.length;
    this.actions.redo.disabled = busy || !state.redo.length;
    this.actions.random.disabled = busy || isAlone(state.hidden);
    this.actions.reset.disabled = busy || isIdentity(state);
  }
}
