/** What both components must know of colours: whether the page is dark. */

/** [r, g, b] of "#rrggbb", "#rgb" or "rgb(r, g, b)"; anything else counts as white. @param {string} colour */
export function rgbOf(colour) {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})\b/i.exec(colour.trim())?.[1];
  if (hex) {
    const wide = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
    return [0, 2, 4].map((i) => parseInt(wide.slice(i, i + 2), 16));
  }
  const parts = colour.match(/[\d.]+/g);
  return parts && parts.length >= 3 ? parts.slice(0, 3).map(Number) : [255, 255, 255];
}

/** Told by the luminance (ITU-R BT.709 weights). @param {string} colour */
export function isDark(colour) {
  const [r, g, b] = rgbOf(colour);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
}
