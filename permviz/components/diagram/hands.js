/** What hands and keys on a node do to the workbench. */
import { choiceOf } from "./choosing.js";
import { aimOf, isAstray, snapped } from "./layout.js";

/** Pixels between a held node's centre and the diagram's edge. */
const EDGE = 8;

/** @param {import("./workbench.js").Workbench} bench @returns {import("./drag.js").Hands} */
export function handsOf(bench) {
  /** @param {import("./view_network.js").NodeElement} node */
  const slotOf = (node) => bench.state.order[node.layer - 1].indexOf(node.index);
  let offset = { x: 0, y: 0 };
  return {
    can: () => !bench.state.step && !bench.stage.glide,
    place: (e) => {
      const box = bench.panels.diagram.getBoundingClientRect(), unit = bench.layout?.unit ?? 1;
      return { x: (e.clientX - box.left) / unit, y: (e.clientY - box.top) / unit };
    },
    lift: (node, hand) => {
      bench.panels.tips.untip();
      bench.dispatch({ type: "drag-start", layer: node.layer, slot: slotOf(node) });
      if (!bench.state.drag) return false;
      const at = bench.stage.motion.at(`b${node.layer}:${node.index}`);
      offset = { x: at.x - hand.x, y: at.y - hand.y };
      bench.stage.held = { layer: node.layer, index: node.index, at: { x: at.x, y: at.y } };
      return true;
    },
    carry: (hand) => {
      const { state: { drag, mode }, layout, stage } = bench;
      if (!drag || !layout || !stage.held) return;
      const at = {
        x: Math.min(layout.width - EDGE, Math.max(EDGE, hand.x + offset.x)),
        y: Math.min(layout.height - EDGE, Math.max(EDGE, hand.y + offset.y)),
      };
      const aim = aimOf(layout, drag.layer, drag.slot, at, mode === "walk");
      stage.held.at = aim.target !== null && mode === "walk" ? snapped(layout, drag.layer, aim.target, at) : at;
      bench.dispatch({ type: "drag-over", ...aim, astray: isAstray(layout, drag.layer, at.x) });
      bench.invalidate();
    },
    release: (kept) => {
      bench.panels.tips.quiet();
      bench.dispatch({ type: kept ? "drop" : "cancel" });
    },
    aim: (node, here) => bench.state.lifted && bench.dispatch({ type: "aim", layer: node.layer, slot: here ? slotOf(node) : null }),
    choose: (node) => {
      const choice = choiceOf(bench.state, node.layer, slotOf(node));
      if (choice.type !== "lift") bench.panels.tips.untip(); // of the node that now moves
      bench.dispatch(choice);
    },
    key: (node, direction) => {
      const a = slotOf(node);
      bench.dispatch({ type: "swap", layer: node.layer, a, b: a + direction });
    },
  };
}
