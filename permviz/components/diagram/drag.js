/**
 * Hand and keys on a hidden node: pointer events for mouse, pen and finger, arrows, Enter and Space for the keyboard. A mouse
 * drags at once; a finger holds still for a moment first, as one that moves at once scrolls the page. A press that goes nowhere
 * chooses the node. The hands are told what happens; nothing is decided here.
 *
 * @typedef {import("./layout.js").Place} Place
 * @typedef {import("./view_network.js").NodeElement} NodeElement
 * @typedef {{can: () => boolean, place: (e: PointerEvent) => Place, lift: (node: NodeElement, hand: Place) => boolean,
 *   carry: (hand: Place) => void, release: (kept: boolean) => void, choose: (node: NodeElement) => void,
 *   aim: (node: NodeElement, here: boolean) => void,
 *   key: (node: NodeElement, direction: number) => void}} Hands
 * @typedef {{id: number, start: Place, lifted: boolean, carried: boolean, timer?: ReturnType<typeof setTimeout>}} Held
 */
const SLACK = 3, SLACK_OF_FINGER = 9;
const HOLD_MS = 250;

/** @param {NodeElement} node a hidden node's element @param {Hands} hands */
export function makeDraggable(node, hands) {
  /** @type {Held | null} */
  let held = null;
  let spent = false; // the click that ends a drag chooses nothing
  /** @param {Held} press */
  const lift = (press) => (press.lifted = hands.lift(node, press.start));
  const forget = () => {
    clearTimeout(held?.timer);
    held = null;
  };
  node.addEventListener("pointerdown", (e) => {
    spent = false;
    if (held || e.button !== 0 || !hands.can()) return;
    /** @type {Held} */
    const press = (held = { id: e.pointerId, start: hands.place(e), lifted: false, carried: false });
    if (isFinger(e)) press.timer = setTimeout(() => held === press && lift(press), HOLD_MS);
    else node.setPointerCapture(e.pointerId);
  });
  // The page scrolls unless the first move of a finger is refused here; what may be refused must be said beforehand.
  node.addEventListener("touchmove", (e) => held?.lifted && e.cancelable && e.preventDefault(), { passive: false });
  node.addEventListener("contextmenu", (e) => held?.timer && e.preventDefault());
  node.addEventListener("pointermove", (e) => {
    if (!held || e.pointerId !== held.id) return;
    const hand = hands.place(e), far = Math.hypot(hand.x - held.start.x, hand.y - held.start.y);
    if (!held.carried && far < (isFinger(e) ? SLACK_OF_FINGER : SLACK)) return;
    if (!held.lifted && (isFinger(e) || !lift(held))) return forget();
    held.carried = true;
    hands.carry(hand);
  });
  /** @param {PointerEvent} e @param {boolean} kept */
  const end = (e, kept) => {
    if (!held || e.pointerId !== held.id) return;
    const { lifted, carried } = held;
    forget();
    if (!lifted) return;
    spent = true;
    hands.release(kept && carried);
    if (kept && !carried) hands.choose(node);
  };
  node.addEventListener("pointerup", (e) => end(e, true));
  node.addEventListener("pointercancel", (e) => end(e, false));
  node.addEventListener("lostpointercapture", (e) => end(e, false));
  node.addEventListener("click", (e) => {
    // One that no pointer has made, but a screen reader, has the detail 0 and ends no drag.
    if ((!spent || e.detail === 0) && hands.can()) hands.choose(node);
    spent = false;
  });
  node.addEventListener("pointerenter", (e) => isFinger(e) || hands.aim(node, true));
  node.addEventListener("pointerleave", (e) => isFinger(e) || hands.aim(node, false));
  node.addEventListener("focus", () => hands.aim(node, true));
  node.addEventListener("blur", () => hands.aim(node, false));
  node.addEventListener("keydown", (e) => {
    if (e.key === "ArrowUp" || e.key === "ArrowDown") {
      e.preventDefault();
      if (!held) hands.key(node, e.key === "ArrowUp" ? -1 : 1);
    } else if ((e.key === "Enter" || e.key === " ") && !held && !e.repeat && hands.can()) {
      e.preventDefault();
      hands.choose(node);
    } else if (e.key === "Escape" && held) {
      spent = held.lifted;
      forget();
      if (spent) hands.release(false);
    }
  });
}

/** @param {PointerEvent} e */
const isFinger = (e) => e.pointerType !== "mouse";
