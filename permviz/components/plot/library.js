/** plotly.js: fetched once per browser, started once per page, shared by every plot. */

/** @typedef {any} Plotly the library as it is: of its many functions a handful is used */

/** Where it is served, beside the folder of all components' modules. @param {string} path as in library.py */
const addressOf = (path) => new URL(`../../${path}`, import.meta.url).href;

/** Its source, for a page of its own. @param {string} path */
export async function library(path) {
  const response = await fetch(addressOf(path));
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  return response.text();
}

/** @param {string} path @returns {Promise<Plotly>} */
export function loadPlotly(path) {
  const page = /** @type {Window & {Plotly?: Plotly, permvizPlotly?: Promise<Plotly>}} */ (window);
  const before = page.Plotly; // Streamlit's, if a native chart has been shown
  page.permvizPlotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.onload = () => {
      resolve(page.Plotly);
      if (before) page.Plotly = before;
    };
    script.onerror = () => {
      script.remove();
      page.permvizPlotly = undefined; // so that another attempt may succeed
      reject(new Error(`Failed to load ${script.src}`));
    };
    script.src = addressOf(path);
    document.head.append(script);
  });
  return page.permvizPlotly;
}
