"""U, V, u and v of a problem with singular values, as quantities that an answer may name: A = U diag(s) Vᵀ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from derive.check.curvature import is_free
from derive.check.forms import Form
from derive.check.setting import Setting
from derive.check.symbols import Symbols
from derive.derivation import Derivation
from derive.notation.expression import Apply, Entry, Expr, Tensor
from derive.notation.index import Range
from derive.notation.walk import factors
from derive.referee.dual import Array
from derive.referee.world import key_of

ALL = frozenset(["nuclear_norm", "svdvals"])
FIRST = frozenset(["spectral_norm"])
FUNCTIONS = ALL | FIRST
RANK = "r"
"""How many singular values there are."""
Named = tuple[Form, Tensor, bool, bool]
"""A name, the matrix, whether it is of the left ones, and whether it is the first one alone."""


def with_singular(derivation: Derivation, symbols: Symbols, points: Sequence[Setting]) -> tuple[Setting, ...]:
    """The points with singular vectors, whose names the symbols learn."""
    found = list(_asked(derivation, symbols))
    for form, *_ in found:
        symbols.learn(form)
    ranks = [of for form, of, *_ in found if len(form.tensor.axes) == 2]
    return tuple(_knowing(s, found, ranks[0] if ranks else None) for s in points)


def _knowing(setting: Setting, found: Sequence[Named], whole: Tensor | None) -> Setting:
    """A point with these vectors, and how many singular values there are as a size."""
    arrays = {key_of(form.tensor): _vectors(setting.array(of), left, first) for form, of, left, first in found}
    if whole is not None:
        sizes = {**setting.world.sizes, RANK: min(setting.array(whole).shape)}
        setting = replace(setting, world=replace(setting.world, sizes=sizes))
    return setting.knowing(arrays)


def _asked(derivation: Derivation, symbols: Symbols) -> Iterator[Named]:
    whole, top = (_only_matrix(derivation, names) for names in (ALL, FIRST))
    if whole is not None and RANK not in derivation.network.sizes and all(is_free(symbols, letter) for letter in "UV"):
        for letter, axis in zip("UV", whole.axes, strict=True):
            tensor = Tensor(letter, (axis, Range.to(RANK)), "constant")
            yield Form(tensor, letter, "italic", (), 0, (), True), whole, letter == "U", False
    if top is not None and all(is_free(symbols, letter) or letter.upper() in _known(symbols) for letter in "uv"):
        for letter, axis in zip("uv", top.axes, strict=True):
            for mark in ((), ("1",)):
                tensor = Tensor("_".join((letter, *mark)), (axis,), "constant")
                yield Form(tensor, letter, "italic", (), 0, mark, True), top, letter == "u", True


def _known(symbols: Symbols) -> set[str]:
    """U and V, where these are singular vectors and no small letters are called so."""
    return {
        letter
        for letter in "UV"
        if all(form.base == letter and form.own for form in symbols.forms.get(letter.lower(), ()))
    }


def _only_matrix(derivation: Derivation, names: frozenset[str]) -> Tensor | None:
    """The one matrix that the problem applies these functions to."""
    rights = [equation.right for equation in derivation.network.equations]
    applied = [f for right in rights for f in factors(right) if isinstance(f, Apply) and f.function in names]
    found = {_matrix(f.args[0].body) for f in applied}
    return found.pop() if len(found) == 1 else None


def _matrix(body: Expr) -> Tensor | None:
    """The matrix that is all of an argument."""
    only = body.terms[0] if len(body.terms) == 1 else None
    entry = only.factors[0] if only is not None and len(only.factors) == 1 and only.coefficient == 1 else None
    plain = isinstance(entry, Entry) and len(entry.tensor.axes) == 2 and not entry.tensor.labels
    return entry.tensor if plain and isinstance(entry, Entry) else None


def _vectors(array: Array, left: bool, first: bool) -> Array:
    before, _, after = np.linalg.svd(array, full_matrices=False)
    sign = np.where(after.sum(axis=-1) < 0, -1.0, 1.0)
    found = before * sign if left else after.T * sign
    return np.asarray(found[:, 0] if first else found)
