/**
 * The frame of the workbench: its boxes, what goes into each, and how they share the room.
 *
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {import("./view_network.js").NodeElement} NodeElement
 * @typedef {(target: import("./tips.js").Target) => void} Tip
 * @typedef {{tip: Tip, tap: Tip, untip: () => void, grab: (node: NodeElement) => void,
 *   edit: (where: import("./editing.js").Where) => void}} Hooks  tip: in a moment; tap: at once
 */
import { helpButton } from "./help.js";
import { CardsView } from "./view_cards.js";
import { CurveView } from "./view_curve.js";
import { EditorView } from "./view_editor.js";
import { HintView } from "./view_hint.js";
import { MatricesView } from "./view_matrices.js";
import { NetworkView } from "./view_network.js";
import { OutputView } from "./view_output.js";
import { StoryView } from "./view_story.js";
import { isAlone, isStale, offersWalk } from "./reducer.js";
import { saveMenus } from "./saves.js";
import { Toolbar } from "./toolbar.js";
import { Tips } from "./tips.js";
import { el, put, unitNow, write } from "./paint.js";
import { labelled } from "./wire.js";

/** Below this one column. */
const NARROW = 660;
/** From this width on the diagram has large nodes, and the toolbar spacious buttons. */
const WIDE = 560;
/** Below this a small diagram's buttons stand closer, so that they stay in a row. */
const TIGHT = 324;
/** Widths of the cards beside it with the gap, and of its card's edges. */
const BESIDE = 316, EDGES = 26;

export class Panels {
  /** @type {Element | null | undefined} had the focus before the next thing to do took it */ cameFrom;
  /** @type {Set<string>} parts that may be left out, and are not */ shown = new Set();
  background = "";
  lent = false;

  /**
   * @param {ParentNode} parent
   * @param {{dispatch: (action: import("./reducer.js").Action) => void, shuffle: () => void, grab: Hooks["grab"]}} bench
   */
  constructor(parent, bench) {
    const root = (this.root = el("section", "workbench", { "data-testid": "workbench" }));
    /** @param {string} name @param {string} testid */
    const card = (name, testid) => el("section", `card ${name}`, { "data-testid": testid });
    this.tools = el("div", "toolbar", { "data-testid": "toolbar" });
    this.caption = el("p", "caption", { "data-testid": "caption" });
    this.next = el("button", "primary", { type: "button", title: "Finish the swap (Enter)", "data-testid": "step-next" }, "Step 2: move the outgoing edges");
    this.cancel = el("button", "", { type: "button", title: "Leave everything as it was (Escape)", "data-testid": "step-cancel" }, "Cancel");
    this.steps = el("div", "steps", { hidden: "" });
    this.steps.append(this.next, this.cancel);
    this.next.addEventListener("click", () => bench.dispatch({ type: "step-next" }));
    this.cancel.addEventListener("click", () => bench.dispatch({ type: "cancel" }));
    this.diagram = el("div", "diagram", { role: "group", "data-testid": "diagram" });
    this.legend = el("div", "legend", { "aria-hidden": "true" });
    for (const kind of ["plus", "minus", "dot"]) this.legend.append(el("i", kind), el("span"));
    this.live = el("p", "unseen", { role: "status", "aria-live": "polite", "data-testid": "announcement" });
    this.hero = card("hero", "card-network");
    this.offer = el("button", "primary", { type: "button", title: "Walk from A to B and watch the loss", hidden: "", "data-testid": "walk-it" }, "Now walk it");
    this.offer.addEventListener("click", () => {
      bench.dispatch({ type: "mode", mode: "walk" });
      bench.dispatch({ type: "play" });
      this.curve.play.focus({ preventScroll: true }); // it stops the walk, and the offer is gone
    });
    const row = el("div", "captionrow");
    row.append(this.caption, this.offer);
    this.foot = el("div", "foot");
    this.foot.append(this.legend);
    this.hero.append(this.tools, row, this.diagram, this.foot, this.live);
    this.boxes = { matrices: card("weights", "card-matrices"), same: card("same", "card-same"), other: card("other", "card-other"), curve: card("way", "card-curve"), output: card("said", "card-output") };
    const side = el("div", "side");
    side.append(this.boxes.same, this.boxes.other, this.boxes.curve, this.boxes.output);
    const main = el("div", "mainside");
    main.append(this.hero, this.boxes.matrices);
    this.story = new StoryView();
    root.append(this.story.root, main, side);
    parent.append(root);
    const tips = (this.tips = new Tips(root));
    /** @type {Hooks} */
    const hooks = {
      tip: (target) => tips.tip(target), tap: (target) => tips.tap(target), untip: () => tips.untip(), grab: bench.grab,
      edit: ({ layer, to, from }) => {
        tips.untip();
        this.editor.open(layer, to, from);
      },
    };
    /** @param {string[]} meaning */
    const help = (meaning) => helpButton(tips.tooltip, meaning);
    this.network = tips.network = new NetworkView(this.diagram, hooks);
    this.editor = new EditorView(bench.dispatch, this.network);
    this.foot.append(this.editor.button, this.editor.back);
    this.hero.append(this.editor.box);
    this.hint = new HintView(this.diagram, this.network);
    this.toolbar = new Toolbar(this.tools, bench.dispatch, bench.shuffle);
    this.tools.append(this.steps);
    this.matrices = new MatricesView(this.boxes.matrices, hooks);
    this.cards = new CardsView(this.boxes.same, this.boxes.other, help);
    this.curve = new CurveView(this.boxes.curve, bench.dispatch, help);
    this.output = new OutputView(this.boxes.output, hooks, bench.dispatch);
    this.saves = saveMenus(this, () => this.network.scene, (text) => bench.dispatch({ type: "said", text }));
    this.matrices.head.append(this.saves.matrices);
    this.curve.box.append(this.saves.curve);
  }

