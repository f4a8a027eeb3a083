/** Predict, then reveal: answers to choose from, and the computed one. What is chosen stays in this view: nothing is sent. */
import { el, put, write } from "../diagram/paint.js";

/** @typedef {{text: string, answers: string[], right: number, why: string}} Asked */

export class Question {
  /** @type {Asked | null} */ asked = null;
  /** of the step that it belongs to */ key = "";
  shown = false;

  /** @param {() => void} revealed */
  constructor(revealed) {
    this.root = el("fieldset", "question", { "data-testid": "guide-question" });
    this.text = el("legend");
    this.list = el("div", "answers");
    this.button = el("button", "primary", { type: "button", "data-testid": "guide-show" }, "Show the answer");
    this.why = el("p", "why", { role: "status", "data-testid": "guide-why" });
    const row = el("div", "revealing");
    row.append(this.button, this.why);
    this.root.append(this.text, this.list, row);
    this.button.onclick = () => {
      this.reveal();
      revealed();
    };
  }

  reveal() {
    this.shown = true;
    this.draw();
  }

  /** Whether the answer is still to be predicted. */
  get open() {
    return this.asked !== null && !this.shown;
  }

  /** @param {Asked | null} asked @param {string} key */
  update(asked, key) {
    if (key !== this.key) this.shown = false;
    if (key !== this.key || asked?.answers.length !== this.list.children.length) this.build(asked?.answers.length ?? 0);
    this.key = key;
    this.asked = asked;
    this.draw();
  }

  /** @param {number} count */
  build(count) {
    this.list.replaceChildren(...Array.from({ length: count }, (_, at) => {
      const label = el("label"), radio = el("input", "", { type: "radio", name: "answer", value: at, "data-testid": "guide-answer" });
      label.append(radio, el("span"), el("b", "", { "aria-hidden": "true" }));
      return label;
    }));
  }

  draw() {
    this.root.hidden = this.asked === null;
    if (!this.asked) return;
    const { text, answers, right, why } = this.asked;
    write(this.text, text);
    [...this.list.children].forEach((label, at) => {
      const [radio, words, sign] = label.children;
      const chosen = radio instanceof HTMLInputElement && radio.checked;
      if (radio instanceof HTMLInputElement) radio.disabled = this.shown;
      write(words, answers[at]);
      write(sign, this.shown && at === right ? "✓" : this.shown && chosen ? "✗" : "");
      put(label, "data-right", this.shown ? at === right : "");
    });
    this.button.hidden = this.shown;
    put(this.why, "data-right", this.shown ? right : "");
    write(this.why, this.shown ? `${capital(answers[right])}. ${why}` : "");
  }
}

/** @param {string} text */
const capital = (text) => text[0].toUpperCase() + text.slice(1);
