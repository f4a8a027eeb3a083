/** The part of a component that travels in messages: what it shows until the module is there, and which calls reach that. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { component } from "../../permviz/components/loading.js";

class Element {
  children = [];
  style = {};
  textContent = "";
  setAttribute() {}
  append(...nodes) {
    for (const node of nodes) if (!this.children.includes(node)) this.children.push(node);
    for (const node of nodes) if (node instanceof Element) node.parent = this;
  }
  remove() {
    this.parent.children = this.parent.children.filter((child) => child !== this);
  }
}

const script = { src: "http://host/lab/static/js/index.js" };
beforeEach(() => {
  globalThis.document = { createElement: () => new Element(), querySelector: () => script, baseURI: "http://host/page" };
});
afterEach(() => delete globalThis.document);

/** A component whose module comes, or fails, when the test says so. */
function loadable() {
  const asked = [], seen = [];
  const load = (url) => new Promise((resolve, reject) => asked.push({ url, resolve, reject }));
  const mount = ({ data, parentElement }) => {
    seen.push(data);
    return () => seen.push(`end of ${data}`) && parentElement;
  };
  const call = component("files/abc", "diagram/main.js", "diagram", load);
  return { asked, seen, arrive: () => settled(() => asked.at(-1).resolve({ default: mount })), fail: () => settled(() => asked.at(-1).reject(new Error("offline"))), call };
}

async function settled(act) {
  const { error } = console;
  console.error = () => {};
  act();
  await new Promise(setImmediate);
  console.error = error;
}

const noteIn = (parent) => parent.children[0]?.textContent;
const buttonIn = (parent) => parent.children[0].children.at(-1);

test("until the module is there its place says so; then every call is made, in order, and later ones at once", async () => {
  const { asked, seen, call, arrive } = loadable();
  const parentElement = new Element();
  call({ parentElement, data: "one" });
  call({ parentElement, data: "two" });
  assert.equal(noteIn(parentElement), "Loading the diagram …");
  assert.deepEqual(seen, []);
  await arrive();
  assert.deepEqual([seen, parentElement.children], [["one", "two"], []]);
  call({ parentElement, data: "three" });
  assert.deepEqual([seen.at(-1), asked.length], ["three", 1]);
});

test("the address is the app's, wherever that lives", () => {
  const { asked, call } = loadable();
  call({ parentElement: new Element(), data: 1 });
  assert.equal(asked[0].url, "http://host/lab/files/abc/diagram/main.js");
});

test("a cleanup before the module is there: that call is never made; after it: its view is told", async () => {
  const { seen, call, arrive } = loadable();
  const parentElement = new Element();
  const first = call({ parentElement, data: "one" }), second = call({ parentElement, data: "two" });
  first();
  await arrive();
  assert.deepEqual(seen, ["two"]);
  second();
  assert.deepEqual(seen, ["two", "end of two"]);
});

test("a failure is told in every place; Try again asks at another address and mounts all", async () => {
  const { asked, seen, call, arrive, fail } = loadable();
  const places = [new Element(), new Element()];
  places.forEach((parentElement, i) => call({ parentElement, data: i }));
  await fail();
  for (const place of places) assert.match(noteIn(place), /^The diagram could not be loaded.*reload the page\.$/);
  await settled(buttonIn(places[1]).onclick);
  for (const place of places) assert.equal(noteIn(place), "Loading the diagram …");
  assert.deepEqual(asked.map(({ url }) => url.split("files/")[1]), ["abc/diagram/main.js", "abc~2/diagram/main.js"]);
  await fail();
  call({ parentElement: places[0], data: "newer" });
  assert.equal(asked.length, 3, "new data come from a server that is there: worth another attempt");
  await arrive();
  assert.deepEqual([seen, places.map((place) => place.children.length)], [[0, 1, "newer"], [0, 0]]);
});
