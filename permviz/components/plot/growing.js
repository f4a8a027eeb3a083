/**
 * A figure for a large window: texts, marks and margins grow with the type around it.
 *
 * @typedef {Record<string, any>} Part  of a figure
 */

/** Settings in pixels, by what they are settings of; elsewhere a size is one in data. @type {[RegExp, RegExp][]} */
const PIXELS = [
  [/font$/i, /^size$/],
  [/^marker$/, /^size$/],
  [/^line$/, /^width$/],
  [/^(margin|pad)$/, /^(l|r|t|b|pad)$/],
  [/./, /^(thickness|borderpad|arrowwidth|ax|ay|xshift|yshift|standoff|xgap|ygap|ticklen|itemwidth)$/],
];
const OPAQUE = new Set(["bdata", "customdata", "ids", "meta", "text", "x", "y", "z", "i", "j", "k"]);

/**
 * The figure with every length in pixels `by` times as large; in place.
 * @template {Part} T
 * @param {T} figure @param {number} by
 */
export function grown(figure, by) {
  if (by !== 1) grow(figure, by, "");
  return figure;
}

/** @param {Part} part @param {number} by @param {string} of the name of what it is */
function grow(part, by, of) {
  for (const [name, value] of Object.entries(part)) {
    const inPixels = PIXELS.some(([whose, which]) => whose.test(of) && which.test(name));
    if (inPixels && typeof value === "number") part[name] = value * by;
    else if (inPixels && of === "marker") part.sizeref = (part.sizeref ?? 1) / by; // a size for each mark
    else if (value && typeof value === "object" && !ArrayBuffer.isView(value) && !OPAQUE.has(name)) grow(value, by, Array.isArray(part) ? of : name);
  }
  if (part.lenmode === "pixels" && typeof part.len === "number") part.len *= by;
}
