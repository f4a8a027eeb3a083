/**
 * Everything the workbench decides, as one pure function: (state, action) -> state. No DOM, no clock, no randomness.
 *
 * Operations are numbered within an `epoch`, a random nonce of this mount. Each changed order is one operation and carries the
 * absolute order; it stays pending until Python acknowledges (epoch, n) with this n or a later one. Python's own order is
 * adopted only while nothing is pending. `nodes` names whose order it is: while a network is trained on they stay the same nodes,
 * and what was done with them stays. Where one is, the mode and the t of the walk, is told too: by the next operation, or by one
 * of its own that leaves the order as it is. Python's own place is adopted only while nothing here is untold.
 *
 * @typedef {import("./permutation.js").Order} Order
 * @typedef {{layer: number, slot: number, target: number | null, t: number, astray: boolean, parked?: boolean}} Drag
 *   t: how far along to the target; astray: over another layer; parked: in no hand, t is set by the slider
 * @typedef {{layer: number, a: number, b: number, phase: "step-1" | "broken" | "step-2"}} Step
 * @typedef {"swap" | "walk" | "steps"} Mode
 * @typedef {{mode: Mode, t: number}} Place  t: on the line from A to B
 * @typedef {Order | import("./editing.js").Edits} Past  what undo brings back: an order, or parameters' values
 * @typedef {{nodes: string, hidden: number[], order: Order, undo: Past[], redo: Past[], mode: Mode, edits: (import("./editing.js").Edit & {n: number})[], trying: import("./editing.js").Edit | null,
 *   epoch: string, n: number, acknowledged: number, drag: Drag | null, lifted: import("./choosing.js").Lifted | null, step: Step | null,
 *   walk: number, playing: boolean, touched: boolean, walked: boolean, said: string, lit: number, moved: number, told: Place}} State
 *   edits: parameters set here of which Python has not said that it knows; trying: one under the hand;
 *   moved: the last operation that changed the order or a parameter; told: the place that Python knows, or is being told; touched, walked: whether anything has been exchanged, and walked, yet; lit: the sample that lights the network up
 * @typedef {{type: "server", nodes: string, hidden: number[], order: Order, ack: import("./wire.js").Acknowledgement | null,
 *   notice: string | null, anew?: boolean, place?: Place}} FromServer
 * @typedef {FromServer | {type: "mode", mode: Mode} | {type: "drag-start" | "lift", layer: number, slot: number} | {type: "aim", layer: number, slot: number | null}
 *   | {type: "drag-over", target: number | null, t: number, astray?: boolean} | {type: "drop" | "cancel" | "undo" | "redo" | "reset" | "play" | "tell"}
 *   | {type: "swap" | "set-out", layer: number, a: number, b: number} | {type: "arrive"} | {type: "step-arrived" | "step-next"} | {type: "random", order: Order}
 *   | {type: "try", edit: import("./editing.js").Edit | null} | {type: "edit", edit: import("./editing.js").Edit, was: number, name: string} | {type: "back", all: import("./editing.js").Edited[], name: string}
 *   | {type: "walk", t: number} | {type: "light", sample: number} | {type: "tick", dt: number} | {type: "said", text: string}} Action
 */
import { WHY, aimed, outOnTheWay, withLifted } from "./choosing.js";
import { samePlace } from "./editing.js";
import { identityOrder, isOrder, sameOrder, swapSlots } from "./permutation.js";

const MOST_UNDO = 200;

/** @param {number} t */
const clamp01 = (t) => Math.min(1, Math.max(0, t));

/** @type {Place} */
const AT_B = { mode: "swap", t: 1 };

/** @param {{nodes: string, hidden: number[], order: Order, epoch: string, place?: Place}} start @returns {State} */
export function initialState({ nodes, hidden, order, epoch, place = AT_B }) {
  const touched = !sameOrder(order, identityOrder(hidden)), walk = touched ? clamp01(place.t) : 1;
  return {
    nodes, hidden, order, epoch, undo: [], redo: [], mode: place.mode, n: 0, acknowledged: 0, moved: 0, drag: null, lifted: null, step: null,
    edits: [], trying: null, walk, told: { mode: place.mode, t: walk }, playing: false, touched, walked: place.mode === "walk" || walk < 1, said: "", lit: 0,
  };
}

/** Whether an operation waits for Python. @param {State} state */
export function isPending(state) {
  return state.acknowledged < state.n;
}

