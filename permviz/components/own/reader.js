/**
 * A file that is read in the browser and sent as a message: chosen, dropped, or pasted as text. Python answers each one by its id;
 * see wire.py. Its style has a prefix and no shadow root: a dialog keeps the focus among its elements, and does not look into those.
 *
 * @typedef {{what: string, accept: string, paste: string, wanted: string, under: string, answered: {id: string, sentence: string, name: string} | null}} ReaderData
 *   what: "table"; accept: as of an input, ".csv,.txt"; paste: what may be pasted, "" for files alone; wanted: the name of the one
 *   file that is asked for, "" for any; under: the name that any file has, where the page is another one when it is taken; name, of an answer: what Python calls the file from now on
 */
import { mounted, styleSheet } from "../mounting.js";
import { button, marked } from "./elements.js";
import { given, identity, Refused } from "./given.js";
import { forget, keep, kept } from "./kept.js";

const sheet = await styleSheet(new URL("reader.css", import.meta.url));

export class Reader {
  /** @param {ParentNode} parent */
  constructor(parent) {
    /** @type {(message: import("./given.js").Given) => void} */
    this.send = () => {};
    /** @type {import("./given.js").Given | null} what was sent and is not answered yet */
    this.sent = null;
    this.wanted = this.under = "";
    this.root = marked(Object.assign(document.createElement("div"), { className: "permviz-reader" }), "file-reader");
    this.input = marked(Object.assign(document.createElement("input"), { type: "file", hidden: true }), "file-input");
    this.choose = button("", "file-choose", () => this.input.click());
    this.input.onchange = () => this.chosen();
    this.drop = Object.assign(document.createElement("div"), { className: "permviz-reader-drop" });
    this.drop.append(this.choose, this.input, Object.assign(document.createElement("span"), { textContent: "or drop it here" }));
    this.text = marked(Object.assign(document.createElement("textarea"), { rows: 5, spellcheck: false }), "file-text");
    this.use = button("Use the pasted text", "file-use", () => this.take(new Blob([this.text.value]), "The pasted text"));
    this.pasting = Object.assign(document.createElement("label"), { className: "permviz-reader-paste" });
    this.label = document.createElement("span");
    this.pasting.append(this.label, this.text);
    this.status = marked(Object.assign(document.createElement("p"), { role: "status" }), "file-status");
    this.root.append(this.drop, this.pasting, this.use, this.status);
    this.listen();
    parent.append(this.root);
  }

  chosen() {
    const file = this.input.files?.[0];
    this.input.value = ""; // the same file can be chosen again
    if (file) this.take(file, file.name);
  }

  listen() {
    for (const kind of ["dragenter", "dragover"]) this.root.addEventListener(kind, (event) => this.over(event, true));
    this.root.addEventListener("dragleave", (event) => this.over(event, false));
    this.root.addEventListener("drop", (event) => {
      this.over(event, false);
      const file = event.dataTransfer?.files[0], text = event.dataTransfer?.getData("text") ?? "";
      if (file) this.take(file, file.name);
      else if (text && !this.pasting.hidden) this.take(new Blob([text]), "The dropped text");
    });
  }

  /** @param {Event} event @param {boolean} over */
  over(event, over) {
    event.preventDefault(); // a browser would open the file in place of the page
    this.root.toggleAttribute("data-over", over);
  }

  /** @param {import("../mounting.js").Component} component */
  update({ data, setTriggerValue }) {
    this.send = (message) => setTriggerValue?.("given", message);
    this.choose.textContent = `Choose a ${data.what} file`;
    this.input.accept = data.accept;
    this.pasting.hidden = this.use.hidden = !data.paste;
    this.label.textContent = data.paste;
    this.under = data.under;
    if (this.sent && data.answered?.id === this.sent.id) this.answered(data.answered, this.sent); // not to an earlier view's file
    if (data.wanted !== this.wanted) this.want(data.wanted);
  }

  /** By what a file is kept before it is answered, or "". */
  get name() {
    return this.wanted || this.under;
  }

  /** What this tab remembers of the file that is asked for is sent by itself, once. @param {string} name */
  want(name) {
    this.wanted = name;
    const file = name && kept(name);
    if (file) this.give({ ...file, id: identity() });
  }

  /** @param {{sentence: string, name: string}} answer @param {import("./given.js").Given} file */
  answered({ sentence, name }, file) {
    this.sent = null;
    this.say(sentence, sentence ? "refused" : "taken");
    if (name) keep(name, file);
    if (sentence && this.name) forget(this.name);
  }

  /** @param {import("./given.js").Given} file */
  give(file) {
    this.sent = file;
    if (this.name) keep(this.name, file); // the page is another one when Python has taken it
    this.send(file);
  }

  /** @param {Blob} file @param {string} name */
  async take(file, name) {
    try {
      this.say("Sending …", "sending");
      this.give(await given(file, name));
    } catch (error) {
      if (!(error instanceof Refused)) console.error(error);
      this.say(error instanceof Refused ? error.message : `${name} could not be read: choose it again.`, "refused");
    }
  }

  /** @param {string} sentence @param {"sending" | "taken" | "refused"} state */
  say(sentence, state) {
    this.root.dataset.state = state;
    this.status.textContent = sentence;
  }

  destroy() {
    this.root.remove();
  }
}

/** @param {import("../mounting.js").Component} component */
export default function reader(component) {
  return mounted(component, Reader, sheet);
}
