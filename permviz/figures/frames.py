"""What changes from one step of a figure to the next, written compactly."""

from __future__ import annotations

import base64
from typing import Any

import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from permviz.figures.layout import floats


def moved(trace: go.Trace, **values: ArrayLike) -> dict[str, Any]:
    """What changes in a trace, as data of a frame; plotly itself would write a frame's arrays as long lists."""
    return {"type": trace.type, **{name: _packed(floats(value)) for name, value in values.items()}}


def _packed(array: NDArray[Any]) -> dict[str, str]:
    """As Plotly's JavaScript reads compact arrays."""
    shape = {"shape": ", ".join(map(str, array.shape))} if array.ndim > 1 else {}
    kind = f"f{array.dtype.itemsize}"  # double precision where single would overflow
    return {"dtype": kind, "bdata": base64.b64encode(array.astype(f"<{kind}").tobytes()).decode("ascii"), **shape}
