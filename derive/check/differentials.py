"""Equations between differentials, ∂F/∂y dy + ∂F/∂x dx = 0 and dA C + A dC = 0: each d is a change along a direction.

What the network is given moves where its d is in the equation, or all of it where none is; what it computes follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from derive.check.forms import Quantity
from derive.check.judge import Judge
from derive.check.setting import Setting
from derive.check.sides import is_differential, is_zero
from derive.check.surgery import all_nodes
from derive.check.symbols import Symbols
from derive.notation.expression import Tensor, bar
from derive.referee.dual import Array
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.sample import generator
from derive.referee.world import Key, World, key_of
from derive.syntax.tree import Name, Node, Sign, Sum, Times

STEP = 1e-5
WORDS = "d is a change along a direction"


def is_between_differentials(left: Node, right: Node) -> bool:
    """Whether a sum of differentials is said to be 0."""
    return (is_zero(left) and is_differential(right)) or (is_zero(right) and is_differential(left))


def as_two_sides(left: Node, right: Node) -> tuple[Node, Node] | None:
    """a + b + c = 0 as a = −b − c, so that what cancels is compared with what it is."""
    whole = right if is_zero(left) else left
    if not isinstance(whole, Sum) or len(whole.terms) < 2:
        return None
    other: dict[Sign, Sign] = {"+": "-", "-": "+"}
    turned = tuple(other[sign] for sign in whole.signs)
    first = replace(whole, terms=whole.terms[:1], signs=whole.signs[:1])
    return first, replace(whole, terms=whole.terms[1:], signs=turned[1:])


def along_a_direction(judge: Judge, symbols: Symbols, left: Node, right: Node) -> Judge:
    """The judge at the same points, where what the notation has for a bar of x is the change of x."""
    named = set(_moved(symbols, left)) | set(_moved(symbols, right))
    found = [s.knowing(_changes(s, named, n)) for n, s in enumerate(judge.settings)]
    return Judge(found, symbols, judge.functions)


def _moved(symbols: Symbols, side: Node) -> Iterator[Tensor]:
    """The quantities whose d is written."""
    for node in all_nodes(side):
        pairs = zip(node.factors, node.factors[1:], strict=False) if isinstance(node, Times) else ()
        for mark, name in pairs:
            if isinstance(mark, Name) and mark.base == "d" and isinstance(name, Name):
                yield from (m.tensor for m in symbols.meanings(name)[:1] if isinstance(m, Quantity))


def _changes(setting: Setting, named: set[Tensor], seed: int) -> dict[Key, Array]:
    """A quantity's bar -> its change by central differences along a random direction."""
    network = setting.derivation.network
    computed = {e.left.tensor for e in setting.forward}
    given = [t for t in network.tensors.values() if t not in computed and t.role in ("input", "parameter")]
    moving = [t for t in given if t in named] or given
    random = generator(seed, "differentials")
    moves = {key_of(t): random.normal(size=setting.array(t).shape) for t in moving}
    ends = [_at(setting, moves, sign * STEP) for sign in (1, -1)]
    tensors: Sequence[Tensor] = [*given, *computed]
    return {
        key_of(bar(t, setting.derivation.cost)): (ends[0].real(key_of(t)) - ends[1].real(key_of(t))) / (2 * STEP)
        for t in tensors
    }


def _at(setting: Setting, moves: dict[Key, Array], step: float) -> World:
    there = setting.world.with_arrays({key: setting.world.real(key) + step * move for key, move in moves.items()})
    with np.errstate(all="ignore"):
        return evaluate_equations(setting.forward, there)
