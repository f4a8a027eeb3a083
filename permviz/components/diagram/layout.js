/**
 * Where things stand: slot centres and radii of the diagram from the room there is. Pure.
 *
 * Lengths are in units, of so many CSS pixels each: more than one in a large window.
 *
 * @typedef {{x: number, y: number}} Place  from the diagram's upper left corner
 * @typedef {{width: number, height: number, centres: Place[][], radius: number[], spacing: number[],
 *   bundled: boolean, gap: number, margins: [number, number], unit: number}} Layout  centres[layer][slot]; layer 0 is the inputs, the last the outputs
 * @typedef {"wide" | "middle" | "narrow" | "compact"} Room  middle: beside the cards, but narrower than its toolbar's one row
 */

export const MOST_INPUTS = 16;
const FOOT = 26;
const RADIUS = { wide: 34, middle: 28, narrow: 22, compact: 22 };
const LEAST = 52;

/** Height the diagram asks for. @param {number[]} drawn nodes drawn in each layer @param {Room} room */
export function heightFor(drawn, room) {
  const most = Math.max(...drawn);
  return Math.max({ wide: 404, middle: 320, narrow: 300, compact: 220 }[room], most * (room === "compact" ? 24 : 27) + FOOT + 20);
}

/** Nodes drawn in each layer: more than 16 inputs become one bundle. @param {number[]} widths */
export function drawnWidths(widths) {
  return widths.map((n, k) => (k === 0 && n > MOST_INPUTS ? 1 : n));
}

/** Height that each of n nodes has. @param {number} n @param {number} height of the diagram @param {Room} room */
function stepOf(n, height, room) {
  return Math.min((height - FOOT) / n, room === "compact" ? 64 : 96);
}

/** Lines that a name beside a node may take. @param {number} step height that the node has */
export function linesFor(step) {
  return Math.min(3, Math.max(1, Math.floor((step - 4) / 15)));
}

/** Letters of the longest line, where a name is broken between words into at most so many lines. @param {string} name @param {number} lines */
export function lettersOf(name, lines) {
  const words = name.split(" ").map((word) => word.length);
  /** @param {number} most */
  const linesAt = (most) => {
    let count = 0, used = most;
    for (const n of words) {
      const fits = used + 1 + n <= most;
      count += fits ? 0 : 1;
      used = fits ? used + 1 + n : n;
    }
    return count;
  };
  let most = Math.max(...words);
  while (linesAt(most) > lines) most++;
  return most;
}

/**
 * Room beside the outer layers for their names. In a small room their words decide, while the layers stay LEAST px apart.
 * @param {string[][]} names of inputs and of outputs @param {number[]} drawn @param {number} width @param {number} height
 * @param {Room} room @returns {[number, number]} left and right
 */
export function marginsFor(names, drawn, width, height, room) {
  const wanted = names.map((some) => {
    const longest = Math.max(1, ...some.map((name) => name.length));
    if (room === "wide") return Math.min(150, Math.max(64, 48 + 7 * longest));
    const step = stepOf(some.length, height, room);
    const letters = Math.max(1, ...some.map((name) => lettersOf(name, linesFor(step))));
    return Math.max(42, Math.min(RADIUS[room], step / 2 - 5) + 18 + 6 * letters); // short words may be wide: "moon?"
  });
  const [left, right] = wanted;
  if (room === "wide") return [left, right];
  const free = width - LEAST * (drawn.length - 1);
  return [Math.min(left, Math.max(76, free - right)), Math.min(right, Math.max(76, free - left))];
}

/**
 * @param {number[]} widths @param {number} width @param {number} height @param {Room} room
 * @param {[number, number]} margins left and right @param {number} [unit] @returns {Layout}
 */