/** Whether a node is held by a hand. @param {State} state */
export function isHeld({ drag }) {
  return drag !== null && !drag.parked;
}

/** Whether one that changed the order does. @param {State} state */
export function isStale(state) {
  return state.acknowledged < state.moved;
}

/** Where one is. @param {State} state @returns {Place} */
export function placeOf({ mode, walk }) {
  return { mode, t: walk };
}

/** Whether Python has not been told where one is. @param {State} state */
export function isUntold({ mode, walk, told }) {
  return mode !== told.mode || walk !== told.t;
}

/** @param {State} state */
export function isIdentity(state) {
  return sameOrder(state.order, identityOrder(state.hidden));
}

/** Whether no hidden layer has two nodes: there is nothing to exchange. @param {number[]} hidden */
export function isAlone(hidden) {
  return hidden.every((n) => n < 2);
}

/** What is going on, in one word: the value of data-phase when nothing moves. @param {State} state */
export function phaseOf(state) {
  if (state.step) return state.step.phase;
  if (isHeld(state)) return "drag";
  if (state.playing) return "playing";
  return state.drag || state.walk < 1 ? "walk" : "rest";
}

/** Whether it is time to say that what was swapped can be walked. @param {State} state */
export function offersWalk(state) {
  return phaseOf(state) === "rest" && !state.walked && !state.lifted && !isIdentity(state);
}

/** "Node 1 and node 3 of layer 1". @param {State} state @param {number} layer @param {number} a @param {number} b */
export function pairName(state, layer, a, b) {
  const row = state.order[layer - 1];
  return `Node ${row[a] + 1} and node ${row[b] + 1} of layer ${layer}`;
}

const still = { trying: null, drag: null, lifted: null, step: null, walk: 1, playing: false };

/**
 * A new order made here: one operation, one entry on the undo stack.
 * @param {State} state @param {Order} order @param {string} said @returns {State}
 */
function commit(state, order, said) {
  if (sameOrder(order, state.order)) return { ...state, ...still, said: "" };
  const undo = [...state.undo, state.order].slice(-MOST_UNDO);
  return { ...state, ...still, order, undo, redo: [], n: state.n + 1, touched: true, said };
}

/** @param {State} state @param {number} layer @param {number} a @param {number} b */
function exchanged(state, layer, a, b) {
  const said = `${pairName(state, layer, a, b)} exchanged: the function is the same.`;
  return commit(state, swapSlots(state.order, layer, a, b), said);
}

/**
 * A swap asked for by hand or key: done at once, or in two steps.
 * @param {State} state @param {number} layer @param {number} a @param {number} b @returns {State}
 */
function chosen(state, layer, a, b) {
  if (state.mode !== "steps") return exchanged(state, layer, a, b);
  const said = `Step 1 of 2: all edges into the two nodes change places.`;
  return { ...state, ...still, step: { layer, a, b, phase: "step-1" }, said };
}

/** @param {State} state @param {number} layer @param {number} a @param {number} b */
function canExchange(state, layer, a, b) {
  const n = state.hidden[layer - 1] ?? 0;
  return !state.step && !isHeld(state) && a !== b && Math.min(a, b) >= 0 && Math.max(a, b) < n;
}

/** @param {State} state @param {"undo" | "redo"} from @param {"undo" | "redo"} to @param {string} said @returns {State} */
function travelled(state, from, to, said) {
  const stack = state[from];
  if (!stack.length) return state;
  const order = stack[stack.length - 1];
  if (!Array.isArray(order)) return travelledTo(state, from, to, order);
  return {
    ...state, ...still, order, [from]: stack.slice(0, -1), [to]: [...state[to], state.order], n: state.n + 1, touched: true, said,
  };
}

/** @param {State} state @param {"undo" | "redo"} from @param {"undo" | "redo"} to @param {import("./editing.js").Edits} entry @returns {State} */
function travelledTo(state, from, to, entry) {
  const stacks = { [from]: state[from].slice(0, -1), [to]: [...state[to], entry] };
  const set = entry.all.map(({ edit, was }) => ({ ...edit, value: from === "undo" ? was : edit.value }));
  return { ...withEdits(state, set), ...stacks, said: from === "undo" ? "Undone: the value before is back." : "Redone: the value is set again." };
}

