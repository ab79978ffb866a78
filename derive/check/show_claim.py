"""What a claim is about, how it was understood, and numbers that show it wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derive.backward import outputs
from derive.check.derivatives import after_mark
from derive.check.entries import Reading
from derive.check.forms import Quantity
from derive.check.judge import Judge
from derive.check.report import Example
from derive.check.symbols import Symbols
from derive.check.values import Disagree, Unknown
from derive.check.write import write
from derive.notation.expression import bar
from derive.syntax.tree import Fraction, Name, Node, Times


@dataclass(frozen=True, slots=True)
class Head:
    """The quantity on a left side. form: scalar or vector.  is_given_bar: an upstream error signal."""

    name: str = ""
    form: str = ""
    is_bar: bool = False
    is_forward: bool = False
    is_given_bar: bool = False
    is_input: bool = False
    shaped: bool = False


def head_of(symbols: Symbols, left: Node) -> Head:
    """What a left side is."""
    if isinstance(left, Fraction):
        return _of_fraction(symbols, left)
    if isinstance(left, Times) and len(left.factors) == 2 and isinstance(left.factors[0], Name):
        mark = left.factors[0]
        inner = mark.subs[0] if mark.base == "nabla" and mark.subs else left.factors[1]
        if mark.base in ("nabla", "d") and isinstance(inner, Name) and not mark.sups:
            return _named(symbols, inner, True)
    return _named(symbols, left, False) if isinstance(left, Name) else Head()


def _named(symbols: Symbols, name: Name, gradient: bool) -> Head:
    for meaning in symbols.meanings(name):
        if isinstance(meaning, Quantity) and meaning.dot:
            return Head()
        if isinstance(meaning, Quantity):
            tensor = meaning.tensor
            form = "scalar" if meaning.is_entry and tensor.axes else "vector"
            is_bar = meaning.bar or gradient
            known = symbols.derivation.network.tensors.get(tensor.name) == tensor
            given = is_bar and not any(
                line.tensor == bar(tensor, symbols.derivation.cost) and line.steps[-1].rule != "upstream"
                for line in symbols.derivation.backward
            )
            hidden = tensor.role == "hidden" or any(
                e.left.tensor == tensor for e in symbols.derivation.network.equations
            )
            forward = not is_bar and hidden and known
            is_input = not is_bar and known and not hidden
            return Head(tensor.name, form, is_bar, forward, given and known, is_input, bool(tensor.axes))
    return Head()


def _of_fraction(symbols: Symbols, left: Fraction) -> Head:
    bottom = left.bottom
    below = bottom.factors[-1] if isinstance(bottom, Times) and len(bottom.factors) == 2 else None
    top = left.top.factors[-1] if isinstance(left.top, Times) and len(left.top.factors) == 2 else None
    if not isinstance(below, Name) or not isinstance(top, Name):
        return Head()
    cost = symbols.derivation.cost
    meanings = [m for m in symbols.meanings(top) if isinstance(m, Quantity)]
    network = symbols.derivation.network
    ends = [cost] if network.cost else [tensor.name for tensor in outputs(network) if not tensor.axes]
    is_cost = any(m.tensor.name in ends for m in meanings) or (not meanings and symbols.is_cost_letter(top))
    return _named(symbols, below, True) if is_cost else Head()


def reading_of(left: Node, right: Node, relation: str = "=") -> str:
    """A claim as it was understood, in LaTeX."""
    return f"{write(left)} {relation} {write(right)}"


CLEAR = 1e-2
"""Two numbers that differ by this much, relatively, differ at first sight."""


def example_of(judge: Judge, left: Node, right: Node, reading: Reading) -> Example | None:
    """The entry at which the two sides are farthest apart, at the first point where they are clearly so."""
    met: list[tuple[float, Example]] = []
    for point in range(len(judge.settings)):
        try:
            a, b = judge.sides(left, right, point, reading)
            one, other = np.broadcast_arrays(a.array, b.array)
        except (Disagree, Unknown, ValueError):
            break
        gap = np.abs(one - other)
        if not gap.size or not np.all(np.isfinite(gap)) or gap.max() == 0:
            continue
        place = np.unravel_index(int(np.argmax(gap)), gap.shape)
        sizes = tuple(sorted((str(k), int(v)) for k, v in judge.settings[point].world.sizes.items()))
        entry = _entry(place, one.shape, judge, point, reading)
        far = float(gap.max() / max(abs(one[place]), abs(other[place])))
        met.append((far, Example(sizes, entry, float(one[place]) + 0.0, float(other[place]) + 0.0)))
        if far > CLEAR:
            break
    return max(met, key=lambda one: one[0])[1] if met else None


def _entry(place: tuple[np.intp, ...], shape: tuple[int, ...], judge: Judge, point: int, reading: Reading) -> str:
    """i = 2, row 3: where an entry stands."""
    scope = judge.evaluator_letters(point, reading)
    depth = len(shape) - 2
    words = []
    for letter in scope.values():
        at = depth - 1 - letter.place
        if at >= 0 and shape[at] > 1:
            met = letter.positions.ravel()
            words.append(f"{letter.name} = {int(met[int(place[at]) if met.size > 1 else 0])}")
    words += [f"{word} {int(place[n]) + 1}" for n, word in ((-2, "row"), (-1, "column")) if shape[n] > 1]
    return ", ".join(words)


__all__ = ["Head", "after_mark", "example_of", "head_of", "reading_of"]
