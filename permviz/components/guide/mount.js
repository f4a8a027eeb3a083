/** The guide in the app: the exported function runs at mount and whenever `data` or the theme changes. */
import { mounted, styleSheet } from "../mounting.js";
import { Guide } from "./guide.js";

const sheet = await styleSheet(new URL("guide.css", import.meta.url));

/** @param {import("../mounting.js").Component} component */
export default function mount(component) {
  return mounted(component, Guide, sheet);
}
