/**
 * Hand and keys on a hidden node: pointer events for mouse, pen and finger, arrows for the keyboard.
 * The view of the workbench is told what happens; nothing is decided here.
 */
const SLACK = 3;

/**
 * @param {any} node a hidden node's element @param {{dispatch: (a: any) => void, can: () => boolean, place: (e: PointerEvent) => {x: number, y: number},
 *   lift: (node: any, hand: any) => boolean, carry: (node: any, hand: any) => void, release: (node: any, kept: boolean) => void,
 *   key: (node: any, direction: number) => void}} bench
 */
export function makeDraggable(node, bench) {
  let held = null;
  // touch-action alone is not honoured everywhere: without this a finger scrolls the page instead of carrying the node.
  node.addEventListener("touchstart", (e) => e.preventDefault(), { passive: false });
  node.addEventListener("pointerdown", (e) => {
    if (held || e.button !== 0 || !bench.can()) return;
    e.preventDefault();
    node.focus({ preventScroll: true });
    node.setPointerCapture(e.pointerId);
    const hand = bench.place(e);
    held = { id: e.pointerId, start: hand, lifted: false };
  });
  node.addEventListener("pointermove", (e) => {
    if (!held || e.pointerId !== held.id) return;
    const hand = bench.place(e);
    if (!held.lifted) {
      if (Math.hypot(hand.x - held.start.x, hand.y - held.start.y) < SLACK) return;
      held.lifted = bench.lift(node, held.start);
      if (!held.lifted) return;
    }
    bench.carry(node, hand);
  });
  const end = (kept) => (e) => {
    if (!held || e.pointerId !== held.id) return;
    const { lifted } = held;
    held = null;
    if (lifted) bench.release(node, kept);
  };
  node.addEventListener("pointerup", end(true));
  node.addEventListener("pointercancel", end(false));
  node.addEventListener("lostpointercapture", end(false));
  node.addEventListener("keydown", (e) => {
    if (e.key === "ArrowUp" || e.key === "ArrowDown") {
      e.preventDefault();
      if (!held) bench.key(node, e.key === "ArrowUp" ? -1 : 1);
    } else if (e.key === "Escape" && held) {
      held = null;
      bench.release(node, false);
    }
  });
}
