"""The numeric values of tensors that equations define, each equation filling its own range."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from derive.notation.equation import Equation
from derive.notation.expression import Entry, Expr, Tensor
from derive.notation.index import Index
from derive.notation.walk import factors, positions
from derive.referee.dual import Array, Integers, Truths
from derive.referee.evaluate import covered, evaluate, evaluate_slots
from derive.referee.world import Key, World, key_of

Moves = Mapping[Key, Array]
"""What is added to a tensor's entries on top of its equations: a direction in which a cost is differenced."""


def evaluate_equations(equations: Sequence[Equation], world: World, moves: Moves | None = None) -> World:
    """The world with the arrays that the equations define, which stand in an order of evaluation.

    Equations that read each other (a recurrence) are repeated together until nothing changes any more: each round makes
    at least one more position final, so that no direction of the loop need be known. Entries that no equation defines
    keep the numbers that the world has for them, or are 0.
    """
    missing = {key_of(e.left.tensor): e.left.tensor for e in equations if key_of(e.left.tensor) not in world.arrays}
    world = world.with_arrays({key: np.zeros(world.shape(tensor)) for key, tensor in missing.items()})
    for block in blocks(equations):
        world = _settled(block, world, moves or {}) if _is_loop(block) else _filled(block, world, moves or {})
    return world


def blocks(equations: Sequence[Equation]) -> list[list[Equation]]:
    """Runs of equations such that each reads only what earlier runs, or its own, define."""
    last = {key_of(e.left.tensor): n for n, e in enumerate(equations)}
    found: list[list[Equation]] = []
    end = -1
    for n, equation in enumerate(equations):
        if n > end:
            found.append([])
        needed = [last[key_of(t)] for t in reads(equation.right) if key_of(t) in last]
        end = max([end, n, *needed])
        found[-1].append(equation)
    return found


def reads(expr: Expr) -> dict[Tensor, None]:
    """Every tensor that an expression reads, classes in its positions too, in reading order."""
    found: dict[Tensor, None] = {}
    for factor in factors(expr):
        if isinstance(factor, Entry):
            found[factor.tensor] = None
        for slot in positions(factor):
            found.update((atom.tensor, None) for atom in slot.atoms() if isinstance(atom, Entry))
    return found


def _is_loop(block: Iterable[Equation]) -> bool:
    members = list(block)
    defined = {key_of(e.left.tensor) for e in members}
    return any(key_of(t) in defined for e in members for t in reads(e.right))


def _filled(block: Iterable[Equation], world: World, moves: Moves) -> World:
    for equation in block:
        world = world.with_arrays({key_of(equation.left.tensor): _fill(equation, world, moves)})
    return world


def _settled(block: list[Equation], world: World, moves: Moves) -> World:
    """The block repeated until it stands still, at most once for each entry; kinks are watched in the last round.

    What is no recurrence, since a condition defines a part of it, does not stand still: it is solved.
    """
    keys = [key_of(e.left.tensor) for e in block]
    silent = replace(world, watch=None)
    if any(e.left.tensor.multiplier and not e.left.tensor.cost for e in block):
        return _filled(block, replace(_solved(block, silent, moves), watch=world.watch), moves)
    for _ in range(1 + sum(world.real(key).size for key in keys)):
        after = _filled(block, silent, moves)
        still = all(np.array_equal(after.real(key), silent.real(key), equal_nan=True) for key in keys)
        silent = after
        if still:
            break
    else:
        silent = _solved(block, silent, moves)
    return _filled(block, replace(silent, watch=world.watch), moves)


def _solved(block: list[Equation], world: World, moves: Moves) -> World:
    """The block with numbers for which one round more changes nothing; no numbers where none are found."""
    from derive.referee.solved import solved

    keys = _read_early(block)
    own = {key: _given_by(block, key, world) for key in keys}

    def put(numbers: Array) -> World:
        arrays, start = {}, 0
        for key, mask in own.items():
            arrays[key] = np.array(world.real(key), dtype=float)
            arrays[key][mask] = numbers[start : start + mask.sum()]
            start += mask.sum()
        return world.with_arrays(arrays)

    def flat(there: World) -> Array:
        return np.concatenate([there.real(key)[mask] for key, mask in own.items()])

    with np.errstate(all="ignore"):
        found = solved(lambda numbers: flat(_filled(block, put(numbers), moves)), flat(world))
    return put(np.full(sum(mask.sum() for mask in own.values()), np.nan) if found is None else found)


def _given_by(block: Sequence[Equation], key: Key, world: World) -> Truths:
    """The entries of a tensor that the block gives."""
    mask = np.zeros(world.real(key).shape, dtype=bool)
    for equation in block:
        if key_of(equation.left.tensor) == key:
            held, places = held_at(equation.left, equation.letters, world)
            mask[tuple(place[held] for place in places)] = True
    return mask


def _read_early(block: Sequence[Equation]) -> list[Key]:
    """What is read in the block before, or where, it is filled."""
    last = {key_of(e.left.tensor): n for n, e in enumerate(block)}
    early = (key for n, e in enumerate(block) for t in reads(e.right) if last.get(key := key_of(t), -1) >= n)
    return list(dict.fromkeys(early))


def _fill(equation: Equation, world: World, moves: Moves) -> Array:
    """The left tensor's array with the equation's range put in."""
    left, letters = equation.left, equation.letters
    key = key_of(left.tensor)
    if world.held is not None:
        world.held.begin(equation)
    values = evaluate(equation.right, letters, world)
    move = moves.get(key)
    if _is_plain(left, letters):
        return values + move if move is not None else values
    array = np.array(world.real(key))
    held, places = held_at(left, letters, world)
    there = tuple(place[held] for place in places)
    array[there] = values[held] + (move[there] if move is not None else 0.0)
    return array


def held_at(left: Entry, letters: tuple[Index, ...], world: World) -> tuple[Truths, list[Integers]]:
    """Where on the letters' array a left side names an entry of its tensor, and that entry's place on each axis: for
    i = 1..2 there is no second where the axis ends at 1."""
    lows = [world.limits(axis)[0] for axis in left.tensor.axes]
    places = [at - lo for at, lo in zip(evaluate_slots(left.slots, letters, world), lows, strict=True)]
    held = covered(letters, world)
    for place, size in zip(places, world.shape(left.tensor), strict=True):
        held = held & (place >= 0) & (place < size)
    return held, places


def _is_plain(left: Entry, letters: tuple[Index, ...]) -> bool:
    """Whether the equation fills its tensor, axis by axis."""
    return len(letters) == len(left.slots) and all(
        slot.letter is not None and slot.letter.range == axis
        for slot, axis in zip(left.slots, left.tensor.axes, strict=True)
    )
