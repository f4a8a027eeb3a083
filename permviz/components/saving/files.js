/** Files that leave the page: their names, the experiment's link within them, and the download. */

/** The experiment on the screen: the address is its save file; a page without a server says where that is, if anywhere. */
export const experimentLink = () => document.querySelector('meta[name="permviz-link"]')?.getAttribute("content") ?? location.href;

/** "permviz-average-loss-of-the-average" of the page and what a thing on it is called. @param {string} label */
export function fileName(label) {
  const page = document.title.split(" · ")[0];
  const words = `permviz ${page} ${label}`.normalize("NFKD").toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.join("-").slice(0, 80).replace(/-$/, "");
}

/** @param {BlobPart} content @param {string} name of the file @param {string} type */
export function download(content, name, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Text as XML shows it. @param {string} text */
export const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** A drawing with what it shows and where it comes from inside. @param {string} svg @param {string} label @param {string} link */
export function svgWithSource(svg, label, link) {
  return svg.replace(/<svg[^>]*>/, (root) => `${root}<title>${escaped(label)}</title><metadata>${escaped(link)}</metadata>`);
}

const HEADER = 33; // bytes of a PNG's signature and of its first chunk, after which text may stand

/** A picture with what it shows and where it comes from inside. @param {Uint8Array<ArrayBuffer>} png @param {string} label @param {string} link */
export function pngWithSource(png, label, link) {
  const texts = [textChunk("Title", label), textChunk("Source", link)];
  return new Blob([png.subarray(0, HEADER), ...texts, png.subarray(HEADER)], { type: "image/png" });
}

/** A chunk iTXt (PNG, third edition, 11.3.3.4): keyword, no compression, no language, text in UTF-8. @param {string} keyword @param {string} text */
function textChunk(keyword, text) {
  const body = new TextEncoder().encode(`iTXt${keyword}\0\0\0\0\0${text}`);
  const chunk = new Uint8Array(body.length + 8), view = new DataView(chunk.buffer);
  view.setUint32(0, body.length - 4);
  chunk.set(body, 4);
  view.setUint32(body.length + 4, crc32(body));
  return chunk;
}

/** The cyclic redundancy check of PNG (annex D). @param {Uint8Array} bytes */
export function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
