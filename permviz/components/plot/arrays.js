/** Plotly's arrays: plain lists, typed arrays, or {dtype, bdata, shape} with the bytes in base64. */
const DTYPES = {
  f8: Float64Array, f4: Float32Array, i4: Int32Array, u4: Uint32Array,
  i2: Int16Array, u2: Uint16Array, i1: Int8Array, u1: Uint8Array, u1c: Uint8ClampedArray,
};

/** Plotly's {dtype, bdata, shape} as (nested) arrays; other values as they are. */
export function decode(value) {
  if (!value || typeof value.bdata !== "string") return value;
  const bytes = Uint8Array.from(atob(value.bdata), (c) => c.charCodeAt(0));
  const flat = new DTYPES[value.dtype](bytes.buffer);
  const [rows, columns] = String(value.shape ?? "").split(",").map(Number);
  return columns ? Array.from({ length: rows }, (_, i) => flat.subarray(i * columns, (i + 1) * columns)) : flat;
}

/** Infinite numbers inside base64 arrays made gaps, as plotly.py does for lists: Plotly would paint them black; in place. */
export function withoutInfinities(value) {
  if (!value || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (typeof value.bdata === "string") {
    if (value.dtype !== "f4" && value.dtype !== "f8") return value;
    const decoded = decode(value);
    const rows = Array.isArray(decoded) ? decoded : [decoded];
    const infinite = rows.filter((row) => row.includes(Infinity) || row.includes(-Infinity));
    for (const row of infinite) row.forEach((number, i) => Math.abs(number) === Infinity && (row[i] = NaN));
    return infinite.length ? decoded : value;
  }
  for (const name of Object.keys(value)) value[name] = withoutInfinities(value[name]);
  return value;
}

export const isList = (value) => Array.isArray(value) || ArrayBuffer.isView(value);
