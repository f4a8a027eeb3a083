/**
 * One picture's worth of everything: what the views draw. Pure, but for what is remembered of earlier pictures.
 *
 * @typedef {{state: import("./reducer.js").State, scene: import("./wire.js").Scene, sight: import("./sight.js").Sight,
 *   palette: import("./paint.js").Palette, table: Uint8ClampedArray, layout: import("./layout.js").Layout,
 *   motion: import("./motion.js").Motion, moving: boolean, standing: ReturnType<typeof import("./wire.js").decodeStanding>}} Given
 *   moving: whether something is under way; standing: drawn in the place of A
 * @typedef {{shown: import("./shown.js").Shown, look: import("./probe.js").Look, difference: number | null, path: import("./shown.js").Path | null,
 *   segment: import("./shown.js").Segment | null, suggested: boolean, curve: ReturnType<import("./curves.js").Curves["find"]>, distance: number | null,
 *   caption: string, phase: string, pending: boolean, stale: boolean, identity: boolean, apart: boolean}} Seen
 *   suggested: nothing is exchanged, and the segment is of the swap that is suggested; apart: something else than A is shown or chosen;
 *   pending: Python has not yet acknowledged, or not been told, where one is; distance: from A to the point shown, null where that is B; stale: Python has not yet seen the order shown
 * @typedef {Given & Seen} Frame
 */
import { captionOf } from "./captions.js";
import { distanceOf, sameOrder } from "./permutation.js";
import { isIdentity, isPending, isStale, isUntold, phaseOf } from "./reducer.js";
import { pathOf, segmentOf, shownPoint, suggestedOf } from "./shown.js";

/**
 * @param {Given} given @param {import("./shown.js").Path | null} glide @param {import("./curves.js").Curves} curves
 * @param {boolean} finger whether what points here is one @returns {Frame}
 */
export function frameOf(given, glide, curves, finger) {
  const { state, scene, sight, moving, standing } = given;
  const shown = shownPoint(state, standing?.net ?? scene.net, glide);
  shown.key = `${scene.id} ${standing?.key ?? ""} ${shown.key}`; // another network in the same order is another point
  const { look, difference } = sight.at(shown);
  const path = pathOf(state, glide), chosen = segmentOf(state, glide), segment = chosen ?? (scene.compact ? null : suggestedOf(state));
  // At t = 1 of a walk by hand the point is a copy, but not yet B.
  const away = shown.kind !== "copy" || (path !== null && path.t === 1);
  const known = sameOrder(state.order, scene.order), pending = isPending(state) || isUntold(state);
  return {
    ...given, shown, look, difference, path, segment, suggested: !chosen && segment !== null, pending,
    distance: away ? distanceOf(scene.net, shown.theta) : null,
    caption: standing && !state.drag
      ? `Drawn here: the average of ${standing.name}.`
      : captionOf(state, { loss: look.loss, homeLoss: sight.home.loss, path, finger }),
    phase: moving && !state.drag ? "moving" : phaseOf(state),
    stale: isStale(state) || !known,
    curve: curves.find(scene, segment, known, look.loss),
    identity: isIdentity(state),
    apart: !isIdentity(state) || shown.kind !== "copy" || Boolean(state.drag || state.step || path),
  };
}
