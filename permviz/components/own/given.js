/**
 * A file as a message: its bytes in base64, under a name of the message by which Python answers it.
 *
 * @typedef {{id: string, name: string, content: string}} Given
 */
const MOST_FILE_BYTES = 700000; // as in wire.py: in base64 a message stays below a megabyte

/** Why a file is not taken, in a sentence. */
export class Refused extends Error {}

/** @param {Blob} file @param {string} name @returns {Promise<Given>} */
export async function given(file, name) {
  if (!file.size) throw new Refused(`${name} is empty: there is nothing to read.`);
  if (file.size > MOST_FILE_BYTES) {
    throw new Refused(`${name} has ${Math.ceil(file.size / 1000)} kB: at most ${MOST_FILE_BYTES / 1000} kB are taken.`);
  }
  return { id: identity(), name, content: base64(new Uint8Array(await file.arrayBuffer())) };
}

/** A name that no other message has. randomUUID is not there on pages without encryption. */
export function identity() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const CHUNK = 0x8000; // a call takes so many arguments at most

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  return btoa(text);
}
