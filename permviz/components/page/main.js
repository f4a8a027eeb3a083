/**
 * The page without a server: the workbench of the app with somebody else to answer it, and the average below it.
 *
 * @typedef {{scene: any, average: import("./average.js").Argument}} Content  scene: what encode_scene of wire.py wrote
 * @typedef {import("./following.js").There} There
 */
import { Workbench } from "../diagram/workbench.js";
import { Answers } from "./answers.js";
import { AverageCard } from "./view_average.js";

export class Page {
  /** @type {((before: There, after: There) => void) | undefined} told of what the visitor did */ changed;

  /** @param {Content} content @param {HTMLElement} place */
  constructor({ scene, average }, place) {
    this.answers = new Answers(scene);
    this.data = scene;
    this.place = place;
    place.replaceChildren();
    place.removeAttribute("role"); // from here on the workbench says itself what has changed
    this.bench = new Workbench(place);
    const card = new AverageCard(this.bench.root, average);
    this.bench.drawn = (frame) => card.draw(frame);
    this.tell();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.tell());
  }

  /** Where one is. @returns {There} */
  get there() {
    return { order: this.data.order, ...this.data.place };
  }

  tell() {
    this.bench.update({ parentElement: this.place, data: this.data, setStateValue: (_, message) => queueMicrotask(() => this.hear(message)) });
  }

  /** @param {any} operation what encodeOrder of wire.js wrote */
  hear(operation) {
    const before = this.there;
    this.data = this.answers.after(operation);
    this.tell();
    this.changed?.(before, this.there);
  }

  /** Be elsewhere, which no hand did. @param {There} there */
  go({ order, mode, t }) {
    const { ack } = this.data;
    this.data = { ...this.answers.after({ order, place: { mode, t }, ...ack }), ack };
    this.tell();
  }
}

/** @param {Content} content @param {HTMLElement} place */
export default function open(content, place) {
  return new Page(content, place);
}
