/**
 * What the browser computes of one network: its values at A, which give all pictures their scales, and at the point shown,
 * remembered while that stays.
 */
import { largestDifference, look, probeOf, scalesOf } from "./probe.js";

export class Sight {
  /** @param {import("./wire.js").Scene} scene */
  constructor(scene) {
    const { net, samples } = scene;
    this.samples = samples;
    this.probe = probeOf(scene);
    this.home = look(net, this.probe, samples);
    this.scales = scalesOf(this.home);
    this.weightScale = Math.max(...[...net.W, ...net.b].map((w) => w.reduce((m, v) => Math.max(m, Math.abs(v)), 0))) || 1;
    this.firstScale = net.W[0].reduce((m, v) => Math.max(m, Math.abs(v)), 0) || 1;
    /** @type {[number, number][] | undefined} */
    this.known = undefined;
    this.key = "";
    this.look = this.home;
    /** @type {number | null} */
    this.difference = 0;
  }

  /** Least and largest value of each input among the samples. @returns {[number, number][]} */
  spans() {
    if (!this.known && this.samples) {
      const { inputs, count } = this.samples, n = inputs.length / count;
      this.known = Array.from({ length: n }, (_, j) => {
        /** @type {[number, number]} */
        const span = [Infinity, -Infinity];
        for (let i = j; i < inputs.length; i += n) span.splice(0, 2, Math.min(span[0], inputs[i]), Math.max(span[1], inputs[i]));
        return span;
      });
    }
    return this.known ?? [];
  }

  /** The values at a point, and how far they are from A's at most. @param {import("./shown.js").Shown} shown */
  at(shown) {
    if (this.key !== shown.key) {
      this.key = shown.key;
      this.look = look(shown.theta, this.probe, this.samples);
      this.difference = largestDifference(this.home, this.look);
    }
    return { look: this.look, difference: this.difference };
  }
}
