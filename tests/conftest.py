"""What holds for every test: the library leaves torch's and numpy's global state as it found it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch


def _global_state() -> tuple[object, ...]:
    return (torch.get_default_dtype(), torch.get_num_threads(), torch.is_grad_enabled(), np.geterr())


@pytest.fixture(autouse=True)
def _global_state_untouched() -> Iterator[None]:
    before = _global_state()
    yield
    assert _global_state() == before, "a global default (dtype, threads, grad mode, numpy's error handling) was changed"
