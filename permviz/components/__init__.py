"""What runs in the browser: the diagram and the plot as plain ES modules, and the Python half of their wire formats.

Nothing here knows Streamlit, so that a page without a server can be made of the same parts; ``permviz.ui.parts`` mounts them.
"""