/** Parameters set in one operation; of each Python is told its last value alone. @param {State} state @param {import("./editing.js").Edit[]} set @returns {State} */
function withEdits(state, set) {
  const n = state.n + 1, others = state.edits.filter((edit) => !set.some((one) => samePlace(one, edit)));
  return { ...state, ...still, n, edits: [...others, ...set.map((edit) => ({ ...edit, n }))], touched: true };
}

/** @param {State} state @param {import("./editing.js").Edited[]} all @returns {Pick<State, "undo" | "redo">} */
const toBeUndone = (state, all) => ({ undo: [...state.undo, { all }].slice(-MOST_UNDO), redo: [] });

const EARLIER = "An earlier order of the nodes is back";
const OTHER = "The order of the nodes was set anew";
const SAME = ": the function is the same.";

/**
 * Python's order taken over: browser Back and Forward read as undo and redo. `anew`: its parameters are others too.
 * @param {State} state @param {Order} order @param {boolean} [anew] @returns {State}
 */
function adopted(state, order, anew) {
  /** @param {Past[]} stack */
  const top = (stack) => {
    const last = stack[stack.length - 1];
    return Array.isArray(last) && sameOrder(last, order);
  };
  const base = { ...state, ...still, order, touched: true, said: EARLIER + (anew ? "." : SAME) };
  if (top(state.undo)) return { ...base, undo: state.undo.slice(0, -1), redo: [...state.redo, state.order] };
  if (top(state.redo)) return { ...base, redo: state.redo.slice(0, -1), undo: [...state.undo, state.order] };
  return { ...base, undo: [...state.undo, state.order].slice(-MOST_UNDO), redo: [], said: OTHER + (anew ? "." : SAME) };
}

/**
 * Python's place taken over, as it belongs to its order.
 * @param {State} state @param {Place} place @returns {State}
 */
function moved(state, { mode, t }) {
  const walk = isIdentity(state) ? 1 : clamp01(t), told = { mode, t: walk };
  if (mode === state.mode && walk === state.walk) return isUntold(state) ? { ...state, told } : state;
  return { ...state, ...still, mode, walk, told, walked: state.walked || mode === "walk" || walk < 1 };
}

/** @param {State} state @param {FromServer} action @returns {State} */
function fromServer(state, { nodes, hidden, order, ack, notice, anew, place = placeOf(state) }) {
  if (nodes !== state.nodes || !isOrder(state.order, hidden)) {
    // Other nodes: nothing made of the old ones can still be pending. Numbers go on, so that late acknowledgements are stale.
    const fresh = initialState({ nodes, hidden, order, epoch: state.epoch, place });
    const { n, lit } = state;
    return { ...fresh, n, acknowledged: n, moved: n, touched: state.touched || fresh.touched, walked: state.walked || fresh.walked, lit };
  }
  const heard = ack && ack.epoch === state.epoch ? Math.max(state.acknowledged, Math.min(ack.n, state.n)) : state.acknowledged;
  // What was said of Python's order does not outlast the network of which it was said; what was done here does.
  const said = anew && (state.said.startsWith(EARLIER) || state.said.startsWith(OTHER)) ? "" : state.said;
  const edits = state.edits.filter((edit) => edit.n > heard);
  const next = heard === state.acknowledged && said === state.said ? state : { ...state, acknowledged: heard, edits, said };
  const same = sameOrder(order, next.order);
  if (isPending(next) || (same && isUntold(next))) return notice ? { ...next, said: notice } : next;
  const after = moved(same ? next : adopted(next, order, anew), place);
  return notice ? { ...after, said: notice } : after;
}

/** @param {State} state @param {Drag} drag @returns {State} */
function dropped(state, { layer, slot, target, t, astray }) {
  if (target === null || (state.mode === "walk" && t <= 0.5)) {
    return { ...state, drag: null, said: astray ? `Nothing changed. ${WHY}` : "Dropped outside another node: nothing changed." };
  }
  return chosen(state, layer, slot, target);
}

