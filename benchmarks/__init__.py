"""Speed, side by side with peers: ``python -m benchmarks``, or ``python -m benchmarks slices`` for one module.

Machines are shared and noisy, so every figure is a ratio of two things run in turn in one process. A module of this package
takes part by having ``rows()``, which yields dicts: ``work`` and ``against`` (what is compared), ``ratio`` (a number),
``wanted`` (such as ">= 12" or "<= 1.3") and ``detail`` (what the ratio is made of).
"""
