/**
 * The strip of a lesson: the step's title and way on, what it is about, what to do, a question. It shows what Python says of the
 * step and says where the visitor wants to be; permviz/components/guide/wire.py knows both formats. Whether a question's answer is
 * shown, and whether the strip is folded, is its own.
 *
 * @typedef {{lesson: string, title: string, step: number, steps: {title: string, done: boolean}[], text: string, task: string, then: string,
 *   away: boolean, highlight: string[], covered: string[], question: import("./question.js").Asked | null}} Told
 */
import { mounted, styleSheet } from "../mounting.js";
import { el, put, unitNow, write } from "../diagram/paint.js";
import { Parts } from "./parts.js";
import { Question } from "./question.js";

const sheet = await styleSheet(new URL("guide.css", import.meta.url));
/** Below this, in units that grow with the window, as all lengths do, its parts stand one under the other. */
const NARROW = 660;
const RETRY_MS = 4000, MOST_RETRIES = 30;

/** Another page has another strip; these are the visitor's on all of them. @type {{folded: boolean | null, focused: string, shown: Set<string>}} */
const kept = { folded: null, focused: "", shown: new Set() };

export class Guide {
  /** @type {Told} */ told;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ retry;
  /** whether a wish is not answered yet */ wanted = false;
  n = 0;

  /** @param {import("../mounting.js").Component["parentElement"]} parent */
  constructor(parent) {
    this.epoch = Array.from(crypto.getRandomValues(new Uint8Array(8)), (v) => v.toString(16).padStart(2, "0")).join("");
    this.parts = new Parts();
    this.question = new Question(() => {
      kept.shown.add(this.question.key);
      this.mark();
    });
    this.root = el("section", "guide", { "data-testid": "guide", "aria-busy": "false" });
    this.dots = el("ol", "dots");
    this.title = el("p", "title", { role: "status", "data-testid": "guide-title" });
    this.previous = this.button("previous", "Previous", "The step before (Alt+Shift+←)", () => this.go(this.told.step - 1));
    this.next = this.button("next", "Next", "The next step (Alt+Shift+→)", () => this.go(this.told.step + 1));
    this.exit = this.button("exit", "Exit", "End the lesson: what you made stays", () => this.go(0));
    this.fold = this.button("fold", "", "What this step is about", () => this.turn());
    this.text = el("p", "text", { "data-testid": "guide-text" });
    this.task = el("p", "task", { "data-testid": "guide-task" });
    this.then = el("p", "then", { role: "status", "data-testid": "guide-then" });
    this.back = this.button("back", "Go there", "To the page of this step", () => this.go(this.told.step));
    const head = el("div", "head"), buttons = el("div", "buttons"), words = el("div", "words"), doing = el("div", "doing");
    buttons.append(this.previous, this.next, this.exit, this.fold);
    head.append(this.title, this.dots, buttons);
    doing.append(this.task, this.then);
    words.append(this.text, doing, this.back);
    this.body = el("div", "body", { id: "body" });
    this.body.append(words, this.question.root);
    this.root.append(head, this.body);
    parent.append(this.root);
    /** @param {KeyboardEvent} e */
    this.onKey = (e) => {
      const by = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
      if (!by || !e.altKey || !e.shiftKey || isTyped(e)) return;
      e.preventDefault();
      e.stopPropagation(); // a choice of views would take the arrow for its own
      if (this.told.step + by > 0) this.go(this.told.step + by);
    };
    addEventListener("keydown", this.onKey, true);
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(parent instanceof ShadowRoot ? parent.host : parent);
  }

  /** @param {string} name @param {string} text @param {string} title @param {() => void} press */
  button(name, text, title, press) {
    const button = el("button", name, { type: "button", title, "data-testid": `guide-${name}` }, text);
    button.onclick = press;
    return button;
  }

  /** @param {import("../mounting.js").Component} component */
  update({ data, setStateValue }) {
    this.send = setStateValue;
    const before = this.told;
    this.told = /** @type {Told} */ (data);
    const { lesson, step, steps, question } = this.told;
    if (before && this.wanted && (before.lesson !== this.told.lesson || before.step !== this.told.step || before.away !== this.told.away)) this.answered();
    if (before?.lesson !== lesson || before.steps.length !== steps.length) this.rebuild();
    const key = `${lesson} ${step}`;
    this.question.update(question, key);
    if (kept.shown.has(key) && this.question.open) this.question.reveal();
    if (before && before.step !== step && this.question.open) kept.folded = null; // a question is not folded away unseen
    this.draw();
    this.mark();
    if (kept.focused && !before) /** @type {HTMLElement | null} */ (this.root.querySelector(`[data-testid="${kept.focused}"]`))?.focus({ preventScroll: true });
    kept.focused = "";
  }

