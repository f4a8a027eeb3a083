/**
 * What all this is about: before the first swap why one should make it, after it what has happened and what that means.
 * Every sentence is made from the numbers. Pure.
 *
 * @typedef {{text: string, next: string, post: boolean}} Story  next: what to try; post: whether the post is named
 */
import { ROUNDING } from "./view_cards.js";
import { isRounding, say } from "./paint.js";

/** Where the argument is from. */
export const POST = { title: "NonConvexity of neural networks", url: "https://amartya18x.github.io/post/nn_nonconvex/" };

/** Whether a barrier above ends of this loss is one, and not rounding: as the cards say. @param {number} barrier @param {number | null} loss */
export function isWall(barrier, loss) {
  return barrier > 0 && !isRounding(barrier, barrier + (loss ?? 0));
}

/**
 * @param {{facts: import("./wire.js").Facts, identity: boolean, alone: boolean, walked: boolean, ahead: number | null}} seen
 *   facts: of A and B; walked: the walk has been tried, which else is offered beside the diagram; ahead: the barrier on the way to the copy that is suggested, null where it is not known
 * @returns {Story}
 */
export function storyOf({ facts, identity, alone, walked, ahead }) {
  if (alone) return { text: "The argument needs a layer of two nodes: exchanged, they make another network with the same answers.", next: "", post: true };
  if (identity) return { text: `Why is a neural network's loss not convex? Exchange two nodes: the answers stay, the parameters do not. ${toCome(facts, ahead)}`, next: "", post: true };
  return { ...happened(facts, walked), post: false };
}

/** @param {import("./wire.js").Facts} facts @param {number | null} ahead */
function toCome({ loss_a: loss }, ahead) {
  if (ahead === null || !Number.isFinite(ahead)) return "What does the loss do on the straight line between them?";
  if (isWall(ahead, loss)) return `On the straight line between them the loss climbs by ${say(ahead)}, which a convex loss cannot do.`;
  return "Between the two that are marked no wall stands; try others.";
}

/** @param {import("./wire.js").Facts} facts @param {boolean} walked @returns {Omit<Story, "post">} */
function happened({ difference, distance, barrier, loss_a: loss }, walked) {
  if (distance === 0) return { text: "A and B are one and the same point: the nodes exchanged are equal.", next: "Exchange others." };
  const same = difference !== null && difference <= ROUNDING;
  const answers = same ? `B gives the same answers as A (largest difference ${say(difference)})` : `The answers of B are ${difference === null ? "not all finite" : `within ${say(difference)} of A's`}`;
  const start = `${answers}, and stands ${say(distance)} away from it.`;
  if (barrier === null) return { text: `${start} The loss on the straight line between them is not finite.`, next: "" };
  if (!isWall(barrier, loss)) {
    return { text: `${start} On the straight line between them no wall stands: this pair says nothing against convexity.`, next: "Exchange others, or train on." };
  }
  const next = walked ? "Next: Average, for what the middle of all copies answers." : "";
  return { text: `${start} Between them the loss climbs ${say(barrier)} above the chord: a wall. A convex loss has none.`, next };
}
