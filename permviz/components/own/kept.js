/**
 * Files that this tab remembers until it is closed, so that a reload, or a server that took over, need not ask for them again.
 * Each lies under the name that Python has for what is in it.
 */
const PREFIX = "permviz-own ";

/** The browser's memory of this tab, if pages may use it. @returns {Storage | null} */
function memory() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

/** @param {string} name @param {import("./given.js").Given} file @param {Storage | null} [storage] */
export function keep(name, file, storage = memory()) {
  const text = JSON.stringify({ name: file.name, content: file.content });
  try {
    storage?.setItem(PREFIX + name, text);
  } catch { // full: what was kept before makes room
    for (const key of Object.keys(storage ?? {}).filter((each) => each.startsWith(PREFIX))) storage?.removeItem(key);
    try {
      storage?.setItem(PREFIX + name, text);
    } catch {
      // asked for again, then
    }
  }
}

/** @param {string} name @param {Storage | null} [storage] */
export function forget(name, storage = memory()) {
  storage?.removeItem(PREFIX + name);
}

/** The file of that name, or null. @param {string} name @param {Storage | null} [storage] @returns {{name: string, content: string} | null} */
export function kept(name, storage = memory()) {
  try {
    return JSON.parse(storage?.getItem(PREFIX + name) ?? "null");
  } catch {
    return null;
  }
}
