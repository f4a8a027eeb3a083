/**
 * One view a mount, and never older data after newer. Streamlit calls a component's default export at mount and whenever its data
 * change. Calls made while the browser is still loading the module are answered in any order (the HTML standard does not say
 * which of two imports of one module is answered first), so Python numbers the data: see permviz/ui/parts/mounting.py.
 *
 * @typedef {import("./loading.js").Component} Component
 * @typedef {{session: string, n: number}} Serial
 * @typedef {{update(component: Component): void, destroy(): void}} View
 */
const KEPT = Symbol.for("permviz.view"); // the same for every copy of this module: a later one takes over what an earlier one built

/** Whether data of this number come after later ones. @param {Serial | undefined} serial @param {Serial | undefined} last */
export function isLate(serial, last) {
  return Boolean(serial && last && serial.session === last.session && serial.n < last.n);
}

/** The style sheet in a file, for `mounted`. @param {URL} url */
export async function styleSheet(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new CSSStyleSheet().replace(await response.text());
}

/**
 * The body of a default export.
 * @param {Component} component @param {new (parent: Component["parentElement"]) => View} ViewOf @param {CSSStyleSheet[]} sheets
 */
export function mounted(component, ViewOf, ...sheets) {
  /** @type {Component["parentElement"] & {[KEPT]?: {view: View, last: Serial | undefined} | null}} */
  const parent = component.parentElement;
  let entry = parent[KEPT];
  if (entry?.view.constructor !== ViewOf) {
    entry?.view.destroy(); // of the version that was served before
    for (const sheet of sheets) adopt(parent, sheet);
    parent[KEPT] = entry = { view: new ViewOf(parent), last: undefined };
  }
  const { view } = entry, serial = component.data?.serial;
  if (!isLate(serial, entry.last)) {
    entry.last = serial;
    view.update(component);
  }
  const host = "host" in parent ? parent.host : parent;
  return () => {
    if (host.isConnected || parent[KEPT]?.view !== view) return; // of a superseded render: the view lives on, or has been replaced
    view.destroy();
    parent[KEPT] = null;
  };
}

/** @param {Node} parent @param {CSSStyleSheet} sheet */
function adopt(parent, sheet) {
  const root = parent.getRootNode(); // the parent itself where it has left the document meanwhile
  if (!(root instanceof Document || root instanceof ShadowRoot) || root.adoptedStyleSheets.includes(sheet)) return;
  root.adoptedStyleSheets.push(sheet);
}
