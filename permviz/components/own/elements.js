/** What the components of own things are made of. */

/** An element by which tests find it. @template {HTMLElement} E @param {E} element @param {string} testId @returns {E} */
export function marked(element, testId) {
  element.dataset.testid = testId;
  return element;
}

/** @param {string} text @param {string} testId @param {() => void} act */
export function button(text, testId, act) {
  return marked(Object.assign(document.createElement("button"), { type: "button", textContent: text, onclick: act }), testId);
}
