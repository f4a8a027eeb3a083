/**
 * Points that somebody draws, as a value: what is there, what was there before, where the crosshair of the keyboard stands.
 * Nothing here knows of the page.
 *
 * @typedef {{x: number, y: number, c: 0 | 1}} Point  on a grid of 256 x 256, y upwards; c: class A or B
 * @typedef {{points: Point[], past: Point[][], at: {x: number, y: number}, brush: 0 | 1 | "erase"}} Drawing
 */
export const GRID = 256;
export const MOST_DRAWN = 150; // as in permviz/experiment/own.py
const MOST_STEPS = 200, REACH = 10, CLASSES = ["A", "B"];

/** @param {Point[]} points @returns {Drawing} */
export const begun = (points) => ({ points, past: [], at: { x: 128, y: 128 }, brush: 0 });

/** A place on the grid. @param {number} place */
export const onGrid = (place) => Math.min(Math.max(Math.round(place), 0), GRID - 1);

/** With these points, and a way back. @param {Drawing} drawing @param {Point[]} points @returns {Drawing} */
const changed = (drawing, points) => ({ ...drawing, points, past: [...drawing.past, drawing.points].slice(-MOST_STEPS) });

/** The nearest point within reach, or -1. @param {Drawing} drawing @param {number} x @param {number} y */
function nearest({ points }, x, y) {
  let best = -1, least = REACH;
  points.forEach((point, i) => {
    const distance = Math.hypot(point.x - x, point.y - y);
    if (distance <= least) [best, least] = [i, distance];
  });
  return best;
}

/** What the brush does at a place: a point is set there once, or the nearest erased. @param {Drawing} drawing @param {number} x @param {number} y @returns {Drawing} */
export function touched(drawing, x, y) {
  const [gx, gy] = [onGrid(x), onGrid(y)], { points, brush } = drawing;
  const moved = { ...drawing, at: { x: gx, y: gy } };
  if (brush === "erase") return erased(moved);
  const same = points.findIndex((point) => point.x === gx && point.y === gy);
  if (same >= 0 && points[same].c === brush) return moved;
  if (same < 0 && points.length >= MOST_DRAWN) return moved;
  return changed(moved, [...points.filter((_, i) => i !== same), { x: gx, y: gy, c: brush }]);
}

/** Without the point nearest to the crosshair, if one is within reach. @param {Drawing} drawing @returns {Drawing} */
export function erased(drawing) {
  const i = nearest(drawing, drawing.at.x, drawing.at.y);
  return i < 0 ? drawing : changed(drawing, drawing.points.filter((_, k) => k !== i));
}

/** @param {Drawing} drawing @returns {Drawing} */
export const cleared = (drawing) => (drawing.points.length ? changed(drawing, []) : drawing);

/** @param {Drawing} drawing @returns {Drawing} */
export function undone(drawing) {
  const points = drawing.past.at(-1);
  return points ? { ...drawing, points, past: drawing.past.slice(0, -1) } : drawing;
}

/** With the crosshair elsewhere. @param {Drawing} drawing @param {number} dx @param {number} dy @returns {Drawing} */
export const moved = (drawing, dx, dy) => ({ ...drawing, at: { x: onGrid(drawing.at.x + dx), y: onGrid(drawing.at.y + dy) } });

/** @param {Drawing} drawing @param {0 | 1 | "erase"} brush @returns {Drawing} */
export const taken = (drawing, brush) => ({ ...drawing, brush });

/** A stroke in which a step of the hand sets a point: not nearer to the last than a point is wide. @param {{x: number, y: number} | null} last @param {number} x @param {number} y */
export const isApart = (last, x, y) => !last || Math.hypot(last.x - x, last.y - y) >= REACH;

/** As Python reads it, places of class A and of class B. @param {Drawing} drawing */
export function places({ points }) {
  const [first, second] = [0, 1].map((c) => points.filter((point) => point.c === c).map(({ x, y }) => [x, y]));
  return { first, second };
}

/** Why the points are no task yet, or nothing. @param {Drawing} drawing */
export function lacks(drawing) {
  const { first, second } = places(drawing);
  if (first.length >= 2 && second.length >= 2) return "";
  return `Set two points or more of each class: there ${first.length === 1 ? "is" : "are"} ${first.length} of A and ${second.length} of B.`;
}

/** @param {Drawing} drawing */
export function counted(drawing) {
  const { first, second } = places(drawing), full = drawing.points.length >= MOST_DRAWN;
  return `${first.length} of A, ${second.length} of B${full ? `; a link holds no more than ${MOST_DRAWN}` : ""}`;
}

/** Where the crosshair stands, on the plane from -2 to 2, and what is there. @param {Drawing} drawing */
export function told(drawing) {
  const [x, y] = [drawing.at.x, drawing.at.y].map((place) => ((4 * place) / (GRID - 1) - 2).toFixed(2).replace("-", "−"));
  const i = nearest(drawing, drawing.at.x, drawing.at.y);
  return `x ${x}, y ${y}${i < 0 ? "" : `: class ${CLASSES[drawing.points[i].c]}`}`;
}
