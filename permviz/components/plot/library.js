/** plotly.js: fetched once per browser (library.py serves it), started once per page, shared by every plot. */
async function fetchLibrary(path, cache) {
  // Streamlit's own script tells where the app lives, whatever page is shown and whatever path a proxy puts before it.
  const script = document.querySelector('script[src*="/static/js/"]');
  const url = new URL(path, script ? script.src.split("static/js/")[0] : document.baseURI);
  const response = await fetch(url, { cache }); // "force-cache": any stored copy; its name carries the version
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  // The browser unpacks it, not the network layer: the server sends the file as it lies on the disc.
  return new Response(response.body.pipeThrough(new DecompressionStream("gzip"))).text();
}

export async function library(path) {
  return fetchLibrary(path, "force-cache").catch(() => fetchLibrary(path, "reload"));
}

export function loadPlotly(path) {
  window.permvizPlotly ??= library(path)
    .then(run)
    .catch((error) => {
      window.permvizPlotly = undefined; // so that another attempt may succeed
      throw error;
    });
  return window.permvizPlotly;
}

function run(source) {
  const before = window.Plotly; // Streamlit's, if a native chart has been shown
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.onload = () => {
      const ours = window.Plotly;
      if (before) window.Plotly = before;
      resolve(ours);
    };
    script.onerror = () => reject(new Error("plotly.js did not start"));
    script.src = url;
    document.head.append(script);
  }).finally(() => URL.revokeObjectURL(url));
}
