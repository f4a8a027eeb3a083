/** The probabilities that the network gives to the classes of one sample, before and now, as bars; beside them the sample's picture. */
import { prepared, write } from "./paint.js";

/** Softmax of a row of n logits that starts at `from`. @param {Float64Array} logits @param {number} from @param {number} n */
export function probabilities(logits, from, n) {
  const row = Array.from(logits.subarray(from, from + n)), top = Math.max(...row);
  const powers = row.map((v) => Math.exp(v - top)), sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((v) => v / sum);
}

const ROW = 15;

/** @param {import("./view_output.js").Drawing} drawing @param {number} sample @param {(ctx: CanvasRenderingContext2D, size: number) => void} [image] */
export function drawBars({ f, outputs: { before, now }, n, pictures: [picture], width }, sample, image) {
  const { palette, scene: { names, samples } } = f, height = Math.max(ROW * n, image ? 84 : 0);
  const ctx = prepared(picture.canvas, width, height, f.layout.unit);
  if (image) image(ctx, 84);
  const longest = Math.min(90, 8 + 7 * Math.max(...names.outputs.map((name) => name.length)));
  const left = (image ? 96 : 0) + longest, room = width - left - 44;
  const target = samples?.targets[sample];
  const [old, here] = [before, now].map((values) => probabilities(values, sample * n, n));
  ctx.textBaseline = "middle";
  here.forEach((p, c) => {
    const y = ROW * c;
    ctx.font = `${c === target ? 700 : 400} 12px sans-serif`;
    ctx.fillStyle = palette.text;
    ctx.textAlign = "right";
    ctx.fillText(names.outputs[c], left - 6, y + ROW / 2, longest);
    ctx.fillStyle = palette.accent;
    ctx.fillRect(left, y + 2, room * p, ROW - 4);
    ctx.strokeStyle = palette.text;
    ctx.lineWidth = 1.4;
    ctx.beginPath();
    ctx.moveTo(left + room * old[c], y + 1);
    ctx.lineTo(left + room * old[c], y + ROW - 1);
    ctx.stroke();
    ctx.textAlign = "left";
    ctx.fillStyle = palette.muted;
    ctx.font = "12px sans-serif";
    ctx.fillText(p.toFixed(2), left + room * Math.max(p, old[c]) + 5, y + ROW / 2);
  });
  write(picture.words, f.apart ? "probabilities now; line: before" : "probabilities");
}