/** @type {{[T in Action["type"]]: (state: State, action: Extract<Action, {type: T}>) => State}} */
const handlers = {
  server: fromServer,
  mode: (s, { mode }) => ({ ...s, ...still, mode, walked: s.walked || mode === "walk", said: "" }),
  "drag-start": (s, { layer, slot }) =>
    s.step || s.hidden[layer - 1] < 2 ? s : { ...s, ...still, drag: { layer, slot, target: null, t: 0, astray: false }, said: "" },
  "drag-over": (s, { target, t, astray = false }) => {
    if (!s.drag || s.drag.parked || (s.drag.target === target && s.drag.t === t && s.drag.astray === astray)) return s;
    return { ...s, drag: { ...s.drag, target, t: clamp01(t), astray } };
  },
  lift: (s, { layer, slot }) => (isHeld(s) || s.step ? s : withLifted({ ...s, drag: null, walk: 1, playing: false }, layer, slot)),
  aim: (s, { layer, slot }) => aimed(s, layer, slot),
  drop: (s) => (s.drag && !s.drag.parked ? dropped(s, s.drag) : s),
  cancel: (s) => (s.drag || s.lifted || s.step ? { ...s, ...still, said: "Cancelled: nothing changed." } : { ...s, ...still, said: "" }),
  swap: (s, { layer, a, b }) => {
    return canExchange(s, layer, a, b) ? chosen(s, layer, a, b) : s;
  },
  "set-out": (s, { layer, a, b }) => (s.mode === "walk" && canExchange(s, layer, a, b) ? outOnTheWay(s, layer, a, b) : s),
  arrive: (s) => (s.drag?.parked && s.drag.target !== null ? exchanged(s, s.drag.layer, s.drag.slot, s.drag.target) : s),
  "step-arrived": (s) => {
    if (s.step?.phase === "step-1") return { ...s, step: { ...s.step, phase: "broken" } };
    if (s.step?.phase !== "step-2") return s;
    return exchanged({ ...s, step: null }, s.step.layer, s.step.a, s.step.b);
  },
  "step-next": (s) => {
    if (s.step?.phase !== "broken") return s;
    return { ...s, step: { ...s.step, phase: "step-2" }, said: "Step 2 of 2: the edges out of the two nodes follow." };
  },
  undo: (s) => travelled(s, "undo", "redo", "Undone: the function is the same."),
  redo: (s) => travelled(s, "redo", "undo", "Redone: the function is the same."),
  random: (s, { order }) => commit(s, order, "All hidden layers shuffled: the function is the same."),
  reset: (s) => commit(s, identityOrder(s.hidden), "Back at A, every node in its own slot."),
  walk: (s, { t }) => (s.drag?.parked ? { ...s, drag: { ...s.drag, t: clamp01(t) }, said: "" } : isIdentity(s) || s.step ? s : { ...s, ...still, walk: clamp01(t), walked: true, said: "" }),
  play: (s) => {
    if (s.drag?.parked) return handlers.arrive(s, { type: "arrive" });
    if (s.playing || isIdentity(s) || s.step) return { ...s, playing: false };
    return { ...s, ...still, walked: true, playing: true, walk: s.walk >= 1 ? 0 : s.walk, said: "" };
  },
  tick: (s, { dt }) => {
    if (!s.playing) return s;
    const walk = clamp01(s.walk + dt);
    return { ...s, walk, playing: walk < 1 };
  },
  tell: (s) => (isUntold(s) ? { ...s, walk: Math.round(1000 * s.walk) / 1000, n: s.n + 1 } : s),
  try: (s, { edit }) => ({ ...s, ...still, trying: edit }),
  edit: (s, { edit, was, name }) => {
    if (edit.value === was) return { ...s, trying: null };
    return { ...withEdits(s, [edit]), ...toBeUndone(s, [{ edit, was }]), said: `${name} set by hand: another network, another function.` };
  },
  back: (s, { all, name }) => {
    if (!all.length) return s;
    return { ...withEdits(s, all.map(({ edit }) => edit)), ...toBeUndone(s, all), said: `Back to ${name}: what was set by hand is taken back.` };
  },
  light: (s, { sample }) => ({ ...s, lit: sample }),
  said: (s, { text }) => ({ ...s, said: text }),
};

/** @param {State} state @param {Action} action @returns {State} */
export function reduce(state, action) {
  const handler = /** @type {(state: State, action: Action) => State} */ (handlers[action.type]);
  if (!handler) throw new Error(`Unknown action ${action.type}`);
  const next = handler(state, action);
  if (next.n === state.n) return next;
  // An operation tells Python where one is, too; one that is only told of changes no order.
  return { ...next, told: placeOf(next), moved: action.type === "tell" ? next.moved : next.n };
}
