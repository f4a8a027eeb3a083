"""The draggable network: the workbench of the front page, and a small diagram for the others.

Python sends a :class:`~permviz.components.diagram.scene.Scene`; the browser moves nodes at once, on its own, and reports each
new order, absolute and numbered; Python acknowledges the number. The browser takes over Python's order only while nothing of
its own is unacknowledged: quick swaps are never lost and browser Back works. Certificates, distances and the curve from A to B
are computed by the library; what follows the hand (pictures on the way, the curve of a swap in question, the broken middle of
the two steps) is computed in the browser in float64 by the same formulas.

Hooks for tests, stable (locators pierce the shadow root):

- root ``[data-testid=workbench]``: ``data-phase`` = rest | drag | moving | step-1 | broken | step-2 | walk | playing,
  ``data-pending`` = 1 while Python has not acknowledged, ``data-order`` = the order as JSON, ``data-mode``,
  ``data-kind`` = copy | between | broken, ``data-theme`` = light | dark. Wait for ``[data-phase=rest][data-pending="0"]``.
- hidden nodes ``[data-node]``: ``data-layer`` (hidden layers from 1), ``data-slot`` (from 0), ``data-node`` (identity, from 0);
  ``[data-testid=input-node]``, ``[data-testid=output-node]``; each edge's wide twin ``[data-testid=edge]``.
- buttons ``mode-swap``, ``mode-walk``, ``mode-steps``, ``undo``, ``redo``, ``random``, ``reset``, ``play``, ``step-next``,
  ``step-cancel``, ``walk-it`` (the offer after the first swap); the slider ``walk-slider``; its value ``walk-t``.
- menus "Save the diagram", "Save the matrices", "Save the curve".
- ``caption`` (visible sentence), ``announcement`` (aria-live), ``hint`` and ``hint-tag`` (first
  invitation), ``help`` (a "?" in a card).
- cards ``card-network``, ``card-matrices``, ``card-same`` (``aria-busy``, ``data-kind``), ``card-other`` (``aria-busy``),
  ``card-curve``, ``card-output``; numbers ``difference``, ``verdict``, ``loss-a``, ``loss-b``, ``distance``, ``copies``,
  ``output-difference``; ``curve`` (``data-empty``), ``curve-title``, ``barrier``, ``marker`` (``data-t``, ``data-loss``);
  ``matrix-1-before``, ``matrix-1-now`` (``data-rows``: node in each row), ...
"""
