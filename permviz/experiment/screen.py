"""What of the app is on the screen: for a class that should see less, for one part in an iframe, for a projector."""

from __future__ import annotations

HIDEABLE = {
    "build": "the build panel",
    "more": "“More” in the build panel",
    "pages": "the links to other pages",
    "lessons": "Lessons",
    "share": "Share",
    "story": "the sentence above the diagram",
    "modes": "the choice of swap, walk and two steps",
    "matrices": "the matrices",
    "curve": "the curve of the loss",
    "output": "the picture of the output",
}
"""Parts that a link can hide, and what people call them. What was reached and what it was reached from always stays."""

ALONE = {
    "diagram": "the diagram",
    "curve": "the curve of the loss",
    "output": "the picture of the output",
    "matrices": "the matrices",
    "figure": "the figure of this page",
}
"""Parts that a link can show alone, and what people call them. The front page has no figure, the others the first and last."""
