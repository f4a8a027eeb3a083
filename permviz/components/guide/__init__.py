"""The guide: the strip of a lesson above a page. It says what a step is about, asks, highlights, and goes on.

Python sends the step; the browser sends back where the visitor wants to be. Answers are chosen and shown in the browser alone:
nothing of them is sent or kept.

Hooks for tests, stable (locators pierce the shadow root): ``[data-testid=guide]`` with ``data-lesson``, ``data-step``,
``data-done`` = 1 | 0, ``aria-busy`` while a wish has not been answered; ``guide-title``, ``guide-task``, ``guide-then``,
``guide-text``; buttons ``guide-previous``, ``guide-next``, ``guide-exit``, ``guide-fold``, ``guide-back``, ``guide-show``; dots
``[data-testid=guide-dot]`` with ``data-done``; ``guide-question``, answers ``guide-answer`` (radios), ``guide-why``
(``data-right``: the place of the right answer). Parts carry ``data-guide="lit"`` or ``"covered"``.
"""
