"""The numbers of a derivation where the file gives values: forward, then backward, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from derive.declare.network import Network
from derive.derivation import Derivation, Line, Values
from derive.notation.constants import KNOWN
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Expr, Tensor
from derive.notation.index import Slot
from derive.notation.walk import factors
from derive.referee.evaluate import evaluate
from derive.referee.evaluate_equations import evaluate_equations, reads
from derive.referee.world import World, key_of


def line_values(derivation: Derivation) -> Values:
    """Each quantity's and each bar's numbers as nested lists, as far as the given values decide them."""
    network = derivation.network
    if not network.values:
        return MappingProxyType({})
    sizes = {name: size.number for name, size in network.sizes.items() if size.number is not None}
    world = World(sizes, {(name, ()): np.array(numbers) for name, numbers in network.values.items()})
    given = set(world.arrays)
    for equation in (network.equations[n] for n in network.order):
        if _is_decided(equation.right, equation.left.tensor, world, network):
            world = evaluate_equations([equation], world)
    for line in derivation.backward:
        if _is_decided(line.scalar.right, line.tensor, world, network):
            world = world.with_arrays({key_of(line.tensor): _numbers(line, world)})
    return MappingProxyType({key: array.tolist() for key, array in _real(world) if key not in given})


def _numbers(line: Line, world: World) -> Any:
    equation: Equation = line.scalar
    return evaluate(equation.right, equation.letters, world)


def _real(world: World) -> Iterable[tuple[tuple[str, tuple[str, ...]], Any]]:
    return ((key, world.real(key)) for key in world.arrays)


def _is_decided(right: Expr, left: Tensor, world: World, network: Network) -> bool:
    """Whether everything that a right side reads has numbers."""
    known = all(t.name in KNOWN or key_of(t) in world.arrays for t in reads(right))
    abstract = any(isinstance(f, Apply) and f.function in network.functions for f in factors(right))
    return known and not abstract and all(_has_number(axis.size, world.sizes) for axis in left.axes)


def _has_number(slot: Slot, sizes: Mapping[str, int]) -> bool:
    return all(not isinstance(atom, str) or atom in sizes for atom in slot.atoms())
