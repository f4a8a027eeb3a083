/** The words of a page as texts of a drawing: line by line, at the width that they have here, whatever font is at hand there. */
import { painted, short } from "./css.js";
import { escaped } from "./files.js";

/**
 * @typedef {import("./css.js").Box} Box
 * @typedef {{text: string, box: DOMRect, right: number}} Line
 */
/** @type {CanvasRenderingContext2D | null} */
let ruler = null;

/** @param {CSSStyleDeclaration} style */
export const fontOf = ({ fontFamily, fontSize, fontWeight }) => ` font-family="${escaped(fontFamily)}" font-size="${fontSize}" font-weight="${fontWeight}"`;

/** @param {Text} node @param {(box: DOMRect) => Box} place within the drawing */
export function linesOf(node, place) {
  const parent = node.parentElement;
  if (!parent || !node.data.trim()) return "";
  const style = getComputedStyle(parent);
  if (style.visibility === "hidden") return "";
  return brokenLines(node).map(({ text, box, right }) => {
    const { x, y, height } = place(box), width = right - box.left;
    return `<text x="${short(x)}" y="${short(y + height * ascent(style))}" textLength="${short(width)}" lengthAdjust="spacingAndGlyphs"` +
      `${painted("fill", style.color)}${fontOf(style)}>${escaped(text)}</text>`;
  }).join("");
}

/** Where the browser breaks the lines of a text. @param {Text} node */
function brokenLines(node) {
  /** @type {Line[]} */
  const lines = [];
  const range = document.createRange();
  let at = 0, space = "";
  for (const letter of node.data) {
    range.setStart(node, at);
    range.setEnd(node, (at += letter.length));
    if (!letter.trim()) {
      space = " ";
      continue;
    }
    const box = range.getBoundingClientRect(), line = lines.at(-1);
    if (line && Math.abs(line.box.top - box.top) < box.height / 2) Object.assign(line, { text: line.text + space + letter, right: box.right });
    else lines.push({ text: letter, box, right: box.right });
    space = "";
  }
  return lines;
}

/** The part of a line's height that lies above its base. @param {CSSStyleDeclaration} style */
function ascent({ fontStyle, fontWeight, fontSize, fontFamily }) {
  ruler ??= document.createElement("canvas").getContext("2d");
  if (!ruler) return 0.8;
  ruler.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
  const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = ruler.measureText("x");
  return up / (up + down);
}
