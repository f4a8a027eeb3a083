/** The sentence above the workbench: see story.js. It speaks of what Python has computed, and stays while a hand is at work. */
import { el, put, write } from "./paint.js";
import { isAlone } from "./reducer.js";
import { POST, storyOf } from "./story.js";

export class StoryView {
  constructor() {
    this.root = el("p", "story", { "data-testid": "story" });
    this.text = el("span");
    this.next = el("span", "next", { "data-testid": "story-next" });
    this.post = el("span", "", { "data-testid": "story-post" });
    this.post.append("The argument is that of the post ", el("a", "", { href: POST.url, target: "_blank", rel: "noopener" }, POST.title), ".");
    this.root.append(this.text, " ", this.next, this.post);
  }

  /** @param {import("./frame.js").Frame} f */
  draw({ state, scene, identity, stale, suggested, curve }) {
    put(this.root, "aria-busy", stale);
    if (stale) return;
    const ahead = suggested ? curve.barrier : null;
    if (identity && !suggested && this.text.textContent) return; // a first drag under way: the question stands
    const { text, next, post } = storyOf({ facts: scene.facts, identity, alone: isAlone(state.hidden), walked: state.walked, ahead });
    write(this.text, text);
    write(this.next, next);
    this.post.hidden = !post;
  }
}
