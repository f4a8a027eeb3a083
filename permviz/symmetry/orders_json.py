"""Orders of nodes as JSON: index arrays, one for each hidden layer, that any language reads."""

from __future__ import annotations

import json
from typing import Any

MOST_LETTERS = 1_000_000
"""Longer texts are refused unread."""

Orders = list[Any]
_EXPECTED = "expected an array of whole numbers for each hidden layer, such as [[2, 0, 1], [0, 1]]"


def orders_from_json(text: str) -> Orders:
    """The arrays in a text; whether they are permutations is not looked at.

    Raises:
        ValueError: for what is no JSON, or none of nested arrays of whole numbers.

    >>> orders_from_json("[[2, 0, 1], [0, 1]]")
    [[2, 0, 1], [0, 1]]
    """
    if len(text) > MOST_LETTERS:
        raise ValueError(f"A text of {len(text)} letters given: at most {MOST_LETTERS} are read.")
    try:
        orders = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(f"The text is no JSON: {_EXPECTED}.") from None
    if not isinstance(orders, list):
        raise ValueError(f"The JSON holds {json.dumps(orders)[:40]}: {_EXPECTED}.")
    for layer, order in enumerate(orders, start=1):
        todo = [order]
        while todo:
            part = todo.pop()
            if isinstance(part, list) and part:
                todo.extend(reversed(part))
            elif type(part) is not int or part.bit_length() > 32 or part is order:
                raise ValueError(f"The array of layer {layer} holds {json.dumps(part)[:40]}: {_EXPECTED}.")
    return orders
