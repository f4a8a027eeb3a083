/**
 * Where a hidden node's number stands: outside of its disc, so that it hides nothing, to the upper left where there is room, else
 * to the left; and where the invitation's tag stands. Pure.
 *
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("./layout.js").Place} Place
 * @typedef {{x: number, y: number, size: number}} Badge  its centre as seen from the node's, and its height
 */
const RING = 4;
/** Angles above the left, in the order in which they are liked. */
const ANGLES = [45, 35, 25, 15, 0, -15, -30].map((degrees) => (degrees * Math.PI) / 180);

/** Of the first node of a layer, and hence of all. @param {Layout} layout @param {number} layer @returns {Badge} */
export function badgeOf(layout, layer) {
  const size = layout.radius[layer] < 14 ? 17 : 21, far = layout.radius[layer] + RING + size / 2 - 1;
  const places = ANGLES.map((angle) => ({ x: -far * Math.cos(angle), y: -far * Math.sin(angle), size }));
  const clear = places.map((place) => clearance(layout, layer, place));
  const good = clear.findIndex((space) => space >= 0);
  return places[good >= 0 ? good : clear.indexOf(Math.max(...clear))];
}

/** Pixels between the numbers of a layer and the nearest disc of any other node, or the diagram's edge; negative where they meet. @param {Layout} layout @param {number} layer @param {Badge} badge */
export function clearance({ centres, radius }, layer, badge) {
  let least = Infinity;
  centres[layer].forEach((own, slot) => {
    least = Math.min(least, own.x + badge.x - badge.size / 2, own.y + badge.y - badge.size / 2);
    centres.forEach((column, k) => column.forEach((other, i) => {
      if (k === layer && i === slot) return;
      const apart = Math.hypot(own.x + badge.x - other.x, own.y + badge.y - other.y);
      least = Math.min(least, apart - badge.size / 2 - radius[k]);
    }));
  });
  return least;
}

/**
 * Where a tag of some size finds room by the first node of a layer without covering a node or its number: above, left or right
 * of it; null where there is none.
 * @param {Layout} layout @param {number} layer @param {number} width @param {number} height
 * @returns {Place | null} its upper left corner
 */
export function tagPlace(layout, layer, width, height) {
  const { x, y } = layout.centres[layer][0], r = layout.radius[layer];
  const beside = [-r / 2, -r, 0].map((dy) => y + dy - height / 2);
  const places = [
    { x: x - width / 2, y: y - r - 10 - height }, ...[12, 24].flatMap((gap) => beside.map((top) => ({ x: x - r - gap - width, y: top }))),
    ...beside.map((top) => ({ x: x + r + 8, y: top })),
  ];
  /** @param {Place} p @param {number} px @param {number} py */
  const apart = (p, px, py) => Math.hypot(px - clamp(px, p.x, p.x + width), py - clamp(py, p.y, p.y + height));
  const badges = layout.centres.map((_, k) => (k > 0 && k < layout.centres.length - 1 ? badgeOf(layout, k) : null));
  /** @param {Place} p */
  const clear = (p) => p.x >= 0 && p.y >= 0 && p.x + width <= layout.width && layout.centres.every((column, k) => column.every((c) => {
    const badge = badges[k];
    return apart(p, c.x, c.y) > layout.radius[k] + 4 && !(badge && apart(p, c.x + badge.x, c.y + badge.y) <= badge.size / 2 + 1);
  }));
  return places.find(clear) ?? null;
}

/** @param {number} v @param {number} low @param {number} high */
function clamp(v, low, high) {
  return Math.min(high, Math.max(low, v));
}
