"""The digits of losses: against Python's own formatting in exact arithmetic, and the files that the browser's tests read."""

import json
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path

import numpy as np
import pytest

from permviz.networks.digits import loss_text, told_apart, wall_text
from tests.golden import write


def spelt(value: float) -> Decimal:
    return Decimal(loss_text(value).replace("−", "-"))


def test_a_loss_is_right_to_half_of_its_last_digit() -> None:
    generator = np.random.default_rng(0)
    for value in (generator.standard_normal(2000) * 10.0 ** generator.uniform(-30, 30, 2000)).tolist():
        digits = 3 if 1e-3 <= abs(value) < 1e5 else 2
        expected = Context(prec=max(digits, Decimal(value).adjusted() + 1) if digits == 3 else 2, rounding=ROUND_HALF_UP)
        assert spelt(value) == expected.create_decimal(Decimal(value)), value
        assert digits <= len(loss_text(value).split("e")[0].replace(".", "").lstrip("−0")) <= 6


def test_a_loss_that_is_no_number_is_said_so() -> None:
    assert {loss_text(value) for value in (float("nan"), float("inf"), -float("inf"))} == {"not finite"}
    assert told_apart(float("inf"), 1.0) == ("not finite", "1.00")
    assert wall_text(float("nan"), 1.0) == "not finite"
    assert wall_text(0.5, float("inf")) == "0.500"


@pytest.mark.parametrize("size", [1e-300, 1e-18, 1.0, 1e54])
def test_rounding_is_relative_to_the_losses(size: float) -> None:
    assert wall_text(2e-16 * size, size) == "0 (rounding)"
    assert wall_text(-2e-16 * size, size) == "0 (rounding)"
    assert wall_text(0.25 * size, size) == loss_text(0.25 * size), "negative control"
    assert len(set(told_apart(size, size * (1 + 2e-16)))) == 1
    assert len(set(told_apart(size, size * (1 + 1e-7)))) == 2, "negative control"


def test_the_file_for_the_browser_is_what_is_written_today() -> None:
    committed = json.loads((Path(write.__file__).parent / "digits.json").read_text())
    assert committed == json.loads(json.dumps(write.digits()))
