/**
 * How a lesson is followed where no server follows it: the twins of permviz/lessons/, by the same names. Pure.
 *
 * @typedef {import("../diagram/permutation.js").Order} Order
 * @typedef {import("../diagram/reducer.js").Place} Place
 * @typedef {{order: Order} & Place} There  on the page
 * @typedef {import("../guide/question.js").Asked} Asked
 * @typedef {{title: string, text: string, task: string, then: string, highlight: string[], covered: string[], place: Place, swapped: boolean,
 *   done: string | null, question: Asked | string | null}} Step  what permviz/components/page/lessons.py wrote; done: the name of a
 *   condition, null: that the answer is shown; question: with its answer, or its name
 */
import { lossOf } from "../diagram/forward.js";
import { say, sayApart } from "../diagram/paint.js";
import { identityOrder, sameOrder, swapSlots } from "../diagram/permutation.js";
import { halfWay } from "./average.js";

/** @param {There} before @param {There} after */
const swapped = (before, after) => !sameOrder(before.order, after.order);

/** What completes a step. @type {Record<string, (before: There, after: There) => boolean>} */
export const CONDITIONS = {
  swapped,
  carried: (before, after) => after.mode === "walk" && swapped(before, after),
  in_two_steps: (before, after) => after.mode === "steps" && swapped(before, after),
  walked_half_way: (before, after) =>
    !swapped(before, after) && before.t !== after.t && Math.min(before.t, after.t) <= 0.5 && Math.max(before.t, after.t) >= 0.5,
};

/** Where a step begins. @param {Pick<Step, "place" | "swapped">} step @param {Order} order @param {number[]} hidden @returns {There} */
export function beginning({ place, swapped: needed }, order, hidden) {
  const alone = needed && sameOrder(order, identityOrder(hidden));
  return { order: alone ? swapSlots(order, hidden.findIndex((n) => n > 1) + 1, 0, 1) : order, ...place };
}

const ALIKE = 0.1, MUCH = 10;

/** Questions whose answer depends on the order. @type {Record<string, (net: import("../diagram/forward.js").Net, order: Order, samples: import("../diagram/forward.js").Samples) => Asked>} */
export const QUESTIONS = {
  half_way(net, order, samples) {
    const end = lossOf(net, samples), middle = lossOf(halfWay(net, order), samples), [first, second] = sayApart(end, middle);
    return {
      text: `A and its copy B both have the loss ${say(end)}. How high is it half-way on the straight line between them?`,
      answers: ["lower than at both", "about as high, to a tenth of it", `higher, up to ${MUCH} times`, `more than ${MUCH} times as high`],
      right: grade(end, middle, MUCH * end),
      why: `Half-way it is ${second}, at A and B ${first}${times(end, middle)}.`,
    };
  },
};

/** 0 below the reference, 1 about it, 2 above it and up to `high`, 3 beyond, or not finite. @param {number} reference @param {number} value @param {number} high */
function grade(reference, value, high) {
  if (!Number.isFinite(value)) return 3;
  if (Math.abs(value - reference) <= ALIKE * Math.abs(reference)) return 1;
  return value < reference ? 0 : value <= high ? 2 : 3;
}

/** How many times as high, where that says something. @param {number} end @param {number} middle */
function times(end, middle) {
  return !Number.isFinite(middle) || end <= 0 || middle / end < 1 + ALIKE ? "" : `: ${say(middle / end, 2)} times as high`;
}