export function layoutOf(widths, width, height, room, margins, unit = 1) {
  const drawn = drawnWidths(widths);
  const columns = drawn.length - 1;
  const gap = (width - margins[0] - margins[1]) / Math.max(1, columns);
  const usable = height - FOOT;
  /** @type {Place[][]} */
  const centres = [];
  /** @type {number[]} */
  const radius = [];
  /** @type {number[]} */
  const spacing = [];
  drawn.forEach((n, k) => {
    const step = stepOf(n, height, room);
    const r = Math.max(6, Math.min(RADIUS[room], step / 2 - 5, gap * (room === "wide" ? 0.24 : 0.3)));
    const top = usable / 2 - (step * (n - 1)) / 2;
    centres.push(Array.from({ length: n }, (_, i) => ({ x: margins[0] + k * gap, y: top + i * step })));
    radius.push(r);
    spacing.push(step);
  });
  return { width, height, centres, radius, spacing, bundled: widths[0] > MOST_INPUTS, gap, margins, unit };
}

/** Half the width and height of a node's hit area: 22 px where there is room. @param {Layout} layout @param {number} layer */
export function hitOf(layout, layer) {
  const r = layout.radius[layer];
  return { x: Math.max(r, Math.min(22, layout.gap / 2)), y: Math.max(r, Math.min(22, layout.spacing[layer] / 2)) };
}

/** Height y of a place as a slot number, whole at slot centres. @param {Layout} layout @param {number} layer @param {number} y */
export function slotAt(layout, layer, y) {
  const slots = layout.centres[layer];
  return Math.min(slots.length - 1, Math.max(0, (y - slots[0].y) / layout.spacing[layer]));
}

/** So many of a node's radii from the other's place a walking hand is there. */
const SNAP = 0.3;

/**
 * The slot that a hand at (x, y), holding the node of slot `from`, means.
 * Swapping wants to be over the other node. Walking heads for the nearest other slot on the hand's side, and `t` tells how far
 * along it is; a hand that has left the column means nothing.
 * @param {Layout} layout @param {number} layer @param {number} from @param {Place} hand @param {boolean} walking
 * @returns {{target: number | null, t: number}}
 */
export function aimOf(layout, layer, from, hand, walking) {
  const slots = layout.centres[layer], step = layout.spacing[layer];
  const off = Math.abs(hand.x - slots[from].x);
  const none = { target: null, t: 0 };
  if (off > Math.max(70, layout.gap * 0.45)) return none;
  const along = (hand.y - slots[from].y) / step;
  if (!walking) {
    const target = Math.round((hand.y - slots[0].y) / step);
    const near = Math.abs((hand.y - slots[0].y) / step - target) <= 0.45;
    return near && target !== from && target >= 0 && target < slots.length ? { target, t: 1 } : none;
  }
  const side = Math.sign(along);
  if (side === 0) return none;
  const target = Math.min(slots.length - 1, Math.max(0, from + side * Math.max(1, Math.round(Math.abs(along)))));
  const way = Math.abs(target - from) - (SNAP * layout.radius[layer]) / step;
  return target === from ? none : { target, t: Math.min(1, Math.abs(along) / way) };
}

/** Whether a hand is over another layer than that of the node it holds. @param {Layout} layout @param {number} layer @param {number} x */
export function isAstray(layout, layer, x) {
  return Math.abs(x - layout.centres[layer][0].x) > layout.gap / 2;
}

/** A node held so near to a slot that it is there stands in it. @param {Layout} layout @param {number} layer @param {number} slot @param {Place} at */
export function snapped(layout, layer, slot, at) {
  const centre = layout.centres[layer][slot];
  return Math.hypot(at.x - centre.x, at.y - centre.y) <= SNAP * layout.radius[layer] ? { ...centre } : at;
}

/** A gently bent edge between two centres. @param {Place} a @param {Place} b */
export function edgePath(a, b) {
  const bend = 0.38 * (b.x - a.x);
  /** @param {number} x @param {number} y */
  const at = (x, y) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  return `M${at(a.x, a.y)}C${at(a.x + bend, a.y)} ${at(b.x - bend, b.y)} ${at(b.x, b.y)}`;
}
