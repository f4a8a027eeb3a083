/**
 * The wire format: the one place in JavaScript that knows it; permviz/components/diagram/wire.py is its twin.
 * Arrays of numbers travel as base64 of little-endian float64. A message to Python is
 * {epoch, n, nodes, order, attempt}; `attempt` only makes a repeated message different from the first.
 *
 * @typedef {{id: string, nodes: string, net: import("./forward.js").Net, hidden: number[], samples: import("./forward.js").Samples | null,
 *   loss: {kind: string, label: string}, names: {inputs: string[], outputs: string[]}, order: number[][], facts: any,
 *   curve: {t: number[], losses: number[], chord: number[]}, window: number[], colours: any, compact: boolean,
 *   ack: {epoch: string, n: number} | null, notice: string | null}} Scene
 */
import { ACTIVATIONS } from "./forward.js";
import { isOrder } from "./permutation.js";

export const FORMAT = 1;

/** @param {string} text base64 @param {number} length expected count @returns {Float64Array} */
export function decodeFloats(text, length) {
  const binary = atob(text);
  if (binary.length !== 8 * length) throw new Error(`${binary.length} bytes came, expected ${8 * length}`);
  const view = new DataView(new ArrayBuffer(binary.length));
  for (let i = 0; i < binary.length; i++) view.setUint8(i, binary.charCodeAt(i));
  return Float64Array.from({ length }, (_, i) => view.getFloat64(8 * i, true));
}

/** W_1, b_1, W_2, ... out of one vector: the inverse of Network.flatten. */
function decodeNet(widths, activation, text) {
  if (!(activation in ACTIVATIONS)) throw new Error(`Unknown activation ${activation}`);
  const total = widths.slice(1).reduce((sum, n, k) => sum + n * (widths[k] + 1), 0);
  const flat = decodeFloats(text, total);
  const W = [], b = [];
  let at = 0;
  for (let k = 1; k < widths.length; k++) {
    const size = widths[k] * widths[k - 1];
    W.push(flat.slice(at, at + size));
    b.push(flat.slice(at + size, at + size + widths[k]));
    at += size + widths[k];
  }
  return { widths, activation, W, b };
}

/**
 * @param {any} data what permviz.components.diagram.wire.encode_scene wrote
 * @returns {Scene}
 */
export function decodeScene(data) {
  if (!data || data.format !== FORMAT) throw new Error(`Wire format ${data?.format} came, expected ${FORMAT}: reload the page.`);
  const widths = data.widths.slice();
  const hidden = widths.slice(1, -1);
  if (!isOrder(data.order, hidden)) throw new Error(`Order ${JSON.stringify(data.order)} does not fit layers ${hidden}`);
  const perSample = data.loss.kind === "squared" ? widths[widths.length - 1] : 1;
  const samples = data.samples && {
    count: data.samples.count,
    inputs: decodeFloats(data.samples.inputs, data.samples.count * widths[0]),
    targets: decodeFloats(data.samples.targets, data.samples.count * perSample),
    kind: data.loss.kind,
  };
  return {
    id: data.network, nodes: data.nodes, net: decodeNet(widths, data.activation, data.parameters), hidden, samples, loss: data.loss,
    names: data.names, order: data.order, facts: data.facts, curve: data.curve, window: data.window, colours: data.colours,
    compact: data.compact, ack: data.ack, notice: data.notice,
  };
}

/** @param {import("./reducer.js").State} state @param {number} attempt from 0 */
export function encodeOrder(state, attempt) {
  return { epoch: state.epoch, n: state.n, nodes: state.nodes, order: state.order, attempt };
}

/** A random nonce for this mount. */
export function newEpoch() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (v) => v.toString(16).padStart(2, "0")).join("");
}
