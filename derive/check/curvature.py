"""The Hessian and the Gauss–Newton matrix that a problem asks for, as quantities that an answer may name: H and G."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from derive.check.forms import Form
from derive.check.setting import Setting
from derive.check.symbols import Symbols
from derive.derivation import Derivation, Tangents
from derive.notation.expression import Tensor, bar
from derive.referee.dual import Array
from derive.referee.world import key_of
from derive.syntax.tree import Name


def with_curvature(derivation: Derivation, symbols: Symbols, points: Sequence[Setting]) -> tuple[Setting, ...]:
    """The points with these matrices, whose names the symbols learn."""
    found = list(_asked(derivation, symbols))
    for tensor, *_ in found:
        symbols.learn(Form(tensor, tensor.name, "italic", (), 0, (), True))
    points = tuple(s.knowing({key_of(t): _matrix(s, symbols, w, out) for t, w, out in found}) for s in points)
    moved = products(derivation)
    if len(moved) != 1 or not is_free(symbols, "v"):
        return points
    w = derivation.network.tensors[moved[0].moved[0]]
    direction = Tensor("v", w.axes, "constant")
    symbols.learn(Form(direction, "v", "italic", (), 0, (), True))
    case = list(dict.fromkeys(met.moved for met in derivation.tangents)).index(moved[0].moved)
    return tuple(s.knowing({key_of(direction): s.change(w, case)}) for s in points)


def products(derivation: Derivation) -> list[Tangents]:
    """The products of the Hessian in one vector with a direction that a problem asks for: H v."""
    tensors = derivation.network.tensors
    single = [met for met in derivation.tangents if met.backward and len(met.moved) == 1]
    return [met for met in single if len(tensors[met.moved[0]].axes) == 1]


def _asked(derivation: Derivation, symbols: Symbols) -> Iterator[tuple[Tensor, Tensor, Tensor | None]]:
    """A matrix in a vector w, w, and the output of a Gauss–Newton matrix."""
    tensors = derivation.network.tensors
    own = {one.name for one in derivation.hessians if one.of == one.name}
    own |= {one.moved[0] for one in products(derivation)} if not own else set()
    if len(own) == 1:
        (name,) = own
        if len(tensors[name].axes) == 1 and is_free(symbols, "H"):
            yield Tensor("H", tensors[name].axes * 2), tensors[name], None
    if len(derivation.gauss_newton) == 1:
        (one,) = derivation.gauss_newton
        called = one.result.tensor.name
        if len(tensors[one.name].axes) == 1 and len(called) == 1 and is_free(symbols, called):
            yield Tensor(called, tensors[one.name].axes * 2), tensors[one.name], tensors[one.output]


def is_free(symbols: Symbols, letter: str) -> bool:
    name = Name(letter)
    known = any(form.base == letter for form in symbols.forms.get(letter.lower(), ()))
    return not known and symbols.size(name) is None and letter not in symbols.functions


def _matrix(setting: Setting, symbols: Symbols, w: Tensor, out: Tensor | None) -> Array:
    cost = symbols.derivation.curved
    if out is None:
        return setting.slope_of_bar(bar(w, cost), w, True)
    slope, bend = setting.slope(out, w, True), setting.slope_of_bar(bar(out, cost), out, True)
    count = len(out.axes)
    half = np.tensordot(bend, slope, count)
    return np.asarray(np.tensordot(np.moveaxis(slope, -1, 0), half, count))
