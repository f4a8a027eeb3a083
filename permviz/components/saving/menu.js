/**
 * The menu "Save" in the corner of whatever can be saved.
 *
 * @typedef {"PNG" | "SVG" | "HTML" | "CSV"} Form
 */

/** @type {Record<Form, string>} what each form is called */
const NAMES = { PNG: "Picture (PNG)", SVG: "Drawing (SVG)", HTML: "Interactive page (HTML, 5 MB)", CSV: "Numbers (CSV)" };

/**
 * @param {string} what is saved, for those who do not see where the menu stands @param {Form[]} forms
 * @param {(form: Form) => Promise<void>} save @param {(error: unknown) => void} failed @returns {HTMLElement}
 */
export function saveMenu(what, forms, save, failed) {
  const menu = Object.assign(document.createElement("details"), { className: "permviz-save" });
  const title = Object.assign(document.createElement("summary"), { textContent: "Save", ariaLabel: `Save ${what}` });
  const list = Object.assign(document.createElement("div"), { className: "permviz-save-list" });
  for (const form of forms) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: NAMES[form] });
    button.onclick = () => {
      menu.open = false;
      title.focus();
      save(form).catch(failed);
    };
    list.append(button);
  }
  menu.append(title, list);
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    title.focus();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) menu.open = false;
  });
  /** @param {Event} event */
  const elsewhere = (event) => event.composedPath().includes(menu) || (menu.open = false);
  menu.addEventListener("toggle", () => {
    if (menu.open) addEventListener("pointerdown", elsewhere);
    else removeEventListener("pointerdown", elsewhere);
  });
  return menu;
}
