/**
 * Whoever has answered the invitation to a lesson is not invited again by this browser. A module of the document: the line is
 * out of sight before it is drawn, and the server neither asks nor knows.
 */
const KEY = "permviz-invited";

/** @param {(storage: Storage) => unknown} ask a browser may refuse to store anything */
function stored(ask) {
  try {
    return ask(localStorage);
  } catch {
    return null;
  }
}

if (stored((storage) => storage.getItem(KEY))) document.documentElement.classList.add("permviz-invited");
addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(".st-key-invitation button")) stored((storage) => storage.setItem(KEY, "1"));
}, true);
