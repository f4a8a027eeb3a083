/**
 * The wire format: the one place in JavaScript that knows it; permviz/components/diagram/wire.py is its twin.
 * Arrays of numbers travel as base64 of little-endian float64, columns of few values as these and a byte for each row, the
 * samples' classes as plain whole numbers. A message to Python is {epoch, n, nodes, order, place, attempt}; `attempt` only makes each
 * message different from those before.
 *
 * @typedef {{difference: number | null, difference_points: number, loss_a: number | null, loss_b: number | null,
 *   distance: number | null, copies: string, barrier: number | null}} Facts  null: not finite; see Facts in scene.py
 * @typedef {{epoch: string, n: number}} Acknowledgement
 * @typedef {{id: string, nodes: string, net: import("./forward.js").Net, hidden: number[], samples: import("./forward.js").Samples | null,
 *   loss: {kind: string, label: string, decay: number}, names: {inputs: string[], outputs: string[]}, order: number[][], facts: Facts,
 *   curve: import("./permutation.js").Curve, window: number[], image: number[], colours: import("./paint.js").Colours, compact: boolean, hide: string[], alone: string, called: string, editable: boolean, before: {name: string, net: import("./forward.js").Net} | null,
 *   place: import("./reducer.js").Place, ack: Acknowledgement | null, notice: string | null, session: string | undefined}} Scene
 */
import { ACTIVATIONS } from "./forward.js";
import { isOrder } from "./permutation.js";
import { placeOf } from "./reducer.js";

export const FORMAT = 3;

/** @param {string} text base64 @param {number} length expected count @returns {Float64Array} */
export function decodeFloats(text, length) {
  const binary = atob(text);
  if (binary.length !== 8 * length) throw new Error(`${binary.length} bytes came, expected ${8 * length}`);
  const view = new DataView(new ArrayBuffer(binary.length));
  for (let i = 0; i < binary.length; i++) view.setUint8(i, binary.charCodeAt(i));
  return Float64Array.from({ length }, (_, i) => view.getFloat64(8 * i, true));
}

/** A label as a screen reader tells it from another network's. @param {Scene} scene @param {string} label */
export const labelled = (scene, label) => (scene.called ? `${scene.called}: ${label}` : label);

/** The inverse of decodeFloats. @param {number[]} values */
export function encodeFloats(values) {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((v, i) => view.setFloat64(8 * i, v, true));
  return btoa(Array.from(new Uint8Array(view.buffer), (byte) => String.fromCharCode(byte)).join(""));
}

/**
 * Row-major (N, n_0) out of columns. @param {{values: string, codes?: string}[]} columns @param {number} count
 */
function decodeColumns(columns, count) {
  const inputs = new Float64Array(count * columns.length);
  columns.forEach(({ values, codes }, j) => {
    const numbers = decodeFloats(values, codes === undefined ? count : atob(values).length / 8);
    const rows = codes === undefined ? null : atob(codes);
    if (rows && rows.length !== count) throw new Error(`${rows.length} rows came, expected ${count}`);
    for (let s = 0; s < count; s++) inputs[s * columns.length + j] = numbers[rows ? rows.charCodeAt(s) : s];
  });
  return inputs;
}

/**
 * What encode_samples wrote, and the loss to take on it.
 * @param {any} data @param {number[]} widths @param {string} kind of the loss @param {number} [decay] @returns {import("./forward.js").Samples}
 */
export function decodeSamples({ count, columns, targets }, widths, kind, decay = 0) {
  if (columns.length !== widths[0]) throw new Error(`${columns.length} columns came, expected ${widths[0]}`);
  return {
    count, kind, decay, inputs: decodeColumns(columns, count),
    targets: Array.isArray(targets) ? Float64Array.from(targets) : decodeFloats(targets, count * widths[widths.length - 1]),
  };
}

