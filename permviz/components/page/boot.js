/**
 * What a page without a server runs first: it unpacks the modules that the page carries, and links them.
 *
 * A file opened from a disk can import no other files, and a module made of text can be imported by no relative path. So each
 * module becomes a blob, those that it imports before it, and its imports name their blobs. The rest of the module is as it lies.
 */

/** What a data block of the page holds. @param {string} name */
async function unpacked(name) {
  const text = document.querySelector(`script[data-name="${name}"]`)?.textContent ?? "";
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

/** The address of the last of the modules. @param {[string, string][]} modules path and text, each after all that it imports */
function linked(modules) {
  /** @type {Record<string, string>} */
  const addresses = {};
  let last = "";
  for (const [path, text] of modules) {
    /** @param {string} relative */
    const addressOf = (relative) => addresses[new URL(relative, `file:///${path}`).pathname.slice(1)];
    const source = text.replace(/\bfrom "(\.[^"]*)"/g, (_, relative) => `from "${addressOf(relative)}"`);
    last = addresses[path] = URL.createObjectURL(new Blob([source, `\n//# sourceURL=permviz/${path}`], { type: "text/javascript" }));
  }
  return last;
}

/** @param {HTMLElement} place */
async function start(place) {
  try {
    const [modules, content] = await Promise.all([unpacked("modules"), unpacked("content")]);
    (await import(linked(modules))).default(content, place);
  } catch (problem) {
    console.error(problem);
    place.textContent = "This page could not start. It needs a browser of 2023 or later, and the whole file.";
  }
}

start(/** @type {HTMLElement} */ (document.getElementById("permviz")));
