/**
 * A figure saved as a file: the numbers, a page of its own, or the picture as it stands on the screen.
 *
 * @typedef {{data: import("./plot.js").Data, canvas: import("./handle.js").Canvas, Plotly: import("./library.js").Plotly, unit: number,
 *   figure: import("./figure.js").Figure, ground: string}} Standing
 *   unit: in pixels; figure: in the theme's colours, with its compact arrays; ground: the colour behind it
 */
import { download, experimentLink, fileName, pngWithSource, svgWithSource } from "../saving/files.js";
import { grown } from "./growing.js";
import { library } from "./library.js";
import { axisNames, csv, standalone } from "./saving.js";

/** @param {import("../saving/menu.js").Form} form @param {Standing | null} standing */
export async function saved(form, standing) {
  if (!standing) return;
  const { canvas, figure, ground, unit } = standing, { label, caption: lead, more, height, plotly } = standing.data;
  const name = fileName(label), link = experimentLink();
  const { data, layout } = canvas;
  if (form === "CSV") {
    download(csv(figure.data, axisNames(layout), [label, link]), `${name}.csv`, "text/csv");
    return;
  }
  const onGround = { ...layout, paper_bgcolor: ground }; // transparent on the page, which has one of its own
  if (form === "HTML") {
    // Compact arrays; the layout as it stands, camera included.
    const whole = { data: grown(figure, unit).data, layout: onGround }, caption = [lead, more].filter(Boolean).join(" ");
    download(standalone({ library: await library(plotly), figure: whole, label, caption, height: unit * height, link }), `${name}.html`, "text/html");
    return;
  }
  const size = { width: canvas.clientWidth, height: canvas.clientHeight, scale: form === "PNG" ? 2 : 1 };
  /** @type {string} */
  const picture = await standing.Plotly.toImage(structuredClone({ data, layout: onGround }), { format: form.toLowerCase(), imageDataOnly: true, ...size });
  if (form === "SVG") download(svgWithSource(picture, label, link), `${name}.svg`, "image/svg+xml");
  else download(pngWithSource(Uint8Array.from(atob(picture), (c) => c.charCodeAt(0)), label, link), `${name}.png`, "image/png");
}
