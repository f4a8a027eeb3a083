/** Data that come after newer ones are left aside; so are cleanups of superseded renders; a new version takes over from an old one. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { isLate, mounted } from "../../permviz/components/mounting.js";

class Root {
  adoptedStyleSheets = [];
}

beforeEach(() => Object.assign(globalThis, { Document: Root, ShadowRoot: Root }));
afterEach(() => ["Document", "ShadowRoot"].forEach((name) => delete globalThis[name]));

/** A place in a document of its own. */
function place() {
  const root = new Root();
  return { root, isConnected: true, getRootNode: () => root };
}

/** A class of views that remembers what it was given. */
function views() {
  return class Kept {
    static made = [];
    seen = [];
    constructor() {
      Kept.made.push(this);
    }
    update({ data }) {
      this.seen.push(data.text);
    }
    destroy() {
      this.gone = true;
    }
  };
}

function calls(...all) {
  const Kept = views(), parentElement = place();
  const ends = all.map(([text, serial]) => mounted({ parentElement, data: { text, serial } }, Kept, "sheet"));
  assert.equal(Kept.made.length, 1);
  return { view: Kept.made[0], ends, parentElement };
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

test("a style sheet is adopted once, however many views stand in a document", () => {
  const Kept = views(), one = place(), other = { ...place(), getRootNode: one.getRootNode };
  for (const parentElement of [one, other, one]) mounted({ parentElement, data: {} }, Kept, "sheet");
  assert.deepEqual(one.root.adoptedStyleSheets, ["sheet"]);
  assert.equal(Kept.made.length, 2);
});

test("a view of another version of the module ends where one of this version begins", async () => {
  const { mounted: mountedLater } = await import("../../permviz/components/mounting.js?later");
  assert.notEqual(mountedLater, mounted);
  const Old = views(), New = views(), parentElement = place();
  const end = mounted({ parentElement, data: { text: "old", serial: a(9) } }, Old, "sheet");
  mountedLater({ parentElement, data: { text: "new", serial: { session: "b", n: 1 } } }, New, "later");
  assert.deepEqual([Old.made[0].gone, New.made[0].gone, New.made[0].seen], [true, undefined, ["new"]]);
  parentElement.isConnected = false;
  end();
  assert.equal(New.made[0].gone, undefined, "the old version's cleanup is of the old view");
});
