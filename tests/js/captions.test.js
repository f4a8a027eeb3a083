// What the sentence under the toolbar says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { captionOf } from "../../permviz/components/diagram/captions.js";
import { initialState, reduce } from "../../permviz/components/diagram/reducer.js";

const start = (hidden) => initialState({ nodes: "net", hidden, order: hidden.map((n) => [...Array(n).keys()]), epoch: "c0ffee" });
const said = (state, finger) => captionOf(state, { loss: 0.1, homeLoss: 0.1, path: null, finger });

test("a finger is not told about keys, a mouse is", () => {
  for (const mode of ["swap", "walk", "steps"]) {
    const state = reduce(start([4, 3]), { type: "mode", mode });
    assert.match(said(state, true), /^(Tap|Hold) a node/);
    assert.doesNotMatch(said(state, true), /Tab|arrow|key/i);
    if (mode !== "walk") assert.match(said(state, false), /Tab to it and press arrow/);
  }
});

test("where no layer has two nodes nobody is invited to drag, in any mode", () => {
  for (const mode of ["swap", "walk", "steps"]) {
    const alone = said(reduce(start([1, 1]), { type: "mode", mode }), false);
    assert.match(alone, /nothing to exchange: add a node/);
    assert.doesNotMatch(alone, /drag/i);
    assert.match(said(reduce(start([1, 2]), { type: "mode", mode }), false), /^Drag/, "negative control");
  }
});
