/** What can be read off a thing: with a mouse by pointing at it, with a finger or a pen by a tap, until the next tap elsewhere. */

/** @typedef {import("./panels.js").Hooks} Hooks */

/**
 * @param {Element} element @param {Pick<Hooks, "tip" | "tap" | "untip">} hooks
 * @param {(e: PointerEvent) => Parameters<Hooks["tip"]>[0] | null} target what is at that place, if anything
 * @param {"pointerenter" | "pointermove"} [sign] the latter where the element holds many things
 */
export function readable(element, hooks, target, sign = "pointerenter") {
  let finger = false;
  /** @param {Event} event @param {Hooks["tip"]} tell */
  const say = (event, tell) => {
    const found = target(/** @type {PointerEvent} */ (event));
    if (found) tell(found);
    else hooks.untip();
  };
  /** @param {(e: Event) => void} heard @returns {(e: Event) => void} */
  const byMouse = (heard) => (e) => /** @type {PointerEvent} */ (e).pointerType === "mouse" && heard(e);
  element.addEventListener(sign, byMouse((e) => say(e, hooks.tip)));
  element.addEventListener("pointerleave", byMouse(() => hooks.untip()));
  element.addEventListener("pointerdown", (e) => (finger = /** @type {PointerEvent} */ (e).pointerType !== "mouse"));
  // A click, not a press: one that scrolls is none, and not every browser says of a click what made it.
  element.addEventListener("click", (e) => finger && say(e, hooks.tap));
}
