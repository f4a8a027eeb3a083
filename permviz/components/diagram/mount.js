/** The diagram in the app: the exported function runs at mount and whenever `data` or the theme changes (never for an identical rerun). */
import { mounted, styleSheet } from "../mounting.js";
import { Workbench } from "./workbench.js";

const sheets = await Promise.all([
  styleSheet(new URL("diagram.css", import.meta.url)), styleSheet(new URL("../saving/menu.css", import.meta.url)),
]);

/** @param {import("../mounting.js").Component} component */
export default function mount(component) {
  return mounted(component, Workbench, ...sheets);
}