  answered() {
    clearTimeout(this.retry);
    this.wanted = false;
    put(this.root, "aria-busy", false);
  }

  rebuild() {
    put(this.root, "aria-label", `Lesson: ${this.told.title}`);
    this.dots.replaceChildren(...this.told.steps.map((_, at) => {
      const item = el("li"), dot = this.button("dot", "", "", () => this.go(at + 1));
      item.append(dot);
      return item;
    }));
  }

  draw() {
    if (!this.told) return;
    const { lesson, step, steps, text, task, then, away } = this.told;
    const done = steps[step - 1].done, narrow = this.root.clientWidth < NARROW * unitNow();
    const folded = narrow && (kept.folded ?? !this.question.open);
    put(this.root, "data-lesson", lesson);
    put(this.root, "data-step", step);
    put(this.root, "data-done", done ? 1 : 0);
    this.root.classList.toggle("narrow", narrow);
    this.root.classList.toggle("folded", folded);
    this.root.classList.toggle("asking", this.question.asked !== null);
    write(this.title, `${step}/${steps.length} ${steps[step - 1].title}${done ? " ✓" : ""}`);
    steps.forEach((other, at) => {
      const dot = this.dots.children[at].firstElementChild;
      if (!(dot instanceof HTMLElement)) return;
      put(dot, "data-done", other.done ? 1 : 0);
      put(dot, "aria-label", `Step ${at + 1}: ${other.title}${other.done ? ", done" : ""}`);
      put(dot, "title", `${at + 1}. ${other.title}`);
      put(dot, "aria-current", at + 1 === step ? "step" : "false");
      write(dot, other.done ? "✓" : "");
    });
    this.previous.disabled = step === 1;
    this.next.disabled = step === steps.length;
    write(this.text, text);
    write(this.task, away ? "This step is on another page." : task);
    write(this.then, done && !away ? `✓ ${then}` : then);
    put(this.then, "aria-hidden", !done || away);
    this.back.hidden = !away;
    this.fold.hidden = !narrow;
    write(this.fold, folded ? "More" : "Less");
    put(this.fold, "aria-expanded", !folded);
    put(this.fold, "aria-controls", "body");
    this.body.hidden = folded;
  }

  /** Outline what the step is about; what would answer its question is out of sight until it is shown. */
  mark() {
    const { highlight, covered, away } = this.told;
    const hidden = this.question.open && !away ? covered : [];
    this.parts.show(away ? [] : highlight.filter((name) => !hidden.includes(name)), hidden);
  }

  turn() {
    kept.folded = !this.root.classList.contains("folded");
    this.draw();
  }

  /** @param {number} step 0 ends the lesson */
  go(step) {
    const { lesson, steps } = this.told;
    if (step < 0 || step > steps.length) return;
    const focused = /** @type {Document | ShadowRoot} */ (this.root.getRootNode()).activeElement;
    kept.focused = focused?.getAttribute("data-testid") ?? "";
    this.wanted = true;
    put(this.root, "aria-busy", true);
    this.wish(++this.n, lesson, step, 0);
  }

  /**
   * Say it, and again while nobody answers: the server may have been away, or have dropped the request for a newer one.
   * @param {number} n @param {string} lesson @param {number} step @param {number} attempt
   */
  wish(n, lesson, step, attempt) {
    clearTimeout(this.retry);
    this.send?.("wish", { epoch: this.epoch, n, lesson, step, attempt });
    if (attempt < MOST_RETRIES) this.retry = setTimeout(() => this.wish(n, lesson, step, attempt + 1), RETRY_MS);
  }

  destroy() {
    clearTimeout(this.retry);
    removeEventListener("keydown", this.onKey, true);
    this.observer.disconnect();
    this.parts.end();
    this.root.remove();
  }
}

/** Whether a key belongs to what is being typed. @param {KeyboardEvent} e */
function isTyped(e) {
  const target = e.composedPath()[0];
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !["radio", "checkbox", "range"].includes(target.type));
}

/** @param {import("../mounting.js").Component} component */
export default function guide(component) {
  return mounted(component, Guide, sheet);
}
