/**
 * The browser's computed styles in the words of SVG. Pure.
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 * @typedef {{colour: string, spread: number}} Ring  round a box, drawn beneath it
 */

/** At most two decimals. @param {number} v */
export const short = (v) => String(Number(v.toFixed(2)));

/**
 * A colour and how opaque it is, apart: few programs read both in one attribute.
 * @param {string} value `rgb(r, g, b)`, `rgba(r, g, b, a)` or `color(srgb r g b / a)`, the latter with parts up to 1
 * @returns {{colour: string, alpha: number}}
 */
export function colourOf(value) {
  const parts = (value.match(/[\d.]+(?:e-\d+)?/g) ?? []).map(Number), unit = value.startsWith("color(") ? 255 : 1;
  if (!/^(rgba?|color)\(/.test(value) || parts.length < 3) return { colour: "none", alpha: 1 };
  const hex = parts.slice(0, 3).map((part) => Math.round(part * unit).toString(16).padStart(2, "0"));
  return { colour: `#${hex.join("")}`, alpha: parts[3] ?? 1 };
}

/** An attribute that paints, such as fill, with its opacity. @param {string} name @param {string} value @param {number} [opacity] */
export function painted(name, value, opacity = 1) {
  const { colour, alpha } = colourOf(value), all = alpha * opacity;
  return ` ${name}="${all ? colour : "none"}"${all && all < 1 ? ` ${name}-opacity="${short(all)}"` : ""}`;
}

/** The rings among a box's shadows, the outermost first; what is blurred or moved aside is left out. @param {string} shadows @returns {Ring[]} */
export function ringsOf(shadows) {
  const each = shadows.matchAll(/((?:rgba?|color)\([^)]*\)) (-?[\d.]+)px (-?[\d.]+)px (-?[\d.]+)px (-?[\d.]+)px( inset)?/g);
  const rings = Array.from(each, ([, colour, x, y, blur, spread, inset]) => ({ colour, spread: Number(spread), plain: !inset && ![x, y, blur].some(Number) }));
  return rings.filter(({ plain, spread }) => plain && spread > 0).map(({ colour, spread }) => ({ colour, spread })).reverse();
}

/** The colours of a gradient from left to right, evenly spaced; none of anything else. @param {string} image of a background */
export const stopsOf = (image) => (image.startsWith("linear-gradient(90deg") ? image.match(/(?:rgba?|color)\([^)]*\)/g) ?? [] : []);

/**
 * The outline of a box, moved outwards by `by`.
 * @param {Box} box @param {string[]} corners radii from the upper left one clockwise: "50%", "11px" or "4px 8px" @param {number} [by]
 */
export function outlineOf(box, corners, by = 0) {
  const x = box.x - by, y = box.y - by, w = Math.max(0, box.width + 2 * by), h = Math.max(0, box.height + 2 * by);
  const radii = corners.map((corner) => radiusOf(corner, box, by));
  const fits = [radii[0].x + radii[1].x, radii[2].x + radii[3].x].map((sum) => w / sum);
  fits.push(...[radii[0].y + radii[3].y, radii[1].y + radii[2].y].map((sum) => h / sum));
  const f = Math.min(1, ...fits.filter((fit) => fit >= 0)); // CSS shrinks radii that do not fit, all alike
  const [a, b, c, d] = radii.map((r) => ({ x: r.x * f, y: r.y * f }));
  /** @param {{x: number, y: number}} r @param {number} toX @param {number} toY */
  const arc = (r, toX, toY) => (r.x && r.y ? `A${short(r.x)} ${short(r.y)} 0 0 1 ${short(toX)} ${short(toY)}` : `L${short(toX)} ${short(toY)}`);
  return `M${short(x + a.x)} ${short(y)}H${short(x + w - b.x)}${arc(b, x + w, y + b.y)}V${short(y + h - c.y)}${arc(c, x + w - c.x, y + h)}` +
    `H${short(x + d.x)}${arc(d, x, y + h - d.y)}V${short(y + a.y)}${arc(a, x + a.x, y)}Z`;
}

/** @param {string} corner @param {Box} box @param {number} by */
function radiusOf(corner, { width, height }, by) {
  const [across, down = across] = corner.split(" ");
  /** @param {string} text @param {number} side */
  const length = (text, side) => (text.endsWith("%") ? (parseFloat(text) / 100) * side : parseFloat(text)) || 0;
  const x = length(across, width), y = length(down, height);
  return x && y ? { x: Math.max(0, x + by), y: Math.max(0, y + by) } : { x: 0, y: 0 };
}
