"""The numbers of a derivation's bars, from the index form of its lines."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from derive.backward import outputs
from derive.declare.network import Network
from derive.derivation import Derivation
from derive.notation.constants import KNOWN
from derive.notation.expression import Tensor, bar
from derive.referee.evaluate_equations import evaluate_equations
from derive.referee.functions import Function
from derive.referee.world import Key, World, key_of
from derive.selfcheck.lines import is_given
from tests.facts import satisfying

Arrays: TypeAlias = "Mapping[str, NDArray[Any]]"
Sizes: TypeAlias = Mapping[str, int]

BAR = "_bar"
NO_FUNCTIONS: Mapping[str, Function] = MappingProxyType({})


def bars(
    derivation: Derivation, sizes: Sizes, arrays: Arrays, functions: Mapping[str, Function] = NO_FUNCTIONS
) -> dict[str, NDArray[Any]]:
    """Each bar's numbers under the first cost by the name of its quantity: first the forward equations, then the lines.

    arrays: what is given, by name (classes count from 1); `y_bar` the error signal of y where no cost is named.
    functions: what stands for the abstract ones.
    """
    network = derivation.network
    known = {_key(name, derivation): np.asarray(given, dtype=float) for name, given in arrays.items()}
    world = World(sizes, known, functions)
    forward = evaluate_equations([network.equations[n] for n in network.order], world)
    lines = [line for line in derivation.backward if not is_given(line)]
    after = evaluate_equations([line.scalar for line in lines], forward)
    found = [line.tensor for line in derivation.backward if line.tensor.cost == (derivation.cost,)]
    return {tensor.name: after.real(key_of(tensor)) for tensor in found}


def _key(name: str, derivation: Derivation) -> Key:
    base = name.removesuffix(BAR)
    return (name, ()) if base == name else (base, (derivation.cost,))


def given(network: Network) -> tuple[Tensor, ...]:
    """What needs numbers from outside: all that no equation defines."""
    return tuple(t for t in network.tensors.values() if t.role != "hidden" and t.name not in KNOWN)


def upstream(derivation: Derivation) -> tuple[Tensor, ...]:
    """The error signals that are given, where the file names no cost."""
    network = derivation.network
    return () if network.cost else tuple(bar(t, derivation.cost) for t in outputs(network))


def draw_arrays(derivation: Derivation, sizes: Sizes, random: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Random numbers for all that needs some: normal ones, positive ones for constants, classes among theirs."""
    world = World(sizes)
    drawn = {t.name: _drawn(t, world, random) for t in given(derivation.network)}
    found = satisfying(derivation.network, drawn, sizes)
    return found | {t.name + BAR: _drawn(t, world, random) for t in upstream(derivation)}


def _drawn(tensor: Tensor, world: World, random: np.random.Generator) -> NDArray[Any]:
    shape = world.shape(tensor)
    if tensor.among is not None:
        lo, hi = world.limits(tensor.among)
        return random.integers(lo, hi + 1, shape)
    return random.uniform(0.1, 0.9, shape) if tensor.role == "constant" else random.normal(size=shape)
