"""Points where numbers are equal, for lines that ask for it: [x_j = y] is 0 nearly everywhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from derive.notation.expression import Bracket, Expr, Tensor
from derive.notation.walk import factors
from derive.referee.dual import Array
from derive.referee.world import Key, key_of


def asks_for_ties(expr: Expr) -> bool:
    """Whether an expression has a bracket [a = b] between numbers."""
    return any(isinstance(f, Bracket) and f.relation == "=" and isinstance(f.left, Expr) for f in factors(expr))


def tied(arrays: Mapping[Key, Array], tensors: Iterable[Tensor]) -> dict[Key, Array]:
    """The same arrays with 1 and −1 for all numbers but error signals, so that many are equal."""
    kept = {key_of(t) for t in tensors if t.is_bar or t.among is not None}
    return {key: array if key in kept else np.where(array < 0, -1.0, 1.0) for key, array in arrays.items()}
