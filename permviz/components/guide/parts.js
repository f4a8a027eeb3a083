/**
 * Parts of the page that a step is about, by the names that permviz/lessons/ gives them: outlined ("lit"), or out of sight until an
 * answer is shown ("covered"). Only an attribute is set, and no box laid over anything: hands reach what is outlined.
 */
const VIEWS = ".st-key-views > [data-testid='stLayoutWrapper'] > [data-testid='stHorizontalBlock'] > [data-testid='stColumn']";

/** @type {Record<string, {bench?: string, page?: string}>} a selector within the workbench's shadow root, or of the page */
export const PARTS = {
  diagram: { bench: "[data-testid='diagram']" },
  toolbar: { bench: "[data-testid='toolbar']" },
  random: { bench: "[data-testid='random']" },
  same: { bench: "[data-testid='card-same']" },
  distance: { bench: "[data-testid='card-other']" },
  curve: { bench: "[data-testid='card-curve']" },
  story: { bench: "[data-testid='story']" },
  walk: { bench: ".walkrow" },
  views: { page: ":is(.st-key-slices-show, .st-key-average-show, .st-key-count-show, .st-key-rastrigin-show)" },
  view: { page: `${VIEWS}:last-child` },
  numbers: { page: `${VIEWS}:first-child :is([data-testid='stMetric'], [data-testid='stCaptionContainer'])` },
  player: { page: ".permviz-plot-player" },
  claims: { page: ".st-key-claims-claim" },
  average: { bench: "[data-testid='card-average']" }, // of a page without a server
};

const STYLE = `
[data-guide="lit"] { outline: 2px solid light-dark(#5b3fbf, #b3a1ff); outline-offset: 3px; border-radius: 6px; }
[data-guide="covered"] * { visibility: hidden !important; }
[data-guide="covered"] { position: relative; }
:is(.card, [data-testid="stColumn"])[data-guide="covered"]::after {
  content: "Predict first, then show the answer"; position: absolute; inset: 0; max-height: 16rem; display: grid; place-items: center;
  border: 1px dashed light-dark(#c3ccd5, #46525e); border-radius: 10px; color: light-dark(#55606b, #a3afba); font-size: 14px;
}`;

/** Where the app's workbenches are. */
const inShadows = () => [...document.querySelectorAll(".st-key-workbench *")].flatMap((host) => host.shadowRoot ?? []);

export class Parts {
  /** @param {() => (Document | ShadowRoot)[]} [benches] what holds a workbench */
  constructor(benches = inShadows) {
    this.benches = benches;
    /** @type {Element[]} */ this.marked = [];
    /** @type {Set<Document | ShadowRoot>} that have the style */ this.styled = new Set();
    this.sheet = new CSSStyleSheet();
    this.sheet.replaceSync(STYLE);
    this.asked = 0;
    /** @type {Record<"lit" | "covered", string[]>} */ this.wanted = { lit: [], covered: [] };
    this.observer = new MutationObserver(() => (this.asked ||= requestAnimationFrame(() => this.mark())));
  }

  /** @param {string[]} lit @param {string[]} covered */
  show(lit, covered) {
    this.wanted = { lit, covered };
    this.observer.observe(document.body, { subtree: true, childList: true });
    this.mark();
  }

  /** Mark what is there now; again whenever something has come or gone. */
  mark() {
    cancelAnimationFrame(this.asked);
    this.asked = 0;
    const found = new Map();
    for (const kind of /** @type {const} */ (["lit", "covered"])) {
      for (const name of this.wanted[kind]) for (const element of this.find(name)) found.set(element, kind);
    }
    for (const element of this.marked) if (!found.has(element)) element.removeAttribute("data-guide");
    for (const [element, kind] of found) if (element.getAttribute("data-guide") !== kind) element.setAttribute("data-guide", kind);
    this.marked = [...found.keys()];
  }

  /** @param {string} name */
  find(name) {
    const { bench, page } = PARTS[name] ?? {};
    if (page) return this.within(document, page);
    return (bench ? this.benches() : []).flatMap((root) => {
      this.observer.observe(root, { childList: true }); // the workbench comes some time after its host
      return this.within(root, bench ?? "");
    });
  }

  /** @param {Document | ShadowRoot} root @param {string} selector @returns {Element[]} */
  within(root, selector) {
    if (!this.styled.has(root)) {
      this.styled.add(root);
      root.adoptedStyleSheets.push(this.sheet);
    }
    return [...root.querySelectorAll(selector)];
  }

  end() {
    this.observer.disconnect();
    cancelAnimationFrame(this.asked);
    for (const element of this.marked) element.removeAttribute("data-guide");
    for (const root of this.styled) root.adoptedStyleSheets = root.adoptedStyleSheets.filter((sheet) => sheet !== this.sheet);
  }
}
