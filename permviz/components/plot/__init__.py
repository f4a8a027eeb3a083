"""A Plotly view that keeps its camera: zoom, orbit and hidden traces survive new data, and an equal figure is not drawn again.

The browser keeps one chart a key and hands new figures to ``Plotly.react``. Figures are drawn in the colours of
``theme.LIGHT``; in the dark theme the browser exchanges exactly those colours for the ones of ``theme.DARK``, so Python need
not know which theme is shown.
"""
