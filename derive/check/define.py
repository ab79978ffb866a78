"""What an answer itself defines: a quantity of its own, another name for one of the problem's, a function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from derive.check.entries import USUAL, Reading
from derive.check.forms import Form, Quantity, is_bar
from derive.check.judge import Judge
from derive.check.ranges import Letter
from derive.check.setting import Setting
from derive.check.symbols import Symbols
from derive.check.values import Array, Disagree, Open, Unknown, Value
from derive.notation.expression import Tensor
from derive.notation.index import Range
from derive.referee.world import key_of
from derive.syntax.marks import flat, text_of
from derive.syntax.tree import Fenced, Name, Node, Number, Times

Stated: TypeAlias = Mapping[tuple[str, str], Node]
"""Slopes that the answer states, by function and letter."""


@dataclass(frozen=True, eq=False, slots=True)
class Defined:
    """A quantity of the answer's own: how it is written, and its numbers at every point."""

    form: Form
    arrays: tuple[Array, ...]


def function_head(node: Node) -> tuple[Name | Number, Name] | None:
    """f and x of f(x), where that is all."""
    if isinstance(node, Times) and len(node.factors) == 2 and node.joins == ("",):
        head, body = node.factors
        inner = body.body if isinstance(body, Fenced) else None
        if isinstance(head, (Name, Number)) and isinstance(inner, Name) and not inner.subs and not inner.accents:
            return head, inner
    return None


def is_new(judge: Judge, name: Name) -> bool:
    """Whether the problem and the answer so far know nothing of this name."""
    if any(is_bar(a) for a in name.accents):
        return False
    return not any(isinstance(m, Quantity) for m in judge.symbols.meanings(name))


def defined(judge: Judge, name: Name, right: Node) -> Defined:
    """The quantity that `name = right` defines. Raises Disagree, Unknown."""
    arrays, tensor = [], Tensor(name.tex or name.base)
    ev = judge.evaluator(0, USUAL)
    free = ev.letters.free(right)
    above, below = (_letters(scripts, free) for scripts in (name.sups, name.subs))
    letters = [*above, *below]
    for point in range(len(judge.settings)):
        ev = judge.evaluator(point, USUAL)
        ev.letters.bind_free(right, given=judge.ranges, position=ev.position)
        with np.errstate(all="ignore"):
            value = ev.value(right)
        array, axes = tabulated(value, [ev.letters.scope[x] for x in letters])
        arrays.append(array)
        is_row = value.rows is None and value.columns is not None
        tensor = Tensor(name.tex or name.base, axes, row=is_row, labels=tuple(range(len(above))))
    marks = [text_of(s) for s in flat((*name.sups, *name.subs)) if text_of(s) not in letters]
    form = Form(
        tensor, name.base, name.face, name.accents, name.primes, tuple(m for m in marks if m), True, len(letters)
    )
    return Defined(form, tuple(arrays))


def anew(setting: Setting, symbols: Symbols, functions: Mapping[str, tuple[str, Node]], stated: Stated) -> Setting:
    """A point that was moved, with what the answer itself has defined worked out there again."""
    for tensor, (name, right, ranges) in symbols.rights.items():
        judge = Judge((setting,), symbols, functions, stated, ranges)
        setting = setting.with_arrays({key_of(tensor): defined(judge, name, right).arrays[0]})
    return setting


def _letters(scripts: tuple[Node, ...], free: frozenset[str]) -> list[str]:
    """The letters among scripts that are free on the right."""
    return [text_of(s) for s in flat(scripts) if isinstance(s, (Name, Fenced)) and text_of(s) in free]


def tabulated(value: Value, letters: Sequence[Letter]) -> tuple[Array, tuple[Range, ...]]:
    """A value as an array over its letters, in their order, and then over its rows and columns."""
    if value.is_odd:
        raise Unknown("an array of more than two axes")
    twice = [x.name for n, x in enumerate(letters) if x in letters[:n]]
    if twice:
        raise Unknown(f"{twice[0]} stands twice on the left")
    used = [n for n, size in enumerate(reversed(value.array.shape[:-2])) if size > 1]
    if any(place not in [x.place for x in letters] for place in used):
        raise Unknown("a letter stands on the right alone")
    depth = max([value.array.ndim - 2, *(x.place + 1 for x in letters)])
    wide = value.array.reshape((1,) * (depth + 2 - value.array.ndim) + value.array.shape)
    shape = [1] * depth
    for letter in letters:
        shape[depth - 1 - letter.place] = letter.axis.length
    wide = np.broadcast_to(wide, (*shape, *wide.shape[-2:]))
    moved = wide.transpose(
        [depth - 1 - x.place for x in letters]
        + [n for n in range(depth + 2) if n >= depth or depth - 1 - n not in [x.place for x in letters]]
    )
    layout = [axis for axis in (value.rows, value.columns) if axis is not None]
    if any(axis.is_open for axis in layout):
        raise Open("nothing says how many entries this has")
    array = moved.reshape(tuple(x.axis.length for x in letters) + tuple(axis.length for axis in layout))
    axes = tuple(axis.range or Range.to(axis.length) for axis in (*(x.axis for x in letters), *layout))
    return array, axes


def arrays_of(judge: Judge, left: Node, right: Node, reading: Reading, tensor: Tensor) -> list[Array] | None:
    """A right side over the axes of the tensor that the left side is, at every point; None if it is a part of it."""
    found = []
    for point, setting in enumerate(judge.settings):
        try:
            _, value = judge.sides(left, right, point, reading)
            scope = judge.evaluator_letters(point, reading)
            names = [o.letter for o in judge.occurrences(left, point, reading) if o.exact]
            array, _ = tabulated(value, [scope[n] for n in names if n in scope])
        except (Disagree, Unknown):
            return None
        shape = setting.world.shape(tensor)
        if array.ndim and array.shape != shape:
            return None
        found.append(np.broadcast_to(array, shape).astype(float))
    return found


def learned(judge: Judge, found: Defined) -> None:
    """From now on the answer's quantity is known, by its numbers."""
    judge.symbols.learn(found.form)
    key = key_of(found.form.tensor)
    judge.define([s.knowing({key: a}) for s, a in zip(judge.settings, found.arrays, strict=True)])


def same_as(judge: Judge, found: Defined) -> Tensor | None:
    """The problem's quantity that an answer's own definition gives: 002's J = R + S is our E."""
    network = judge.symbols.derivation.network
    if found.form.tensor.row:
        return None
    computed = dict.fromkeys(e.left.tensor for e in network.equations)
    for tensor in computed:
        if all(_equal(s.array(tensor), a) for s, a in zip(judge.settings, found.arrays, strict=True)):
            return tensor
    return None


def _equal(a: Array, b: Array) -> bool:
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-9, atol=1e-9))
