"""What a row of the table of constructs says, and what a reduction hands to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from derive.notation.expression import ONE, Expr
from derive.notation.index import Index
from derive.notation.layout import Array


@dataclass(frozen=True, slots=True)
class Reduction:
    """What a reduction runs over: letters free in `body` and in `weight`, which is 0 where a condition fails, else 1.

    The axes that stay are the body's rows and columns.
    """

    letters: tuple[Index, ...]
    body: Array
    weight: Expr = ONE


@dataclass(frozen=True, slots=True)
class Form:
    """One construct.

    signature: how to write it. takes: the kinds of its arguments, in order: `indices` (leading letters and
    conditions, if any), `value`, `values` (any number), `value or classes`, `classes`, `size`, `condition`,
    `quantity` (by its name), with ? where it may be left out. build: the arguments' values to the result. With
    `indices` first, build receives a `Reduction` (over all axes where no index was named) and the values after it.
    padding: whether positions where the body reads outside an axis count; else they are left out. keeps: whether the
    axis stays. pair: what the construct is of two values, max(a, b). note: what a derivation that uses it should say.
    samples: whether what it runs over are samples, whose mean is written 𝔼.
    """

    name: str
    signature: str
    takes: tuple[str, ...]
    build: Callable[..., Array]
    padding: bool = True
    keeps: bool = False
    pair: Callable[[Array, Array], Array] | None = None
    note: str = ""
    samples: bool = False

    @property
    def reduces(self) -> bool:
        return self.takes[0] == "indices"
