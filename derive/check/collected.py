"""Entries put together: [ȳ_i h_j]_{ij} is the matrix of these, [ȳ_i]_i the column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from derive.check.forms import spelled
from derive.check.values import Value
from derive.syntax.marks import flat
from derive.syntax.tree import Fenced, Name, Scripted

if TYPE_CHECKING:
    from derive.check.evaluate import Evaluator


def collected(ev: Evaluator, node: Scripted) -> Value | None:
    """A scalar over the letters that stand below the bracket, as an array; None if it is something else."""
    if not isinstance(node.body, Fenced) or node.body.opening not in ("[", "(") or not 1 <= len(flat(node.subs)) <= 2:
        return None
    met = [ev.letters.scope.get(spelled(sub)) if isinstance(sub, Name) else None for sub in flat(node.subs)]
    letters = [letter for letter in met if letter is not None]
    value = ev.value(node.body)
    if not value.is_scalar or len(letters) < len(met) or len({letter.place for letter in letters}) < len(met):
        return None
    depth = max(value.array.ndim - 2, *(letter.place + 1 for letter in letters), 1)
    array = value.array.reshape((1,) * (depth + 2 - value.array.ndim) + value.array.shape)
    for to, letter in enumerate(letters, depth):
        along = depth - 1 - letter.place
        wide = (*array.shape[:along], letter.axis.length, *array.shape[along + 1 :])
        array = np.broadcast_to(array, wide).swapaxes(along, to)
    axes = [letter.axis for letter in letters]
    return Value(array, axes[0], axes[1] if len(axes) > 1 else None)
