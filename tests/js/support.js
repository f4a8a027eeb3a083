// What the tests share: golden files, networks out of them, closeness, seeded randomness.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

export function golden(name) {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8"));
}

export function netOf({ widths, activation, W, b }) {
  return { widths, activation, W: W.map((w) => Float64Array.from(w)), b: b.map((v) => Float64Array.from(v)) };
}

export function close(found, expected, tolerance, what) {
  assert.ok(Math.abs(found - expected) <= tolerance * (1 + Math.abs(expected)), `${what}: ${found}, expected ${expected}`);
}

/** A small seeded generator in [0, 1) (mulberry32, T. Ettinger 2017). */
export function mulberry(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
