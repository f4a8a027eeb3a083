/**
 * The page without a server: the workbench of the app with somebody else to answer it, and the average below it.
 *
 * @typedef {{scene: any, average: import("./average.js").Argument}} Content  scene: what encode_scene of wire.py wrote
 */
import { Workbench } from "../diagram/workbench.js";
import { Answers } from "./answers.js";
import { AverageCard } from "./view_average.js";

/** @param {Content} content @param {HTMLElement} place */
export default function open({ scene, average }, place) {
  const answers = new Answers(scene);
  let data = scene;
  place.replaceChildren();
  const bench = new Workbench(place);
  const card = new AverageCard(bench.root, average);
  bench.drawn = (frame) => card.draw(frame);

  const tell = () => bench.update({ parentElement: place, data, setStateValue: (_, message) => queueMicrotask(() => hear(message)) });
  /** @param {any} operation what encodeOrder of wire.js wrote */
  const hear = (operation) => {
    data = answers.after(operation);
    tell();
  };
  tell();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);
}
