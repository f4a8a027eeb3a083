/**
 * Samples that do not travel in messages, but are fetched once and kept: those of the few tasks that were looked at last.
 *
 * @typedef {{given: any, waiting: Set<() => void>}} Entry  given: what encode_samples of wire.py wrote, null until it is there
 */
const MOST_KEPT = 4;
/** @type {Map<string, Entry>} */
const kept = new Map();
/** The app's own address, three folders above this module. */
const UP = "../../..";

/**
 * The samples at an address below the app's, or null; `arrived` is then called when they have come.
 * @param {string} at @param {() => void} arrived @param {(url: URL) => Promise<Response>} [load]
 */
export function samplesAt(at, arrived, load = (url) => fetch(url)) {
  const known = kept.get(at);
  if (known) {
    if (!known.given) known.waiting.add(arrived);
    return known.given;
  }
  /** @type {Entry} */
  const entry = { given: null, waiting: new Set([arrived]) };
  for (const old of [...kept.keys()].slice(0, Math.max(0, kept.size + 1 - MOST_KEPT))) kept.delete(old);
  kept.set(at, entry);
  bring(new URL(`${UP}/${at}`, import.meta.url), load).then((given) => {
    entry.given = given;
    if (!given) kept.delete(at); // the next message tries again
    else for (const call of entry.waiting) call();
    entry.waiting.clear();
  });
  return null;
}

/** @param {URL} url @param {(url: URL) => Promise<Response>} load */
async function bring(url, load) {
  try {
    const response = await load(url);
    return response.ok ? await response.json() : null;
  } catch {
    return null; // the browser has said it in its console
  }
}
