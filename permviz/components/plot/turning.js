/**
 * Buttons that turn a figure in space, for who cannot drag it or would rather not.
 *
 * @typedef {{x: number, y: number, z: number}} Vector
 * @typedef {Record<"eye" | "up" | `center`, Vector>} Camera  Plotly's
 */
const STEP = Math.PI / 12;
/** How near the eye comes to the pole, where left and right would have no meaning. */
const POLE = Math.PI / 36;

/** @type {[string, string, number, number][]} sign, words; steps of the eye to its right, and up: the figure goes the other way */
const TURNS = [["←", "Turn left", 1, 0], ["→", "Turn right", -1, 0], ["↑", "Tilt up", 0, -1], ["↓", "Tilt down", 0, 1]];

/** @param {Vector} a @param {Vector} b */
const cross = (a, b) => ({ x: a.y * b.z - a.z * b.y, y: a.z * b.x - a.x * b.z, z: a.x * b.y - a.y * b.x });
/** @param {Vector} a @param {Vector} b */
const dot = (a, b) => a.x * b.x + a.y * b.y + a.z * b.z;
/** a + s b. @param {Vector} a @param {Vector} b @param {number} s */
const plus = (a, b, s) => ({ x: a.x + s * b.x, y: a.y + s * b.y, z: a.z + s * b.z });
/** @param {Vector} a */
const unit = (a) => plus({ x: 0, y: 0, z: 0 }, a, 1 / Math.sqrt(dot(a, a)));

/** v turned about a unit axis (Rodrigues 1840). @param {Vector} v @param {Vector} axis @param {number} angle */
function about(v, axis, angle) {
  const along = plus({ x: 0, y: 0, z: 0 }, axis, dot(axis, v) * (1 - Math.cos(angle)));
  return plus(plus(along, v, Math.cos(angle)), cross(axis, v), Math.sin(angle));
}

/** The camera gone round what it looks at: `right` about the upright axis, `up` towards its pole. @param {Camera} camera @param {number} right @param {number} up @returns {Camera} */
export function turned(camera, right, up) {
  const axis = unit(camera.up), way = about(plus(camera.eye, camera.center, -1), axis, right * STEP);
  const polar = Math.acos(dot(unit(way), axis)), side = cross(way, axis);
  const goal = Math.min(Math.PI - POLE, Math.max(POLE, polar - up * STEP));
  const to = dot(side, side) > 1e-12 ? about(way, unit(side), polar - goal) : way;
  return { ...camera, eye: plus(camera.center, to, 1) };
}

/**
 * The row of buttons; hidden where the figure is flat.
 * @param {HTMLElement & Record<string, any>} canvas @param {() => import("./library.js").Plotly} plotly gives the library once it is loaded
 */
export function turnButtons(canvas, plotly) {
  const row = Object.assign(document.createElement("div"), { className: "permviz-plot-turn", hidden: true, role: "group", ariaLabel: "Turn the figure" });
  for (const [textContent, title, right, up] of TURNS) {
    const button = Object.assign(document.createElement("button"), {
      type: "button", className: "permviz-plot-button", textContent, title, ariaLabel: `${title} (${textContent})`,
    });
    button.onclick = () => plotly().relayout(canvas, { "scene.camera": turned(canvas._fullLayout.scene._scene.getCamera(), right, up) });
    row.append(button);
  }
  return row;
}
