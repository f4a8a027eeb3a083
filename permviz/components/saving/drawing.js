/**
 * What stands on the page as a drawing that stands by itself: boxes, rings, texts, canvases and shapes, where and as the browser
 * shows them, and nothing outside of the file. Without foreignObject, which programs that are no browsers leave out.
 *
 * @typedef {import("./css.js").Box} Box
 * @typedef {{svg: string, width: number, height: number}} Drawing
 */
import { outlineOf, painted, ringsOf, short, stopsOf } from "./css.js";
import { escaped } from "./files.js";
import { fontOf, linesOf } from "./texts.js";

const MARGIN = 12;
const CORNERS = /** @type {const} */ (["borderTopLeftRadius", "borderTopRightRadius", "borderBottomRightRadius", "borderBottomLeftRadius"]);
const SIDES = /** @type {const} */ (["Top", "Right", "Bottom", "Left"]);
/** What says where a shape is, and how it is drawn, besides its paint. */
const PLACES = ["d", "x", "y", "cx", "cy", "r", "transform"];
const STROKES = ["stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin"];

/**
 * @param {Element[]} parts what is drawn @param {{without: string, background: string, description: string}} how
 *   without: a selector of what is left out @returns {Drawing}
 */
export function drawingOf(parts, { without, background, description }) {
  const boxes = parts.filter((part) => part.getClientRects().length).map((part) => part.getBoundingClientRect());
  const left = Math.min(...boxes.map((box) => box.left)) - MARGIN, top = Math.min(...boxes.map((box) => box.top)) - MARGIN;
  const width = Math.ceil(Math.max(...boxes.map((box) => box.right)) + MARGIN - left);
  const height = Math.ceil(Math.max(...boxes.map((box) => box.bottom)) + MARGIN - top);
  const body = new Drawer(without, left, top).all(parts);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" role="img"><desc>${escaped(description)}</desc>` +
    `<rect width="${width}" height="${height}" fill="${escaped(background)}"/>${body}</svg>`;
  return { svg, width, height };
}

/** A drawing as a PNG with `scale` pixels for each of its own. @param {Drawing} drawing @param {number} scale */
export async function pngOf({ svg, width, height }, scale) {
  const image = new Image(width, height), canvas = document.createElement("canvas");
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    await image.decode();
    Object.assign(canvas, { width: scale * width, height: scale * height });
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  } finally {
    URL.revokeObjectURL(image.src);
  }
  /** @type {Blob | null} */
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error("The browser made no picture of the drawing.");
  return new Uint8Array(await blob.arrayBuffer());
}

class Drawer {
  names = 0;

  /** @param {string} without @param {number} left @param {number} top */
  constructor(without, left, top) {
    this.without = without;
    this.left = left;
    this.top = top;
  }

  /** @param {Iterable<Node>} nodes */
  all(nodes) {
    return Array.from(nodes, (node) => this.node(node)).join("");
  }

  /** @param {Node} node @returns {string} */
  node(node) {
    if (node instanceof Text) return linesOf(node, (box) => this.place(box));
    if (!(node instanceof Element) || node.matches(this.without)) return "";
    const style = getComputedStyle(node), box = this.place(node.getBoundingClientRect());
    if (style.display === "none") return "";
    if (node instanceof SVGSVGElement) return this.picture(node, box);
    const own = style.visibility === "hidden" ? "" : this.frame(style, box) + (node instanceof HTMLCanvasElement ? pixels(node, box) : "");
    const inside = this.all(node.childNodes);
    const kept = inside && style.overflow !== "visible" ? this.clipped(inside, outlineOf(box, cornersOf(style))) : inside;
    return style.opacity === "1" || !(own + kept) ? own + kept : `<g opacity="${style.opacity}">${own}${kept}</g>`;
  }

  /** @param {DOMRect} rect @returns {Box} */
  place({ x, y, width, height }) {
    return { x: x - this.left, y: y - this.top, width, height };
  }

  /** @param {string} inside @param {string} outline */
  clipped(inside, outline) {
    const name = `clip-${++this.names}`;
    return `<clipPath id="${name}"><path d="${outline}"/></clipPath><g clip-path="url(#${name})">${inside}</g>`;
  }

