/**
 * The card under the workbench: the average of the copies, what it answers, and why a convex loss has none like it. Words are the
 * library's; numbers are computed here, from the same parameters.
 *
 * @typedef {import("../diagram/frame.js").Frame} Frame
 * @typedef {import("./average.js").Argument} Argument
 */
import { el, say, sayApart, write } from "../diagram/paint.js";
import { largestDifference, look } from "../diagram/probe.js";
import { isIdentity } from "../diagram/reducer.js";
import { OutputView } from "../diagram/view_output.js";
import { averageOf, halfWay, halfWaySays } from "./average.js";
import { lossOf } from "../diagram/forward.js";

/** Under the pictures, by the kind of what is looked at: here nothing is before or after. */
const WORDS = {
  plane: ["A", "the average of all"],
  line: ["A: dashed, the average of all: solid, data: dots"],
  samples: ["probabilities; line: those of A", "each sample: the average against A"],
  none: [],
};

export class AverageCard {
  /** @param {HTMLElement} root @param {Argument} argument */
  constructor(root, argument) {
    this.argument = argument;
    this.halfKey = "";
    this.box = el("section", "card average", { "data-testid": "card-average", "aria-label": "Average" });
    const head = el("div", "cardhead");
    this.verdict = el("span", `verdict ${argument.holds ? "good" : ""}`, { "data-testid": "average-verdict" });
    write(this.verdict, argument.holds ? "✓ not convex" : argument.holds === null ? "no conclusion" : "silent");
    head.append(el("h2", "", {}, "Average"), this.verdict);
    this.list = el("dl");
    this.own = this.row("loss of each copy", "average-own");
    this.half = this.row("half-way from A to B", "average-half");
    this.all = this.row(`average of all ${argument.copies}`, "average-all");
    this.here = el("p", "", { "data-testid": "average-here" });
    const words = el("div", "words");
    words.append(
      head, el("p", "big", { "data-testid": "average-statement" }, argument.statement), this.list, this.here,
      el("p", "note", {}, `Hypothesis. ${argument.hypothesis} Kind: ${argument.kind}.`),
    );
    const answers = el("div", "answers");
    const silent = { tip: () => {}, tap: () => {}, untip: () => {} };
    this.output = new OutputView(answers, silent, () => {}, "What the average answers");
    this.answers = answers;
    this.box.append(words, answers);
    root.append(this.box);
  }

  /** @param {string} name @param {string} testid */
  row(name, testid) {
    const value = el("dd", "", { "data-testid": testid });
    this.list.append(el("dt", "", {}, name), value);
    return value;
  }

  /** @param {Frame} f */
  draw(f) {
    if (!f.scene.samples) return;
    if (!this.look) {
      this.look = look(averageOf(f.scene.net), f.sight.probe, f.scene.samples);
      this.output.build(f.scene, f.sight.probe);
    }
    const width = Math.floor(this.answers.clientWidth / f.layout.unit);
    if (width !== this.output.width) this.output.resize(width);
    const { home } = f.sight, difference = largestDifference(home, this.look);
    this.output.draw({ ...f, shown: { ...f.shown, key: "average" }, look: this.look, difference, apart: true });
    WORDS[f.sight.probe.kind].forEach((words, i) => write(this.output.pictures[i].words, words));
    const [own, all] = sayApart(home.loss, this.look.loss);
    write(this.own, own);
    write(this.all, all);
    this.drawHalf(f);
  }

  /** Of the order at rest: what follows the hand is in the cards above. @param {Frame} f */
  drawHalf({ state, scene, palette }) {
    const key = `${JSON.stringify(state.order)} ${palette.dark}`;
    if (key === this.halfKey || !scene.samples) return;
    this.halfKey = key;
    if (isIdentity(state)) {
      write(this.half, "B is A");
      write(this.here, "Exchange two nodes: then there is a half-way.");
      return;
    }
    const loss = lossOf(halfWay(scene.net, state.order), scene.samples);
    write(this.half, say(loss));
    write(this.here, halfWaySays(loss, this.argument));
  }
}
