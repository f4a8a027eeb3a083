/**
 * Hand and keys on a hidden node: pointer events for mouse, pen and finger, arrows for the keyboard.
 * The hands are told what happens; nothing is decided here.
 *
 * @typedef {import("./layout.js").Place} Place
 * @typedef {import("./view_network.js").NodeElement} NodeElement
 * @typedef {{can: () => boolean, place: (e: PointerEvent) => Place, lift: (node: NodeElement, hand: Place) => boolean,
 *   carry: (hand: Place) => void, release: (kept: boolean) => void, key: (node: NodeElement, direction: number) => void}} Hands
 */
const SLACK = 3;

/** @param {NodeElement} node a hidden node's element @param {Hands} hands */
export function makeDraggable(node, hands) {
  /** @type {{id: number, start: Place, lifted: boolean} | null} */
  let held = null;
  // touch-action alone is not honoured everywhere: without this a finger scrolls the page instead of carrying the node.
  node.addEventListener("touchstart", (e) => e.preventDefault(), { passive: false });
  node.addEventListener("pointerdown", (e) => {
    if (held || e.button !== 0 || !hands.can()) return;
    e.preventDefault();
    node.focus({ preventScroll: true });
    node.setPointerCapture(e.pointerId);
    held = { id: e.pointerId, start: hands.place(e), lifted: false };
  });
  node.addEventListener("pointermove", (e) => {
    if (!held || e.pointerId !== held.id) return;
    const hand = hands.place(e);
    if (!held.lifted) {
      if (Math.hypot(hand.x - held.start.x, hand.y - held.start.y) < SLACK) return;
      held.lifted = hands.lift(node, held.start);
      if (!held.lifted) return;
    }
    hands.carry(hand);
  });
  /** @param {PointerEvent} e @param {boolean} kept */
  const end = (e, kept) => {
    if (!held || e.pointerId !== held.id) return;
    const { lifted } = held;
    held = null;
    if (lifted) hands.release(kept);
  };
  node.addEventListener("pointerup", (e) => end(e, true));
  node.addEventListener("pointercancel", (e) => end(e, false));
  node.addEventListener("lostpointercapture", (e) => end(e, false));
  node.addEventListener("keydown", (e) => {
    if (e.key === "ArrowUp" || e.key === "ArrowDown") {
      e.preventDefault();
      if (!held) hands.key(node, e.key === "ArrowUp" ? -1 : 1);
    } else if (e.key === "Escape" && held) {
      held = null;
      hands.release(false);
    }
  });
}
