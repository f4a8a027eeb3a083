"""The only Streamlit inside permviz: caches, session state, shared parts of pages."""
