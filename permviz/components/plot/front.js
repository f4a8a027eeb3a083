/**
 * Points at the corners of a body round the origin, shown only on its near side: of the
 * others fragments would stand out at its edge.
 *
 * Such a trace has `meta.faces`: for each point the body's faces that meet there, each a plane [x, y, z, h] with the outward
 * normal (x, y, z) at the height h. A corner of a convex body is seen if one of its faces is, and a face is seen from where
 * normal . eye > h.
 *
 * @typedef {[number, number, number, number]} Face
 * @typedef {Record<string, any>} Scene  what Plotly's layout says of it
 */
import { decode } from "./arrays.js";

const AXES = /** @type {const} */ (["x", "y", "z"]);

/** Where the eye is, in the figure's coordinates. @param {Scene} scene @returns {number[]} */
export function eyeOf({ camera, aspectratio, ...axes }) {
  return AXES.map((name) => {
    const [low, high] = axes[`${name}axis`].range;
    return (low + high) / 2 + (camera.eye[name] * (high - low)) / aspectratio[name];
  });
}

/** For each point whether it is seen. @param {Face[][]} faces @param {number[]} eye */
export const seen = (faces, [a, b, c]) => faces.map((own) => own.some(([x, y, z, h]) => x * a + y * b + z * c > h));

/** Which points of these traces are seen, as text. @param {{meta?: any}[] | undefined} traces @param {Scene | undefined} scene */
export function nearSide(traces, scene) {
  const bodies = scene ? (traces ?? []).filter(({ meta }) => meta?.faces) : [];
  return bodies.map(({ meta }) => seen(meta.faces, eyeOf(/** @type {Scene} */ (scene))).map(Number).join("")).join();
}

/** The others moved to the origin, inside of the body, in place; the same text. @param {Record<string, any>[]} traces @param {Scene | undefined} scene */
export function hideFarSide(traces, scene) {
  for (const trace of scene ? traces : [])
    if (trace.meta?.faces) {
      const near = seen(trace.meta.faces, eyeOf(/** @type {Scene} */ (scene)));
      for (const name of AXES) {
        const all = decode(trace[name]);
        trace[name] = near.map((yes, i) => (yes ? all[i] : 0));
      }
    }
  return nearSide(traces, scene);
}