  /** Rings, background and border of a box. @param {CSSStyleDeclaration} style @param {Box} box */
  frame(style, box) {
    const corners = cornersOf(style), rings = ringsOf(style.boxShadow);
    if (style.outlineStyle === "solid") rings.unshift({ colour: style.outlineColor, spread: parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset) });
    const beneath = rings.map(({ colour, spread }) => `<path d="${outlineOf(box, corners, spread)}"${painted("fill", colour)}/>`);
    const ground = painted("fill", style.backgroundColor);
    if (!ground.includes("none")) beneath.push(`<path d="${outlineOf(box, corners)}"${ground}/>`);
    const stops = stopsOf(style.backgroundImage);
    if (stops.length > 1) beneath.push(this.gradient(stops, outlineOf(box, corners)));
    return beneath.join("") + border(style, box, corners);
  }

  /** @param {string[]} stops @param {string} outline */
  gradient(stops, outline) {
    const name = `gradient-${++this.names}`;
    const colours = stops.map((stop, i) => `<stop offset="${short(i / (stops.length - 1))}"${painted("stop-color", stop).replace("stop-color-opacity", "stop-opacity")}/>`);
    return `<linearGradient id="${name}">${colours.join("")}</linearGradient><path d="${outline}" fill="url(#${name})"/>`;
  }

  /** @param {SVGSVGElement} svg @param {Box} box */
  picture(svg, { x, y, width, height }) {
    const view = svg.getAttribute("viewBox");
    const size = `x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"${view ? ` viewBox="${escaped(view)}"` : ""}`;
    return `<svg ${size} overflow="visible">${Array.from(svg.children, (child) => this.shape(child)).join("")}</svg>`;
  }

  /** A shape with the style that it has here. @param {Element} node @returns {string} */
  shape(node) {
    const style = getComputedStyle(node);
    if (node.matches(this.without) || style.display === "none" || style.visibility === "hidden") return "";
    const at = PLACES.filter((name) => node.hasAttribute(name)).map((name) => ` ${name}="${escaped(node.getAttribute(name) ?? "")}"`).join("");
    const opacity = style.opacity === "1" ? "" : ` opacity="${style.opacity}"`;
    if (node.children.length) return `<g${at}${opacity}>${Array.from(node.children, (child) => this.shape(child)).join("")}</g>`;
    const fill = painted("fill", style.fill, Number(style.fillOpacity));
    // A text's halo is left out: programs that paint it last would hide the text.
    if (node instanceof SVGTextContentElement) return `<text${at}${opacity}${fill} text-anchor="${style.textAnchor}"${fontOf(style)}>${escaped(node.textContent ?? "")}</text>`;
    const lines = STROKES.map((name) => ` ${name}="${escaped(style.getPropertyValue(name))}"`).join("");
    return `<${node.localName}${at}${opacity}${fill}${painted("stroke", style.stroke, Number(style.strokeOpacity))}${lines}/>`;
  }
}

/** @param {CSSStyleDeclaration} style */
const cornersOf = (style) => CORNERS.map((corner) => style[corner]);

/** @param {HTMLCanvasElement} canvas @param {Box} box */
function pixels(canvas, { x, y, width, height }) {
  return `<image x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" preserveAspectRatio="none" xlink:href="${canvas.toDataURL()}"/>`;
}

/** @param {CSSStyleDeclaration} style @param {Box} box @param {string[]} corners */
function border(style, box, corners) {
  const sides = SIDES.map((side) => ({ width: parseFloat(style[`border${side}Width`]), kind: style[`border${side}Style`], colour: style[`border${side}Color`] }));
  const [first] = sides;
  if (sides.every(({ width, kind }) => width === first.width && kind === first.kind)) return stroke(outlineOf(box, corners, -first.width / 2), first);
  const { x, y, width: w, height: h } = box, [top, right, bottom, left] = sides.map(({ width }) => width / 2);
  const ways = [`M${short(x)} ${short(y + top)}h${short(w)}`, `M${short(x + w - right)} ${short(y)}v${short(h)}`, `M${short(x)} ${short(y + h - bottom)}h${short(w)}`, `M${short(x + left)} ${short(y)}v${short(h)}`];
  return ways.map((way, i) => stroke(way, sides[i])).join("");
}

/** @param {string} way @param {{width: number, kind: string, colour: string}} line */
function stroke(way, { width, kind, colour }) {
  if (!width || kind === "none") return "";
  const dash = { dashed: [2 * width, 1.5 * width], dotted: [width, width] }[kind];
  return `<path d="${way}" fill="none"${painted("stroke", colour)} stroke-width="${short(width)}"${dash ? ` stroke-dasharray="${dash.join(" ")}"` : ""}/>`;
}
