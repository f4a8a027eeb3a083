"""permviz: page configuration, navigation, the shared frame; nothing else."""

import streamlit as st

if __name__ == "__main__":  # Streamlit runs this file at every interaction
    from permviz.ui.frame import frame, pages
    from permviz.ui.parts.about import about

    page = st.navigation(pages(), position="hidden")
    st.set_page_config(
        f"{page.title} · permviz", "🔀", layout="wide", initial_sidebar_state="auto", menu_items={"About": about()}
    )
    frame(page)
else:  # a server imports it once; `streamlit run` looks for this very assignment
    import os

    from permviz.ui.frame import rescued
    from permviz.ui.guard import guard
    from permviz.ui.routes import documents, routes
    from permviz.ui.serving import prepare

    prepare()
    app = st.App(__file__, routes=routes(), middleware=guard(documents().values(), os.environ), on_script_error=rescued)
