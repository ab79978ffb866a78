"""Slopes of bars and second derivatives: the whole network, forward and backward, worked out at points nearby."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from derive.notation.equation import Equation
from derive.notation.expression import Tensor
from derive.referee.dual import Array
from derive.referee.evaluate_equations import evaluate_equations, reads
from derive.referee.sample import generator
from derive.referee.world import Key, World, key_of
from derive.selfcheck.lines import is_given

if TYPE_CHECKING:
    from derive.check.setting import Setting

STEP = 1e-5


def backward_of(setting: Setting) -> list[Equation]:
    """The equations of all bars, without what facts make of them: facts hold at the point alone."""
    derivation = setting.derivation
    lines = (*(derivation.general or derivation.backward), *derivation.folded)
    return [line.scalar for line in lines if not is_given(line)]


def moved(setting: Setting, moves: Mapping[Key, Array]) -> World:
    """All quantities and all bars after moves of some quantities, computed ones beside their equations."""
    forward, backward = setting.forward, backward_of(setting)
    computed = {key_of(e.left.tensor) for e in forward}
    own = {key_of(e.left.tensor) for e in backward}
    start = {key: array for key, array in setting.world.arrays.items() if key not in own}
    given = {key: setting.world.real(key) + by for key, by in moves.items() if key not in computed}
    world = replace(setting.world, arrays=start).with_arrays(given)
    state = evaluate_equations(forward, world, {key: by for key, by in moves.items() if key in computed})
    return evaluate_equations(backward, state)


def slope_of_bar(setting: Setting, top: Tensor, below: Tensor, total: bool) -> Array:
    """∂top/∂below of a bar over the axes of both: through all that lies between, or through its own line alone."""
    lines = [e for e in backward_of(setting) if e.left.tensor == top]
    start, shape = setting.array(below), setting.world.shape(top)
    columns = []
    for place in range(start.size):
        step = np.zeros(start.size)
        step[place] = STEP
        by = step.reshape(start.shape)
        sides = [_bar_at(setting, top, lines, below, sign * by, total) for sign in (1, -1)]
        columns.append((sides[0] - sides[1]) / (2 * STEP))
    found = np.stack(columns, -1) if columns else np.zeros((*shape, 0))
    return found.reshape(shape + start.shape)


def _bar_at(setting: Setting, top: Tensor, lines: list[Equation], below: Tensor, by: Array, total: bool) -> Array:
    key = key_of(below)
    if total and not below.cost:
        return moved(setting, {key: by}).real(key_of(top))
    there = setting.world.with_arrays({key: setting.array(below) + by})
    return evaluate_equations(lines, there).real(key_of(top))


def reads_directly(setting: Setting, top: Tensor, below: Tensor) -> bool:
    """Whether a bar's own line reads a quantity or a bar."""
    lines = [e for e in backward_of(setting) if e.left.tensor == top]
    return any(below in reads(e.right) for e in lines)


def changes(setting: Setting, names: tuple[str, ...]) -> dict[Key, Array]:
    """The change of every quantity and every bar along a direction of some declared ones; theirs is drawn."""
    network = setting.derivation.network
    draws: dict[Key, Array] = {}
    for name in names:
        tensor = network.tensors[name]
        draws[key_of(tensor)] = generator("dots", name).normal(size=setting.world.shape(tensor))
    ahead, back = (moved(setting, {key: sign * STEP * by for key, by in draws.items()}) for sign in (1, -1))
    found = {}
    for key in ahead.arrays:
        one, other = ahead.real(key), back.real(key)
        found[key] = (one - other) / (2 * STEP) if one.dtype.kind == "f" else np.zeros(one.shape)
    return found | draws
