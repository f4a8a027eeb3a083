/**
 * The network that stands on the page for the one it shows, while a figure goes through its steps: the figure puts it here, and
 * a diagram of the network shown draws it.
 *
 * @typedef {{of: string, name: string, parameters: string}} Given  of: the network that it stands for, as a scene names it;
 *   parameters: base64 of little-endian float32, W_1, b_1, W_2, ...
 * @typedef {Given & {key: number}} Standing  each has a key of its own
 */
class Place extends EventTarget {
  /** @type {Standing | null} */ now = null;
  count = 0;

  /** @param {Given | null} given */
  put(given) {
    this.now = given && { ...given, key: ++this.count };
    this.dispatchEvent(new Event("change"));
  }
}

/** One for the page: its figures and its diagram import this module from the same address. */
export const place = new Place();
