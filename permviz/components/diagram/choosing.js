/**
 * Two neurons chosen one after the other, by click, tap or key, instead of dragging one onto the other. Pure.
 *
 * @typedef {import("./reducer.js").State} State
 * @typedef {{layer: number, slot: number, astray: boolean}} Lifted  astray: a neuron of another layer was chosen after it
 */

export const WHY = "Only neurons of one layer can change places: they read the same inputs and feed the same neurons.";

/** What choosing the node in a slot means now. @param {State} state @param {number} layer @param {number} slot @returns {import("./reducer.js").Action} */
export function choiceOf({ lifted }, layer, slot) {
  if (lifted?.layer === layer && lifted.slot !== slot) return { type: "swap", layer, a: lifted.slot, b: slot };
  return lifted?.layer === layer ? { type: "cancel" } : { type: "lift", layer, slot };
}

/** @param {State} state at rest, nothing in the hand @param {number} layer @param {number} slot @returns {State} */
export function withLifted(state, layer, slot) {
  const node = state.order[layer - 1][slot] + 1, held = state.lifted;
  if (held) return { ...state, lifted: { ...held, astray: true }, said: `Node ${node} is in layer ${layer}. ${WHY}` };
  if (state.hidden[layer - 1] < 2) return { ...state, said: `Node ${node} is alone in layer ${layer}: it has none to change places with.` };
  const said = `Node ${node} of layer ${layer} chosen. Now choose another neuron of layer ${layer}; Escape cancels.`;
  return { ...state, lifted: { layer, slot, astray: false }, said };
}

/** What is to be done with the lifted neuron. @param {State} state @param {Lifted} lifted @param {boolean} finger */
export function liftedCaption(state, { layer, slot, astray }, finger) {
  const node = state.order[layer - 1][slot] + 1, away = finger ? "tap it again to cancel" : "Esc cancels";
  if (astray) return `${WHY} Choose one of layer ${layer}; ${away}.`;
  return `Node ${node} chosen: now choose a neuron of layer ${layer}; ${away}.`;
}
