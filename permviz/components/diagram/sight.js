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
    this.key = "";
    this.look = this.home;
    /** @type {number | null} */
    this.difference = 0;
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
