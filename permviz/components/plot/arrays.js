/**
 * Plotly's arrays: plain lists, typed arrays, or {dtype, bdata, shape} with the bytes in base64.
 *
 * @typedef {{dtype: string, bdata: string, shape?: string}} Packed
 */
const DTYPES = {
  f8: Float64Array, f4: Float32Array, i4: Int32Array, u4: Uint32Array,
  i2: Int16Array, u2: Uint16Array, i1: Int8Array, u1: Uint8Array, u1c: Uint8ClampedArray,
};

/** @param {any} value @returns {value is Packed} */
const isPacked = (value) => typeof value?.bdata === "string";

/** Plotly's {dtype, bdata, shape} as (nested) arrays; other values as they are. @param {any} value @returns {any} */
export function decode(value) {
  if (!isPacked(value)) return value;
  const bytes = Uint8Array.from(atob(value.bdata), (c) => c.charCodeAt(0));
  const flat = new DTYPES[/** @type {keyof typeof DTYPES} */ (value.dtype)](bytes.buffer);
  const [rows, columns] = String(value.shape ?? "").split(",").map(Number);
  return columns ? Array.from({ length: rows }, (_, i) => flat.subarray(i * columns, (i + 1) * columns)) : flat;
}

/**
 * Infinite numbers inside base64 arrays made gaps, as plotly.py does for lists: Plotly would paint them black; in place.
 * @template T @param {T} value @returns {T}
 */
export function withoutInfinities(value) {
  if (isPacked(value)) return withGaps(value);
  if (!value || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  const parts = /** @type {Record<string, unknown>} */ (value);
  for (const name of Object.keys(parts)) parts[name] = withoutInfinities(parts[name]);
  return value;
}

/** @param {Packed} value @returns {any} the same where nothing in it is infinite */
function withGaps(value) {
  if (value.dtype !== "f4" && value.dtype !== "f8") return value;
  const decoded = decode(value);
  /** @type {(Float32Array | Float64Array)[]} */
  const rows = Array.isArray(decoded) ? decoded : [decoded];
  const infinite = rows.filter((row) => row.includes(Infinity) || row.includes(-Infinity));
  for (const row of infinite) row.forEach((number, i) => Math.abs(number) === Infinity && (row[i] = NaN));
  return infinite.length ? decoded : value;
}

/** @param {unknown} value @returns {value is any[]} lists and typed arrays */
export const isList = (value) => Array.isArray(value) || ArrayBuffer.isView(value);
