/**
 * A lesson in a page without a server: the strip of the app above the workbench, and what the app's server does for it there.
 *
 * @typedef {import("./main.js").Content & {lesson: {name: string, title: string, style: string, steps: import("./following.js").Step[]}}} Content
 */
import { el } from "../diagram/paint.js";
import { Guide } from "../guide/guide.js";
import { CONDITIONS, QUESTIONS, beginning } from "./following.js";
import { Page } from "./main.js";

class Lesson {
  step = 1;
  /** @type {Set<number>} */ done = new Set();
  /** @type {Guide | null} */ guide = null;

  /** @param {Page} page @param {Content["lesson"]} lesson */
  constructor(page, lesson) {
    this.page = page;
    this.lesson = lesson;
    const host = el("div", "lesson"), sheet = new CSSStyleSheet();
    sheet.replaceSync(lesson.style);
    this.root = host.attachShadow({ mode: "open" });
    this.root.adoptedStyleSheets = [sheet];
    page.place.before(host);
    this.ended = el("div", "guide");
    this.again = el("button", "", { type: "button", "data-testid": "lesson-again" }, "Back to the lesson");
    this.again.onclick = () => this.go(this.step);
    this.ended.append(this.again);
    page.changed = (before, after) => {
      const { done } = this.here;
      if (this.guide && done && CONDITIONS[done](before, after)) this.done.add(this.step);
      this.tell(); // an order of another loss half-way has another answer
    };
    this.go(1);
  }

  get here() {
    return this.lesson.steps[this.step - 1];
  }

  /** Begin a step; 0 ends the lesson. @param {number} step */
  go(step) {
    if (!step) {
      this.guide?.destroy();
      this.guide = null;
      this.root.append(this.ended);
      this.again.focus();
      return;
    }
    this.page.bench.dispatch({ type: "tell" }); // where one was belongs to the step before
    queueMicrotask(() => {
      this.step = step;
      this.page.go(beginning(this.here, this.page.there.order, this.page.answers.net.widths.slice(1, -1)));
      const back = this.ended.isConnected;
      this.ended.remove();
      this.guide ??= this.made();
      this.tell();
      if (back) this.guide.fold.hidden ? this.guide.next.focus() : this.guide.fold.focus();
    });
  }

  made() {
    const guide = new Guide(this.root, () => [document]);
    guide.revealed = () => {
      if (this.here.done === null) this.done.add(this.step);
      this.tell();
    };
    return guide;
  }

  /** @param {any} wish what guide.js sends */
  wish({ step }) {
    queueMicrotask(() => this.go(step));
  }

  tell() {
    const { lesson: { name, title, steps }, step, done, page } = this, { text, task, then, highlight, covered, question } = this.here;
    const asked = typeof question === "string" ? QUESTIONS[question](page.answers.net, page.there.order, page.answers.samples) : question;
    const data = {
      lesson: name, title, step, steps: steps.map((other, at) => ({ title: other.title, done: done.has(at + 1) })),
      text, task, then, away: false, bound: false, highlight, covered, question: asked,
    };
    this.guide?.update({ parentElement: this.root, data, setStateValue: (_, wish) => this.wish(wish) });
  }
}

/** @param {Content} content @param {HTMLElement} place */
export default function open({ lesson, ...content }, place) {
  return new Lesson(new Page(content, place), lesson);
}
