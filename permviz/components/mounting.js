/**
 * One view a mount, and never older data after newer. Streamlit calls a component's default export at mount and whenever its data
 * change. Calls made while the browser is still loading the module are answered in any order (the HTML standard does not say
 * which of two imports of one module is answered first), so Python numbers the data: see mounting.py.
 *
 * @typedef {{session: string, n: number}} Serial
 */
const views = new WeakMap();

/** Whether data of this number come after later ones. @param {Serial | undefined} serial @param {Serial | undefined} last */
export function isLate(serial, last) {
  return Boolean(serial && last && serial.session === last.session && serial.n < last.n);
}

/** The body of a default export. @param {any} component @param {new (parent: any) => {update(c: any): void, destroy(): void}} View */
export function mounted(component, View) {
  const parent = component.parentElement;
  let entry = views.get(parent);
  if (!entry) views.set(parent, (entry = { view: new View(parent), last: undefined }));
  const serial = component.data?.serial;
  if (!isLate(serial, entry.last)) {
    entry.last = serial;
    entry.view.update(component);
  }
  const host = parent.host ?? parent;
  return () => {
    if (host.isConnected) return; // the cleanup of a superseded render; the view lives on
    entry.view.destroy();
    views.delete(parent);
  };
}
