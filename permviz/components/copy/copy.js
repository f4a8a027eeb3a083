/** A button that copies the experiment's link. */
import { mounted, styleSheet } from "../mounting.js";

const sheet = await styleSheet(new URL("copy.css", import.meta.url));

class View {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.link = "";
    this.button = Object.assign(document.createElement("button"), { type: "button", className: "permviz-copy" });
    this.button.onclick = () => this.copy();
    parent.append(this.button);
  }

  /** @param {import("../mounting.js").Component} component */
  update({ data }) {
    this.link = data.link;
    this.button.textContent = "Copy the link";
  }

  async copy() {
    const done = await navigator.clipboard.writeText(this.link).then(() => true, () => false);
    this.button.textContent = done ? "Copied" : "This browser does not let pages copy: use the address bar";
  }

  destroy() {
    this.button.remove();
  }
}

/** @param {import("../mounting.js").Component} component */
export default function copy(component) {
  return mounted(component, View, sheet);
}
