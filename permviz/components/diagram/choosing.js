/**
 * Two nodes chosen one after the other, by click, tap or key, instead of dragging one onto the other. On the walk the second
 * choice sets out: the first is on its way as in a hand, and the slider says how far. Pure.
 *
 * @typedef {import("./reducer.js").State} State
 * @typedef {{layer: number, slot: number, aim: number | null, astray: boolean}} Lifted
 *   aim: the slot that is pointed at or has the focus; astray: a node of another layer was chosen after it
 */

export const WHY = "Only nodes of one layer can change places: they read the same inputs and feed the same nodes.";

/** What choosing the node in a slot means now. @param {State} state @param {number} layer @param {number} slot @returns {import("./reducer.js").Action} */
export function choiceOf({ lifted, drag, mode }, layer, slot) {
  if (drag?.parked && drag.layer === layer && slot === drag.target) return { type: "arrive" };
  if (drag?.parked && drag.layer === layer && slot === drag.slot) return { type: "cancel" };
  if (lifted?.layer === layer && lifted.slot !== slot) return { type: mode === "walk" ? "set-out" : "swap", layer, a: lifted.slot, b: slot };
  return lifted?.layer === layer ? { type: "cancel" } : { type: "lift", layer, slot };
}

/** @param {State} state at rest, nothing in the hand @param {number} layer @param {number} slot @returns {State} */
export function withLifted(state, layer, slot) {
  const node = state.order[layer - 1][slot] + 1, held = state.lifted;
  if (held) return { ...state, lifted: { ...held, astray: true }, said: `Node ${node} is in layer ${layer}. ${WHY}` };
  if (state.hidden[layer - 1] < 2) return { ...state, said: `Node ${node} is alone in layer ${layer}: it has none to change places with.` };
  const said = `Node ${node} of layer ${layer} chosen. Now choose another node of layer ${layer}; Escape cancels.`;
  return { ...state, lifted: { layer, slot, aim: null, astray: false }, said };
}

/** On its way without a hand. @param {State} state at rest, nothing in the hand @param {number} layer @param {number} a @param {number} b @returns {State} */
export function outOnTheWay(state, layer, a, b) {
  const row = state.order[layer - 1];
  const said = `Node ${row[a] + 1} sets out for the place of node ${row[b] + 1}: the slider and its arrow keys set t; Enter goes all the way, Escape goes back.`;
  return { ...state, lifted: null, walk: 1, playing: false, walked: true, drag: { layer, slot: a, target: b, t: 0, astray: false, parked: true }, said };
}

/** A second node is pointed at, or none any more. @param {State} state @param {number} layer @param {number | null} slot @returns {State} */
export function aimed(state, layer, slot) {
  const { lifted } = state;
  const aim = lifted && lifted.layer === layer && lifted.slot !== slot ? slot : null;
  return lifted && lifted.aim !== aim ? { ...state, lifted: { ...lifted, aim } } : state;
}

/** What is to be done with the lifted node. @param {State} state @param {Lifted} lifted @param {boolean} finger */
export function liftedCaption(state, { layer, slot, aim, astray }, finger) {
  const row = state.order[layer - 1], node = row[slot] + 1, away = finger ? "tap it again to cancel" : "Esc cancels";
  if (aim !== null && state.mode === "walk") return `A ${finger ? "tap" : "click or Enter"} sets out on the straight line to the copy with ${node} and ${row[aim] + 1} exchanged, which the curve shows.`;
  if (aim !== null) return `A ${finger ? "tap" : "click or Enter"} exchanges ${node} and ${row[aim] + 1}; the curve shows the straight line to that copy.`;
  if (astray) return `${WHY} Choose one of layer ${layer}; ${away}.`;
  return `Node ${node} chosen: now choose a node of layer ${layer}; ${away}.`;
}