/**
 * W_1, b_1, W_2, ... out of one vector: the inverse of Network.flatten.
 * @param {number[]} widths @param {string} activation @param {string} text @returns {import("./forward.js").Net}
 */
function decodeNet(widths, activation, text) {
  if (!(activation in ACTIVATIONS)) throw new Error(`Unknown activation ${activation}`);
  return netOf(widths, activation, decodeFloats(text, sizeOf(widths)));
}

/** @param {number[]} widths */
const sizeOf = (widths) => widths.slice(1).reduce((sum, n, k) => sum + n * (widths[k] + 1), 0);

/** @param {number[]} widths @param {string} activation @param {Float64Array} flat @returns {import("./forward.js").Net} */
function netOf(widths, activation, flat) {
  /** @type {Float64Array[]} */
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
 * The network that stands on the page for the scene's, or null: it is of another scene, or of another shape.
 * @param {Scene} scene @param {import("../standing.js").Standing | null} standing
 */
export function decodeStanding({ id, net: { widths, activation }, compact }, standing) {
  if (!compact || standing?.of !== id) return null;
  const bytes = Uint8Array.from(atob(standing.parameters), (c) => c.charCodeAt(0));
  if (bytes.length !== 4 * sizeOf(widths)) return null;
  const view = new DataView(bytes.buffer);
  const flat = Float64Array.from({ length: sizeOf(widths) }, (_, i) => view.getFloat32(4 * i, true));
  return { name: standing.name, key: standing.key, net: netOf(widths, activation, flat) };
}

/** A curve of the library's, and its chord; what is not finite becomes a gap. @param {Record<"t" | "losses", string>} packed */
function decodeCurve(packed) {
  /** @param {string} text */
  const numbers = (text) => Array.from(decodeFloats(text, atob(text).length / 8), (v) => (Number.isFinite(v) ? v : NaN));
  const t = numbers(packed.t), losses = numbers(packed.losses);
  return { t, losses, chord: t.map((s) => (1 - s) * losses[0] + s * losses[losses.length - 1]) };
}

/**
 * @param {any} data what permviz.components.diagram.wire.encode_scene wrote
 * @param {(at: string) => any} [fetched] samples that are not in the message, null while they are not there
 * @returns {Scene}
 */
export function decodeScene(data, fetched = () => null) {
  if (!data || data.format !== FORMAT) throw new Error(`Wire format ${data?.format} came, expected ${FORMAT}: reload the page.`);
  /** @type {number[]} */
  const widths = data.widths.slice();
  const hidden = widths.slice(1, -1);
  if (!isOrder(data.order, hidden)) throw new Error(`Order ${JSON.stringify(data.order)} does not fit layers ${hidden}`);
  const given = data.samples.at === undefined ? data.samples : fetched(data.samples.at);
  const samples = given && decodeSamples(given, widths, data.loss.kind, data.loss.decay);
  return {
    id: data.network, nodes: data.nodes, net: decodeNet(widths, data.activation, data.parameters), hidden, samples, loss: data.loss,
    names: data.names, order: data.order, facts: data.facts, curve: decodeCurve(data.curve), window: data.window, image: data.image, colours: data.colours,
    compact: data.compact, hide: data.hide, alone: data.alone, called: data.called, editable: data.editable,
    before: data.before && { name: data.before.name, net: decodeNet(widths, data.activation, data.before.parameters) }, place: data.place, ack: data.ack, notice: data.notice, session: data.serial?.session,
  };
}

/** @param {import("./reducer.js").State} state @param {number} attempt from 0 */
export function encodeOrder(state, attempt) {
  return { epoch: state.epoch, n: state.n, nodes: state.nodes, order: state.order, place: placeOf(state), edits: state.edits.map(({ layer, to, from, value }) => ({ layer, to, from, value })), attempt };
}

/** A random nonce for this mount. */
export function newEpoch() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (v) => v.toString(16).padStart(2, "0")).join("");
}