  /** The theme's colours as CSS variables. @param {import("./paint.js").Palette} palette */
  theme(palette) {
    for (const [name, value] of Object.entries(palette)) {
      if (typeof value === "string") this.root.style.setProperty(`--pv-${name}`, value);
    }
    palette.nodes.forEach((colour, i) => this.root.style.setProperty(`--pv-node-${i}`, colour));
    put(this.root, "data-theme", palette.dark ? "dark" : "light");
    this.background = palette.background;
  }

  /** @param {import("./wire.js").Scene} scene @param {import("./probe.js").Probe} probe @param {boolean} reshaped */
  build(scene, probe, reshaped) {
    this.root.classList.toggle("compact", scene.compact);
    put(this.root, "aria-label", labelled(scene, "Node swapping workbench"));
    put(this.tools, "aria-label", labelled(scene, "Swapping nodes"));
    this.shown = new Set(["matrices", "curve", "output"].filter((part) => !scene.hide.includes(part) && [part, ""].includes(scene.alone)));
    put(this.root, "data-hide", scene.hide.join(" "));
    put(this.root, "data-alone", scene.alone);
    const corner = scene.compact ? this.tools : this.foot;
    if (!corner.contains(this.saves.diagram)) corner.append(this.saves.diagram);
    this.editor.build(scene, reshaped);
    if (reshaped) {
      this.network.build(scene);
      this.matrices.build(scene);
      this.output.build(scene, probe);
    }
    for (const view of [this.network, this.matrices, this.output]) view.scene = scene;
    Object.assign(this.output, { probe, drawnKey: "" });
  }

  /**
   * How wide the diagram is in units of so many pixels, and what kind of room that is.
   * @param {boolean} compact @returns {{width: number, room: import("./layout.js").Room, unit: number}}
   */
  measure(compact) {
    const unit = unitNow(), whole = this.root.clientWidth / unit;
    // Judged by the whole: what the diagram has depends on the room.
    const free = whole - EDGES - (whole < NARROW ? 0 : BESIDE);
    const room = compact ? "compact" : free >= WIDE ? "wide" : whole < NARROW ? "narrow" : "middle";
    this.root.classList.toggle("narrow", whole < NARROW);
    this.root.classList.toggle("middle", room === "middle");
    const inner = insideOf(this.hero.clientWidth ? this.hero : this.root) / unit;
    this.root.classList.toggle("tight", compact && inner < TIGHT);
    return { width: inner, room, unit };
  }

  /** @param {import("./layout.js").Layout} layout @param {import("./layout.js").Room} room */
  resize(layout, room) {
    this.network.resize(layout);
    if (room === "compact") return;
    /** @param {HTMLElement} box */
    const inside = (box) => Math.floor(insideOf(box) / layout.unit);
    if (this.shown.has("matrices")) {
      const alone = this.root.dataset.alone === "matrices"; // as large as the window lets them
      if (alone) this.matrices.resize(inside(this.boxes.matrices), Math.max(124, window.innerHeight / layout.unit - 220), false, 72);
      else this.matrices.resize(inside(this.boxes.matrices), 124, room === "middle");
    }
    if (this.shown.has("output")) this.output.resize(inside(this.boxes.output));
    if (this.shown.has("curve")) this.curve.resize(inside(this.boxes.curve), this.curveHeight(inside(this.boxes.curve), room, layout.unit));
  }

