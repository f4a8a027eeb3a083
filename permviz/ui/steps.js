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
