/**
 * What every message carries of a component: it imports the real module from the app's own route, and says so in the component's
 * place while that takes its time or fails. files.py appends `export default component(...)`.
 *
 * @typedef {{parentElement: HTMLElement | ShadowRoot, data: any, setStateValue: (name: string, value: unknown) => void,
 *   setTriggerValue?: (name: string, value: unknown) => void}} Component
 * @typedef {(component: Component) => () => void} Mount
 * @param {string} folder of the modules, below the app's address @param {string} entry @param {string} name
 * @param {(url: string) => Promise<{default: Mount}>} load @returns {Mount}
 */
export function component(folder, entry, name, load = (url) => import(url)) {
  /** @type {Set<{given: Component, end?: () => void}>} what is to be mounted as soon as the module is there */
  const calls = new Set();
  /** @type {Map<Component["parentElement"], HTMLElement>} */
  const notes = new Map();
  /** @type {Mount | undefined} */
  let mount;
  let attempt = 0, loading = false;

  async function start() {
    loading = true;
    attempt += 1;
    tell(`Loading the ${name} …`);
    /** @type {HTMLScriptElement | null} Streamlit's own: it tells where the app lives */
    const script = document.querySelector('script[src*="/static/js/"]');
    const root = script ? script.src.split("static/js/")[0] : document.baseURI;
    try {
      // A browser may remember that a module, or one that it imports, failed: another attempt has other addresses.
      mount = (await load(`${root}${folder}${attempt > 1 ? `~${attempt}` : ""}/${entry}`)).default;
      notes.forEach((note) => note.remove());
      notes.clear();
      for (const call of calls) call.end = mount(call.given);
      calls.clear();
    } catch (error) {
      console.error(error);
      tell(`The ${name} could not be loaded. Is the connection to the server up? If trying again does not help, reload the page.`, true);
    }
    loading = false;
  }

  /** @param {string} sentence @param {boolean} [again] whether to offer another attempt */
  function tell(sentence, again) {
    for (const { given: { parentElement, data } } of calls) {
      const note = notes.get(parentElement) ?? document.createElement("div");
      notes.set(parentElement, note);
      note.setAttribute("role", "status");
      note.style.cssText = "box-sizing: border-box; padding: 1rem; border-radius: var(--st-base-radius); color: var(--st-text-color);"
        + `background: var(--st-secondary-background-color); font: 0.875rem var(--st-font); min-height: ${Number(data.height) || 0}px`;
      note.textContent = sentence;
      if (again) note.append(" ", Object.assign(document.createElement("button"), { textContent: "Try again", onclick: start }));
      parentElement.append(note);
    }
  }

  return (given) => {
    if (mount) return mount(given);
    /** @type {{given: Component, end?: () => void}} */
    const call = { given };
    calls.add(call);
    if (loading) tell(`Loading the ${name} …`);
    else start();
    return () => {
      calls.delete(call); // of a superseded render, or gone
      call.end?.();
    };
  };
}
