/** Data that come after newer ones are left aside; so are cleanups of superseded renders. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isLate, mounted } from "../../permviz/components/mounting.js";

class View {
  constructor() {
    this.seen = [];
  }
  update({ data }) {
    this.seen.push(data.text);
  }
  destroy() {
    this.gone = true;
  }
}

function calls(...all) {
  let view;
  class Kept extends View {
    constructor() {
      super();
      view = this;
    }
  }
  const parentElement = { isConnected: true };
  const ends = all.map(([text, serial]) => mounted({ parentElement, data: { text, serial } }, Kept));
  return { view, ends, parentElement };
}

const a = (n) => ({ session: "a", n });

test("the newest data win, whichever call comes last", () => {
  assert.deepEqual(calls(["new", a(2)], ["old", a(1)]).view.seen, ["new"]);
  assert.deepEqual(calls(["old", a(1)], ["new", a(2)], ["old", a(1)], ["newer", a(3)]).view.seen, ["old", "new", "newer"]);
});

test("equal numbers come again when the theme changes; other sessions and data without number are not late", () => {
  assert.deepEqual(calls(["x", a(4)], ["x", a(4)]).view.seen, ["x", "x"]);
  assert.deepEqual(calls(["x", a(4)], ["y", { session: "b", n: 1 }]).view.seen, ["x", "y"]);
  assert.equal(isLate(undefined, a(1)), false);
  assert.equal(isLate(a(1), undefined), false);
});

test("a view ends with its element, not with a superseded render", () => {
  const { view, ends, parentElement } = calls(["x", a(1)], ["y", a(2)]);
  ends[0]();
  assert.equal(view.gone, undefined);
  parentElement.isConnected = false;
  ends[1]();
  assert.equal(view.gone, true);
});
