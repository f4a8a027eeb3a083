/**
 * What Streamlit has no words for: the navigation as a landmark with its current page, tables that a keyboard can scroll, a way
 * past the header, and a build panel that is folded where it would leave the diagram no room. A module of the document, not a component: it costs a run nothing.
 */
const LINK = '.st-key-header [data-testid="stPageLink-NavLink"]';

/** Say of what is on the page what it is; again whenever something on it has changed. */
function mark() {
  const header = document.querySelector(".st-key-header");
  put(header, "role", "navigation");
  put(header, "aria-label", "Pages");
  const title = document.title.split(" · ")[0];
  for (const link of document.querySelectorAll(LINK)) {
    put(link, "aria-current", link.textContent === title ? "page" : null);
    const address = link.getAttribute("href") ?? "";
    if (address.startsWith("?")) put(link, "href", `./${address}`); // of the front page: without the dot it leads to this one
  }
  for (const box of document.querySelectorAll('[data-testid="stTable"] > div'))
    put(box, "tabindex", box.scrollWidth > box.clientWidth ? "0" : null);
}

/** @param {Element | null} element @param {string} name @param {string | null} value null for none */
function put(element, name, value) {
  if (!element || element.getAttribute(name) === value) return; // what is so already must not be seen as another change
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/**
 * A phone that lies: Streamlit folds its sidebar in narrow windows only, and unfolds it when the phone is turned. It is folded once,
 * when the page opens there or is turned; what the visitor unfolds stays. A keyboard on the screen makes no window wide.
 */
const lying = matchMedia("(max-height: 500px) and (min-width: 641px)");
let toFold = lying.matches;
lying.addEventListener("change", () => {
  toFold = lying.matches;
  ask();
});
addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest('[data-testid="stExpandSidebarButton"]')) toFold = false;
}, true);

function fold() {
  /** @type {HTMLElement | null} */
  const button = toFold ? document.querySelector('[data-testid="stSidebarCollapseButton"] button') : null;
  if (!button) return;
  toFold = false;
  button.click();
}

let asked = false;

function ask() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    mark();
    fold();
  });
}

/** From the top of the page into the diagram: the next Tab reaches its first control. */
function skip() {
  /** @type {HTMLElement | null} */
  const diagram = document.querySelector(":is(.st-key-workbench, .st-key-compact)") ?? document.querySelector('[data-testid="stMain"]');
  if (!diagram) return;
  diagram.tabIndex = -1;
  diagram.focus();
  diagram.scrollIntoView({ block: "nearest" });
}

new MutationObserver(ask).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ["href"] });
addEventListener("resize", ask);
document.querySelector(".permviz-skip")?.addEventListener("click", skip);
ask();
