/**
 * The certificate and the other point: what Python computed of A and B. While the point shown is not B, but on its
 * way or broken, both cards speak of that point instead, and the browser computes.
 *
 * @typedef {{facts: import("./wire.js").Facts, stale: boolean, kind: import("./shown.js").Kind, loss: number | null,
 *   difference: number | null, identity: boolean, alone: boolean, distance: number | null, grid: boolean, decayed: boolean}} Told  decayed: decay is part of the loss; grid: whether there is one over the inputs; stale, distance: as in frame.js
 */
import { MEANINGS } from "./help.js";
import { el, put, say, sayApart, write } from "./paint.js";

/** Differences of outputs up to this are rounding: the order of summation changes, nothing else. */
export const ROUNDING = 1e-12;

/** @param {string} name @param {string} testid */
function row(name, testid) {
  const dt = el("dt", "", {}, name), dd = el("dd", "", { "data-testid": testid });
  return { dt, dd };
}

export class CardsView {
  /** @param {HTMLElement} same @param {HTMLElement} other @param {(meaning: string[]) => HTMLElement} help */
  constructor(same, other, help) {
    this.same = same;
    this.other = other;
    this.title = el("h2", "", {}, "The same function");
    this.verdict = el("span", "verdict", { "data-testid": "verdict" });
    const head = el("div", "cardhead");
    head.append(this.title, this.verdict, help(MEANINGS.same));
    this.difference = el("p", "big", { "data-testid": "difference" });
    this.where = el("p", "note");
    this.a = row("loss of A", "loss-a");
    this.b = row("loss of B", "loss-b");
    const list = el("dl");
    list.append(this.a.dt, this.a.dd, this.b.dt, this.b.dd);
    same.append(head, this.difference, this.where, list);
    this.distance = el("p", "big", { "data-testid": "distance" });
    this.copies = el("p", "note", { "data-testid": "copies" });
    const head2 = el("div", "cardhead");
    head2.append(el("h2", "", {}, "Another point"), help(MEANINGS.other));
    other.append(head2, this.distance, this.copies);
  }

  /** @param {Told} v */
  draw(v) {
    const { facts } = v, word = v.decayed ? "loss + decay" : "loss";
    write(this.a.dt, `${word} of A`);
    put(this.same, "data-kind", v.kind);
    for (const card of [this.same, this.other]) put(card, "aria-busy", v.distance === null && v.stale);
    if (v.distance !== null) {
      this.drawHere(v, v.distance);
      return;
    }
    write(this.distance, `‖A − B‖₂ = ${say(facts.distance)}`);
    const identity = v.alone ? `B is A itself, the only order of its nodes (${facts.copies})` : `B is A itself, one of ${facts.copies} copies`;
    write(this.copies, v.identity ? identity : `B is one of ${facts.copies} copies`);
    write(this.a.dd, say(facts.loss_a));
    const fine = facts.difference !== null && facts.difference <= ROUNDING;
    write(this.title, fine || v.stale ? "The same function" : "Not the same function");
    write(this.verdict, v.stale ? "checking" : fine ? "✓ equal" : "✗ differs");
    this.verdict.className = `verdict ${v.stale ? "" : fine ? "good" : "bad"}`;
    write(this.difference, `max |F(A) − F(B)| = ${say(facts.difference)}`);
    write(this.where, `over ${facts.difference_points.toLocaleString("en").replaceAll(",", "\u202f")} points (data and ${v.grid ? "a grid" : "random ones"}), float64`);
    write(this.b.dt, `${word} of B`);
    write(this.b.dd, say(facts.loss_b));
  }

  /** In the middle of a walk, or between the two steps: what the browser computes here. @param {Told} v @param {number} distance */
  drawHere(v, distance) {
    const unknown = v.difference === null;
    const equal = v.difference === null ? v.kind === "copy" : v.difference <= ROUNDING;
    write(this.title, equal ? "The same function here" : "Not a copy here");
    write(this.verdict, equal ? "✓ equal" : v.kind === "broken" ? "✗ broken" : "✗ on the way");
    this.verdict.className = `verdict ${equal ? "good" : "bad"}`;
    write(this.difference, unknown ? `F ${equal ? "is" : "differs from"} F(A)` : `max |F(A) − F(here)| = ${say(v.difference)}`);
    write(this.where, unknown ? "not computed: the samples are not here yet" : "computed in the browser, float64");
    write(this.b.dt, v.decayed ? "loss + decay here" : "loss here");
    // On the way both have three digits: more would come and go under the hand.
    const apart = v.kind === "broken" ? sayApart : (/** @type {(number | null)[]} */ ...pair) => pair.map((loss) => say(loss));
    const [a, b] = v.loss === null ? [say(v.facts.loss_a), "see the curve"] : apart(v.facts.loss_a, v.loss);
    write(this.a.dd, a);
    write(this.b.dd, b);
    write(this.distance, `‖A − here‖₂ = ${say(distance)}`);
    write(this.copies, { copy: "here is a copy", between: "here is on the straight line to a copy", broken: "here is between the two steps" }[v.kind]);
  }
}
