"""The numbers of a derivation where the file gives values: forward, then backward, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from derive.declare.network import Network
from derive.derivation import Derivation, Values
from derive.errors import DeriveError, Problem
from derive.notation.constants import KNOWN
from derive.notation.division import size_of
from derive.notation.equation import Equation
from derive.notation.expression import Apply
from derive.notation.index import Slot
from derive.notation.walk import factors
from derive.operators import TABLE, Row
from derive.referee.evaluate_equations import blocks, evaluate_equations, reads
from derive.referee.world import Key, World, key_of

NONE = Row("", "")


def line_values(derivation: Derivation) -> Values:
    """Each quantity's and each bar's numbers as nested lists, as far as the given values decide them."""
    network = derivation.network
    if not network.values:
        return MappingProxyType({})
    given = {(name, ()) for name in network.values}
    world = given_world(network)
    for equation in network.equations:
        _refuse_what_has_no_value(equation, world)
    world = _filled([line.scalar for line in derivation.backward], world, network)
    return MappingProxyType({key: array.tolist() for key, array in _real(world) if key not in given})


def given_world(network: Network) -> World:
    """The numbers that the file gives, and those of the forward pass that follow from them."""
    sizes = {name: size.number for name, size in network.sizes.items() if size.number is not None}
    world = World(sizes, {(name, ()): np.array(numbers) for name, numbers in network.values.items()})
    return _filled([network.equations[n] for n in network.order], world, network)


def _filled(equations: Sequence[Equation], world: World, network: Network) -> World:
    """The world with what the equations define, recurrences together, as far as its numbers decide them."""
    for block in blocks(equations):
        own = {key_of(e.left.tensor) for e in block}
        if all(_is_decided(e, world, network, own) for e in block):
            world = evaluate_equations(block, world)
    return world


def _refuse_what_has_no_value(equation: Equation, world: World) -> None:
    """Raises DeriveError where the given numbers leave a function of a matrix without a value: the inverse of 0."""
    called = [f for f in factors(equation.right) if isinstance(f, Apply) and TABLE.get(f.function, NONE).condition]
    own = key_of(equation.left.tensor)
    if not called or own not in world.arrays or np.all(np.isfinite(world.real(own))):
        return
    if all(np.all(np.isfinite(world.real(key_of(t)))) for t in reads(equation.right) if key_of(t) in world.arrays):
        told = [f"`{f.function}` needs a matrix that is {TABLE[f.function].condition}" for f in called]
        what = f"`{equation.left.tensor.name}` has no value at the given numbers"
        raise DeriveError(Problem(equation.place, what, f"{', '.join(dict.fromkeys(told))}: give other `values`"))


def _real(world: World) -> Iterable[tuple[tuple[str, tuple[str, ...]], Any]]:
    return ((key, world.real(key)) for key in world.arrays)


def _is_decided(equation: Equation, world: World, network: Network, own: set[Key]) -> bool:
    """Whether everything that an equation reads has numbers, or gets them with it."""
    right = equation.right
    known = all(t.name in KNOWN or key_of(t) in world.arrays or key_of(t) in own for t in reads(right))
    abstract = any(isinstance(f, Apply) and f.function in network.functions for f in factors(right))
    return known and not abstract and all(_has_number(axis.size, world.sizes) for axis in equation.left.tensor.axes)


def _has_number(slot: Slot, sizes: Mapping[str, int]) -> bool:
    return all(not isinstance(atom, str) or size_of(atom, sizes) is not None for atom in slot.atoms())
