/** The sentence under the toolbar: what is to be seen now, or what can be done. Pure. */
import { WHY, liftedCaption } from "./choosing.js";
import { say, sayApart, sayT } from "./paint.js";
import { isAlone, isIdentity } from "./reducer.js";

/** How two nodes are told to change places. The keys are named where a mouse is, and hence likely a keyboard. @param {boolean} finger */
const howTo = (finger) => (finger
  ? "Tap a node, then another of its layer; or hold it a moment and drag"
  : "Drag a node onto another of its layer, or click the two; by keys Tab to it and press arrow up or down");
/** @type {Record<import("./reducer.js").Mode, (finger: boolean) => string>} */
const INVITATIONS = {
  swap: (finger) => `${howTo(finger)}.`,
  walk: (finger) => `${finger ? "Hold a node, then drag it" : "Drag a node"} slowly onto another of its layer, or choose the two and move t: the parameters walk the straight line to the copy.`,
  steps: (finger) => `${howTo(finger)}: the swap is played in the two steps of the argument.`,
};

/**
 * @param {import("./reducer.js").State} state
 * @param {{loss: number | null, homeLoss: number | null, path: import("./shown.js").Path | null, finger: boolean}} seen
 *   finger: whether what points here is one
 */
export function captionOf(state, { loss, homeLoss, path, finger }) {
  const { step, drag, walk } = state;
  const lossText = loss === null ? "" : `, loss ${say(loss)}`;
  if (step) {
    const row = state.order[step.layer - 1];
    const first = row[step.a] + 1, second = row[step.b] + 1;
    if (step.phase === "step-1") {
      return `Step 1 of 2: all edges into node ${first} (red) and all edges into node ${second} (green, dotted) change places.`;
    }
    if (step.phase === "step-2") return `Step 2 of 2: the edges out of node ${first} and out of node ${second} move to where their nodes are.`;
    const cost = loss === null || homeLoss === null ? "" : `: loss ${sayApart(loss, homeLoss).join(" instead of ")}`;
    return `After step 1 of 2 the function is broken${cost}. The edges out of ${first} and ${second} still start at their old places.`;
  }
  if (path) {
    const { base, layer, a, b, t } = path;
    const pair = `${base[layer - 1][a] + 1} and ${base[layer - 1][b] + 1}`;
    if (t === 1) return `t = 1.00${lossText}, at the copy with ${pair} exchanged${drag ? ": let go to stay" : ""}.`;
    const how = finger ? "the slider moves t, Play goes all the way" : "slider and arrow keys move t, Enter goes all the way, Esc goes back";
    return `t = ${sayT(t)}${lossText}, on the straight line to the copy with ${pair} exchanged${drag?.parked && t === 0 ? `: ${how}` : ""}.`;
  }
  if (state.lifted) return liftedCaption(state, state.lifted, finger);
  if (drag) {
    if (drag.astray) return WHY;
    if (state.mode === "walk") return "Move towards another node of the layer.";
    if (drag.target === null) return "Drop it on another node of its layer to exchange the two.";
    const row = state.order[drag.layer - 1];
    return `Let go to exchange ${row[drag.slot] + 1} and ${row[drag.target] + 1}; the curve shows the straight line to that copy.`;
  }
  if (walk < 1 && !isIdentity(state)) {
    const B = Math.round(100 * Number(sayT(walk)));
    return `t = ${sayT(walk)}${lossText}, at ${100 - B}% of A and ${B}% of B.`;
  }
  if (state.said) return state.said;
  if (isAlone(state.hidden)) return "A layer of one node has nothing to exchange: add a node under Hidden layers.";
  return INVITATIONS[state.mode](finger);
}
