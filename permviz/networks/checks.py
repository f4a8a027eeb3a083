"""Arguments of a wrong type, refused in a sentence: the one place of such checks. Values are checked where they are used.

``@checked`` above a public function reads its annotations. Of a number it asks only to be one, since functions say themselves
which numbers they take; a sequence's entries are looked at too, but for those of a range.
"""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from numbers import Real
from typing import Any, Literal, ParamSpec, TypeVar

import numpy as np
from torch import Tensor

from permviz.networks.results import described

P = ParamSpec("P")
R = TypeVar("R")
Condition = Callable[[Any], bool]

WORDS = {
    "Network": "a Network, such as init_network(spec) makes",
    "NetworkSpec": "a NetworkSpec, such as NetworkSpec((2, 4, 1))",
    "Data": "a Dataset, such as load_dataset or Dataset.from_arrays gives",
    "Dataset": "a Dataset, such as load_dataset or Dataset.from_arrays gives",
    "Permutation": "a Permutation, such as Permutation.random(spec) gives",
    "Monomial": "a Monomial, such as match(a, b).move",
    "TrainingRun": "a TrainingRun, such as train gives",
    "LeastLoss": "what least_loss(run) gives",
    "Tensor": "a torch tensor, such as torch.as_tensor makes of an array or a list",
    "Module": "a torch module, such as nn.Sequential",
    "dtype": "torch.float64 or torch.float32",
    "bool": "True or False",
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "NoneType": "None",
}
"""What is expected, by the name of its type; of others, "a Name"."""


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """The function, which refuses arguments of a type that its annotations do not name.

    Raises:
        ValueError: saying what was given and what is expected.

    >>> @checked
    ... def double(number: float) -> float:
    ...     return 2 * number
    >>> double("2")
    Traceback (most recent call last):
    ValueError: number='2' given to double: expected a number.
    """
    names = tuple(inspect.signature(function).parameters)
    where = function.__qualname__.removesuffix(".__call__").removesuffix(".__init__")

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        _check(dict(zip(names, args, strict=False)) | kwargs, function, where)
        return function(*args, **kwargs)

    return call


def check_fields(instance: object) -> None:
    """The same for the fields of a dataclass, when it is made."""
    _check(vars(instance), type(instance), type(instance).__name__)


def _check(values: Mapping[str, object], annotated: Callable[..., Any], where: str) -> None:
    for name, (fits, hint) in _conditions(annotated).items():
        if name in values and not fits(values[name]):
            words = [*_words(hint)]
            if isinstance(values[name], Real) and WORDS["float"] in words:
                words = ["a number that a float can hold"]
            raise ValueError(f"{name}={described(values[name])} given to {where}: expected {' or '.join(words)}.")


@functools.cache
def _conditions(annotated: Callable[..., Any]) -> dict[str, tuple[Condition, Any]]:
    """For each argument, the test and the annotation that it comes from; not for ``*several`` and ``**named``."""
    plain = {
        p.name for p in inspect.signature(annotated).parameters.values() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    }
    hints = typing.get_type_hints(annotated)
    return {name: (condition(hints[name]), hints[name]) for name in hints if name in plain}


def condition(hint: Any) -> Condition:
    """Whether a value is of an annotated type; annotations that say nothing checkable are met by everything.

    >>> hints = float, float, Sequence[int], int | None, Literal["a", "b"], bool
    >>> [condition(hint)(value) for hint, value in zip(hints, (1, "1", (1, 2), None, "c", 1))]
    [True, False, True, True, True, False]
    """
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    kind = origin or hint
    if origin in (typing.Union, types.UnionType):
        options = [condition(option) for option in inner]
        return lambda value: any(option(value) for option in options)
    if origin is Literal:
        return _instance(*(type(option) for option in inner))
    if origin in (tuple, list, Sequence):
        entry = condition(inner[0])  # lengths are the functions' own business
        return lambda value: (
            isinstance(value, Sequence)
            and not isinstance(value, str | bytes)
            and (isinstance(value, range) or all(map(entry, value)))
        )
    if origin is Mapping:
        entry = condition(inner[1])
        return lambda value: isinstance(value, Mapping) and all(map(entry, value.values()))
    if kind is Callable:
        return callable
    if kind is bool:
        return _instance(bool, np.bool_)
    if kind in (int, float):
        return lambda value: _is_number(value, whole=kind is int)
    if getattr(kind, "_is_protocol", False):
        attributes = [name for name in vars(kind) if not name.startswith("_")]
        return lambda value: all(hasattr(value, name) for name in attributes)
    return _instance(kind) if isinstance(kind, type) and kind is not Any else lambda value: True


def _is_number(value: object, *, whole: bool) -> bool:
    """Whether it is one number; if not a ``whole`` one, one that a float can hold."""
    if whole or not isinstance(value, Real):
        return isinstance(value, Real) or (isinstance(value, Tensor) and value.ndim == 0)
    try:
        float(value)
    except OverflowError:
        return False
    return True


def _instance(*kinds: type) -> Condition:
    return lambda value: isinstance(value, kinds)


def _words(hint: Any) -> Iterator[str]:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        for option in inner:
            yield from _words(option)
    elif origin is Literal:
        yield from map(repr, inner)
    elif origin in (tuple, list, Sequence):
        yield f"a sequence, each entry {' or '.join(_words(inner[0]))}"
    elif origin is Mapping:
        yield f"a mapping, each value {' or '.join(_words(inner[1]))}"
    elif (origin or hint) is Callable:
        yield "a function"
    else:
        name = getattr(origin or hint, "__name__", str(hint))
        yield WORDS.get(name, f"{'an' if name[0] in 'AEIOU' else 'a'} {name}")
