"""Parts of pages: controls, the build panel, the diagram's scene, the training's state."""
