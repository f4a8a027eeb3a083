/**
 * Steps through the browser's history: what makes one, and what each is called.
 *
 * A new address that only says where one stands replaces the one before: Back is an undo of what was done, not of a slider's way.
 * Streamlit knows no such difference.
 */
const PLACES = ["swap.mode", "swap.t", "lesson.done"];

/** An address but for the place. @param {string | URL} address */
function lasting(address) {
  const url = new URL(address, location.href);
  for (const name of PLACES) url.searchParams.delete(name);
  return url.href;
}

const push = history.pushState;
history.pushState = function pushState(state, unused, address) {
  if (address && lasting(address) === lasting(location.href)) this.replaceState(state, unused, address);
  else push.call(this, state, unused, address);
};

/**
 * Names each step through the browser's history in the address that it leads to, until the server answers with the address alone.
 *
 * Streamlit marks the run that Back asks for, but the server may drop that request for a newer one, mark and all; the address
 * stays with whatever is asked next. Captured, so that Streamlit's own listener already finds the name.
 */
addEventListener(
  "popstate",
  () => {
    if (location.hash) return; // to another place of the same page: Streamlit lets the browser scroll
    const address = new URL(location.href);
    address.searchParams.set("step", String(Math.random()).slice(2));
    history.replaceState(history.state, "", address);
  },
  true,
);
