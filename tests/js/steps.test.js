import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

const SOURCE = await readFile(new URL("../../permviz/ui/steps.js", import.meta.url), "utf8");

/** The page at an address, as far as the script sees it; `steps(to)` goes there through the history. */
function pageAt(href) {
  const location = { href, get hash() { return new URL(this.href).hash; } };
  const history = {
    state: { kept: 1 }, entries: 1,
    replaceState(state, _, url) { assert.deepEqual(state, { kept: 1 }); location.href = String(new URL(url, location.href)); },
    pushState(state, _, url) { this.entries += 1; this.replaceState(state, _, url); },
  };
  let listener, options;
  const run = new Function("addEventListener", "location", "history", SOURCE);
  run((kind, heard, captured) => { assert.equal(kind, "popstate"); listener = heard; options = captured; }, location, history);
  assert.equal(options, true);
  return { location, history, steps(to) { location.href = to; listener(); return new URL(location.href).searchParams; } };
}

test("a step is named anew each time, and the rest of the address is kept", () => {
  const page = pageAt("http://a/?net=4-3");
  const first = page.steps("http://a/average?net=4-3&order=10.01&theta=a_b-c&embed=true");
  assert.match(first.get("step"), /^\d+$/);
  assert.deepEqual(
    [first.get("net"), first.get("order"), first.get("theta"), first.get("embed")],
    ["4-3", "10.01", "a_b-c", "true"],
  );
  assert.equal(new URL(page.location.href).pathname, "/average");
  const second = page.steps(page.location.href);
  assert.equal(second.getAll("step").length, 1);
  assert.notEqual(second.get("step"), first.get("step"));
});

test("a step to another place of the same page is none", () => {
  assert.equal(pageAt("http://a/").steps("http://a/?net=4#title").get("step"), null);
});

test("a place on the walk replaces the one before; whatever else changes is a step", () => {
  const { location, history } = pageAt("http://a/?net=4-3&order=10.01");
  const goes = (to) => { history.pushState({ kept: 1 }, "", to); return [history.entries, location.href]; };
  assert.deepEqual(goes("/?net=4-3&order=10.01&swap.t=0.4"), [1, "http://a/?net=4-3&order=10.01&swap.t=0.4"]);
  assert.deepEqual(goes("/?swap.mode=walk&net=4-3&order=10.01&swap.t=0.6&lesson.done=1")[0], 1);
  assert.deepEqual(goes("/?net=4-3&order=01.01&swap.mode=walk")[0], 2, "a swap");
  assert.deepEqual(goes("/average?net=4-3&order=01.01&swap.mode=walk")[0], 3, "another page");
  assert.deepEqual(goes("/?net=4-3&order=01.01&swap.mode=walk")[0], 4, "and back");
});