  /**
   * On a phone the hill is lower, so that it is seen whole under the diagram; also where all is to be on one screen. Alone it takes
   * what its title, the slider and the sentence below leave of the window.
   * @param {number} width @param {import("./layout.js").Room} room @param {number} unit
   */
  curveHeight(width, room, unit) {
    if (this.root.dataset.alone === "curve") return Math.max(140, Math.min(width / 2, window.innerHeight / unit - 220));
    return room === "middle" || this.root.classList.contains("narrow") ? 140 : 172;
  }

  /** What tests and styles read off the root. @param {import("./reducer.js").State} state @param {string} phase @param {boolean} pending */
  mark(state, phase, pending) {
    put(this.root, "data-phase", phase);
    put(this.root, "data-pending", pending ? 1 : 0);
    if (isStale(state)) for (const box of [this.boxes.same, this.boxes.other]) put(box, "aria-busy", true);
    put(this.root, "data-mode", state.mode);
    put(this.root, "data-order", JSON.stringify(state.order));
  }

  /** @param {Frame} f */
  draw(f) {
    const { state } = f;
    this.mark(state, f.phase, f.pending);
    put(this.root, "data-kind", f.shown.kind);
    this.network.draw(f);
    this.toolbar.draw(state);
    this.editor.draw(f);
    write(this.caption, f.caption);
    this.offer.hidden = f.scene.compact || f.moving || !offersWalk(state);
    this.offerStep(state.step?.phase === "broken" && !f.moving);
    put(this.caption, "data-kind", f.shown.kind);
    write(this.live, state.said);
    this.hint.draw(f);
    this.drawLegend(f);
    if (f.scene.compact) return;
    this.story.draw(f);
    if (this.shown.has("matrices")) this.matrices.draw(f);
    if (this.shown.has("output")) this.output.draw(f);
    const broken = f.shown.kind === "broken", parked = Boolean(state.drag?.parked);
    if (!parked) this.lendSlider(false); // before it is disabled
    this.cards.draw({
      facts: f.scene.facts, stale: f.stale, kind: f.shown.kind, loss: f.look.loss ?? f.curve.loss, difference: f.difference,
      identity: f.identity, alone: isAlone(state.hidden), distance: f.distance, grid: f.scene.window.length > 0, decayed: f.scene.loss.decay > 0,
    });
    if (this.shown.has("curve")) this.curve.draw({
      curve: f.curve.curve, why: f.curve.why, barrier: f.curve.barrier, segment: f.segment, suggested: f.suggested, label: f.scene.loss.label,
      t: f.segment?.t ?? null, loss: f.curve.loss, broken: broken ? f.look.loss : null, playing: state.playing,
      canWalk: parked || (!f.identity && !state.step && !state.drag && (state.lifted?.aim ?? null) === null && !f.path), walk: f.segment ? f.segment.t : state.walk,
    });
    if (parked) this.lendSlider(true);
  }

  /** While a node is on its way in no hand, the slider that moves it has the focus. @param {boolean} waiting */
  lendSlider(waiting) {
    if (this.lent === waiting) return;
    this.lent = waiting;
    if (waiting) this.lend(this.curve.slider);
    else this.takeBack(this.curve.slider);
  }

  /** The focus goes where it is now needed. @param {HTMLElement} to */
  lend(to) {
    const { activeElement } = /** @type {Document | ShadowRoot} */ (this.root.getRootNode());
    this.cameFrom = this.root.contains(activeElement) ? activeElement : null;
    to.focus({ preventScroll: true });
  }

  /** And back to where it was. @param {HTMLElement} from */
  takeBack(from) {
    const { activeElement } = /** @type {Document | ShadowRoot} */ (this.root.getRootNode());
    if (from.contains(activeElement) && this.cameFrom instanceof HTMLElement) this.cameFrom.focus({ preventScroll: true });
  }

  /** The way on from the broken middle stands where undo and its like stood; focus goes there and comes back. @param {boolean} waiting */
  offerStep(waiting) {
    if (this.steps.hidden !== waiting) return;
    this.steps.hidden = !waiting;
    this.toolbar.group.hidden = waiting;
    if (waiting) this.lend(this.next);
    else this.takeBack(this.steps);
  }

  /** @param {Frame} f */
  drawLegend({ state: { step, order } }) {
    const texts = step ? [...[step.a, step.b].map((slot) => `edges of node ${order[step.layer - 1][slot] + 1}`), ""] : ["positive", "negative", "bias"];
    this.legend.classList.toggle("pair", Boolean(step));
    texts.forEach((text, i) => write(this.legend.children[2 * i + 1], text));
  }

  /** The data could not be read: say so instead of a picture. @param {string} problem */
  fail(problem) {
    write(this.caption, `The diagram cannot be drawn: ${problem}`);
  }
}

/** Width of what a card holds, in pixels. @param {HTMLElement} card */
function insideOf(card) {
  const { paddingLeft, paddingRight } = getComputedStyle(card);
  return card.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
}
