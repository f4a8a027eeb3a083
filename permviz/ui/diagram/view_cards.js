/**
 * The certificate and the other point: numbers that Python computed, dimmed while they are not those of the point shown.
 */
import { el, put, say, sayApart, write } from "./paint.js";

/** Differences of outputs up to this are rounding: the order of summation changes, nothing else. */
export const ROUNDING = 1e-12;

function row(name, testid) {
  const dt = el("dt", "", {}, name), dd = el("dd", "", { "data-testid": testid });
  return { dt, dd };
}

export class CardsView {
  /** @param {HTMLElement} same @param {HTMLElement} other */
  constructor(same, other) {
    this.same = same;
    this.other = other;
    this.title = el("h3", "", {}, "The same function");
    this.verdict = el("span", "verdict", { "data-testid": "verdict" });
    const head = el("div", "cardhead");
    head.append(this.title, this.verdict);
    this.difference = el("p", "big", { "data-testid": "difference" });
    this.where = el("p", "note");
    this.a = row("loss of A", "loss-a");
    this.b = row("loss of B", "loss-b");
    const list = el("dl");
    list.append(this.a.dt, this.a.dd, this.b.dt, this.b.dd);
    same.append(head, this.difference, this.where, list);
    this.distance = el("p", "big", { "data-testid": "distance" });
    this.copies = el("p", "note", { "data-testid": "copies" });
    other.append(el("h3", "", {}, "Another point"), this.distance, this.copies);
  }

  /**
   * @param {{facts: any, stale: boolean, kind: "copy" | "between" | "broken", loss: number | null, difference: number | null,
   *   identity: boolean}} v `stale`: Python has not yet seen the order shown
   */
  draw(v) {
    const { facts } = v;
    const copy = v.kind === "copy";
    put(this.same, "data-kind", v.kind);
    put(this.same, "aria-busy", copy && v.stale);
    put(this.other, "aria-busy", v.stale);
    write(this.distance, `‖A − B‖₂ = ${say(facts.distance)}`);
    write(this.copies, v.identity ? `B is A itself, one of ${facts.copies} copies` : `B is one of ${facts.copies} copies`);
    write(this.a.dd, say(facts.loss_a));
    if (!copy) return this.drawNoCopy(v);
    const fine = facts.difference !== null && facts.difference <= ROUNDING;
    write(this.title, fine || v.stale ? "The same function" : "Not the same function");
    write(this.verdict, v.stale ? "checking" : fine ? "✓ equal" : "✗ differs");
    this.verdict.className = `verdict ${v.stale ? "" : fine ? "good" : "bad"}`;
    write(this.difference, `max |F(A) − F(B)| = ${say(facts.difference)}`);
    write(this.where, `over ${facts.difference_points.toLocaleString("en")} points (data and a grid), float64`);
    write(this.b.dt, "loss of B");
    write(this.b.dd, say(facts.loss_b));
    return undefined;
  }

  /** In the middle of a walk, or between the two steps: what the browser computes here. */
  drawNoCopy(v) {
    write(this.title, "Not a copy here");
    write(this.verdict, v.kind === "broken" ? "✗ broken" : "✗ on the way");
    this.verdict.className = "verdict bad";
    write(this.difference, v.difference === null ? "F differs from F(A)" : `max |F(A) − F(here)| = ${say(v.difference)}`);
    write(this.where, v.difference === null ? "not computed: the table stays on the server" : "computed in the browser, float64");
    write(this.b.dt, "loss here");
    const [a, b] = v.loss === null ? [say(v.facts.loss_a), "see the curve"] : sayApart(v.facts.loss_a, v.loss);
    write(this.a.dd, a);
    write(this.b.dd, b);
  }
}
