/** What Python is told of a click: its twin is `decode_click` in wire.py. */
import { isList } from "./arrays.js";

/**
 * The message of a click on Plotly's `point`; coordinates that are no finite number or short text become null.
 * @param {Record<string, any>} point @param {{session: string, number: number, digest: string | undefined}} identity
 */
export function clickMessage(point, identity) {
  /** @param {unknown} value */
  const plain = (value) => (Number.isFinite(value) || (typeof value === "string" && value.length <= 200) ? value : null);
  const index = point.pointNumber ?? point.pointNumbers?.[0];
  return {
    ...identity, curve: point.curveNumber, point: isList(index) ? Array.from(index) : index,
    x: plain(point.x), y: plain(point.y), z: plain(point.z),
  };
}
