/**
 * The page scrolls over every figure. Over one in space the wheel zooms while the control key is held, and a finger that sets out
 * sideways turns it; one that sets out up or down scrolls.
 */
const SLACK = 6; // pixels before a finger's direction is judged

/** Wheels of our own making, which are let through to Plotly. @type {WeakSet<Event>} */
const made = new WeakSet();

/** @param {HTMLElement} canvas @param {() => boolean} isSpatial */
export function letScroll(canvas, isSpatial) {
  const first = { capture: true };
  // Plotly takes every wheel over a scene, whether it zooms or not.
  canvas.addEventListener("wheel", (event) => isSpatial() && !event.ctrlKey && !made.has(event) && event.stopPropagation(), first);
  /** @type {{x: number, y: number} | null} */
  let start = null;
  let scrolls = false;
  canvas.addEventListener("touchstart", ({ touches: [finger, another] }) => {
    start = another ? null : { x: finger.clientX, y: finger.clientY };
    scrolls = false;
  }, { ...first, passive: true });
  canvas.addEventListener("touchmove", (event) => {
    if (start && isSpatial()) {
      const { clientX, clientY } = event.touches[0];
      const [right, down] = [Math.abs(clientX - start.x), Math.abs(clientY - start.y)];
      if (Math.max(right, down) < SLACK) return event.stopPropagation();
      scrolls = down > right;
      start = null;
    }
    if (scrolls) event.stopPropagation();
  }, { ...first, passive: true });
}

/** A step nearer to what a figure in space shows, or away from it. @param {HTMLElement} canvas @param {boolean} nearer */
export function zoomSpace(canvas, nearer) {
  const event = new WheelEvent("wheel", { bubbles: true, cancelable: true, deltaY: nearer ? -100 : 100 });
  made.add(event);
  canvas.querySelector(".gl-container canvas")?.dispatchEvent(event);
}
