/**
 * What the workbench can save, and the menus for it: the diagram, the matrices, the curve with its numbers.
 *
 * @typedef {{label: string, description: string, parts: Element[], numbers?: string[][]}} Saved
 *   parts: what is drawn; numbers: rows of a table, the names of its columns first
 */
import { digits, table } from "../saving/csv.js";
import { drawingOf, pngOf } from "../saving/drawing.js";
import { download, experimentLink, fileName, pngWithSource, svgWithSource } from "../saving/files.js";
import { saveMenu } from "../saving/menu.js";

/** What only a hand needs: not part of any picture. */
const WITHOUT = ".hint, .hinttext, .twins, .help, .permviz-save";
const SHARP = 2; // pixels of a picture for each of the screen's

/** @param {import("../saving/menu.js").Form} form @param {Saved} saved @param {string} background */
async function save(form, { label, description, parts, numbers = [] }, background) {
  const link = experimentLink(), name = `${fileName(label)}.${form.toLowerCase()}`;
  if (form === "CSV") return download(table([label, link], numbers), name, "text/csv");
  const drawing = drawingOf(parts, { without: WITHOUT, background, description });
  if (form === "SVG") return download(svgWithSource(drawing.svg, label, link), name, "image/svg+xml");
  download(pngWithSource(await pngOf(drawing, SHARP), label, link), name, "image/png");
}

/**
 * The menus, each for the corner of what it saves.
 * @param {import("./panels.js").Panels} panels @param {() => import("./wire.js").Scene} scene
 * @param {(sentence: string) => void} say where something could not be saved
 */
export function saveMenus(panels, scene, say) {
  /** @type {Record<"diagram" | "matrices" | "curve", () => Saved>} */
  const things = {
    diagram: () => ({
      label: `Network ${scene().net.widths.join("-")}`, description: panels.caption.textContent ?? "", parts: [panels.diagram, panels.legend],
    }),
    matrices: () => {
      const { head, box, note } = panels.matrices;
      return { label: "Weight matrices", description: note.textContent ?? "", parts: [head, box] };
    },
    curve: () => {
      const { title, svg, curve, sub } = panels.curve;
      const rows = Array.from(curve?.t ?? [], (t, i) => [t, curve?.losses[i], curve?.chord[i]].map((value) => digits(value)));
      return {
        label: title.textContent ?? "", description: svg.getAttribute("aria-label") ?? "", parts: [title, svg, sub],
        numbers: [["t", scene().loss.label, "chord"].map((word) => digits(word)), ...rows],
      };
    },
  };
  return Object.fromEntries(Object.entries(things).map(([what, find]) => {
    /** @type {import("../saving/menu.js").Form[]} */
    const forms = what === "curve" ? ["PNG", "SVG", "CSV"] : ["PNG", "SVG"];
    return [what, saveMenu(`the ${what}`, forms, (form) => save(form, find(), panels.background), (error) => {
      console.error(error);
      say(`The ${what} could not be saved.`);
    })];
  }));
}
