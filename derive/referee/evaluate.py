"""The numeric value of an expression in index form: the referee.

It shares no code with product, differential, backward or vectorise. Every letter in scope has an array axis of its own
(outer letters last), so that NumPy's broadcasting is all the algebra: a product is a product of arrays, Σ a sum over
axes. A tensor reads zero outside its axes; a product with a bracket that is 0 is 0, even where another factor is not
a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

import numpy as np

from derive.notation.constants import HELD, KNOWN
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Lambda, Number, Partial, Power, Tensor, Term
from derive.notation.index import Index, Slot
from derive.notation.walk import substitute
from derive.operators import TABLE, Row
from derive.referee.axes import Record, kept, total
from derive.referee.dual import (
    NOTHING,
    Array,
    Dual,
    Integers,
    Truths,
    Value,
    elementary,
    linear,
    plus,
    real_part,
    slope_at,
    times,
    to_number,
    to_value,
)
from derive.referee.functions import Argument
from derive.referee.nudged import nudged_entries
from derive.referee.of_matrices import along
from derive.referee.world import World, key_of

COMPARE = {"=": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal}
_EPSILON = "ε"


@dataclass(frozen=True, eq=False, slots=True)
class Scope:
    """The letters in scope, outermost first: the n-th has array axis −1 − n.

    positions: their integers, shaped for broadcasting.  inside: where a range that depends on other letters holds.
    """

    world: World
    letters: tuple[Index, ...]
    positions: dict[Index, Integers]
    inside: tuple[Truths, ...] = ()


def evaluate(expr: Expr, letters: tuple[Index, ...], world: World) -> Array:
    """The expression's numbers, one array axis for each letter, in this order, each over its own range."""
    return real_part(evaluate_value(expr, letters, world))


def evaluate_value(expr: Expr, letters: tuple[Index, ...], world: World) -> Value:
    """The same, with slopes if the world's arrays have them."""
    with np.errstate(all="ignore"):
        scope = _entered(_outermost(world), tuple(reversed(letters)))
        value = _masked(scope.inside, _expression(expr, scope))
        shape = tuple(scope.positions[x].size for x in letters)
        return linear(lambda a: np.array(np.broadcast_to(a, shape), dtype=float), value)


def covered(letters: tuple[Index, ...], world: World) -> Truths:
    """Where on the letters' array the ranges hold; ranges may depend on other letters."""
    scope = _entered(_outermost(world), tuple(reversed(letters)))
    held = np.ones(tuple(scope.positions[x].size for x in letters), bool)
    for mask in scope.inside:
        held = held & mask
    return held


def evaluate_slots(slots: Sequence[Slot], letters: tuple[Index, ...], world: World) -> tuple[Integers, ...]:
    """Positions as integers on the letters' array."""
    scope = _entered(_outermost(world), tuple(reversed(letters)))
    shape = tuple(scope.positions[x].size for x in letters)
    return tuple(np.broadcast_to(_position(slot, scope), shape) for slot in slots)


def _outermost(world: World) -> Scope:
    """No letters but those that the world fixes."""
    return Scope(world, (), {letter: np.asarray(at) for letter, at in world.letters.items()})


def _entered(scope: Scope, letters: Sequence[Index]) -> Scope:
    """The scope with more letters in it; those whose range reads another of them come after it."""
    places = {letter: len(scope.letters) + n for n, letter in enumerate(letters)}
    known, inside = dict(scope.positions), list(scope.inside)
    waiting = list(letters)
    while waiting:
        ready = [x for x in waiting if not any(y in waiting for y in _range_letters(x))] or waiting
        for letter in ready:
            partial = Scope(scope.world, scope.letters, known)
            lo, hi = _position(letter.range.lo, partial), _position(letter.range.hi, partial)
            first, last = _least(lo), _greatest(hi)
            axis = (max(0, last - first + 1),) + (1,) * places[letter]
            known[letter] = np.arange(first, last + 1).reshape(axis)
            if lo.size > 1 or hi.size > 1:
                inside.append((known[letter] >= lo) & (known[letter] <= hi))
        waiting = [x for x in waiting if x not in ready]
    return Scope(scope.world, (*scope.letters, *letters), known, tuple(inside))


def _least(values: Integers) -> int:
    return int(values) if values.ndim == 0 else int(values.min()) if values.size else 1


def _greatest(values: Integers) -> int:
    return int(values) if values.ndim == 0 else int(values.max()) if values.size else 0


def _range_letters(letter: Index) -> list[Index]:
    return [*letter.range.lo.letters(), *letter.range.hi.letters()]


def _expression(expr: Expr, scope: Scope) -> Value:
    total: Value = NOTHING
    for n, term in enumerate(expr.terms):
        value = _term(term, scope)
        total = plus(total, value) if n else value
    return total


def _term(term: Term, scope: Scope) -> Value:
    inner = _entered(scope, term.bound) if term.bound else scope
    masks = list(inner.inside[len(scope.inside) :])
    value: Value | None = None
    for factor in term.factors:
        if isinstance(factor, Bracket):
            masks.append(_bracket(factor, inner))
        else:
            found = _entry_inside(factor, inner, masks) if isinstance(factor, Entry) else _factor(factor, inner)
            value = found if value is None else times(value, found)
    value = np.ones(()) if value is None else value
    if term.coefficient != 1:
        value = times(np.asarray(float(term.coefficient)), value)
    return _summed(_masked(masks, value), inner, len(term.bound))


def _masked(masks: Sequence[Truths], value: Value) -> Value:
    """0 where a mask is False, whatever stood there."""
    for mask in masks:
        value = linear(lambda a, mask=mask: np.where(mask, a, 0.0), value)  # type: ignore[misc]
    return value


def _summed(value: Value, scope: Scope, count: int) -> Value:
    """Σ over the innermost `count` letters, which have the leading axes."""
    if not count:
        return value
    depth = len(scope.letters)
    sizes = tuple(scope.positions[x].shape[0] for x in reversed(scope.letters[depth - count :]))

    def total(array: Array) -> Array:
        wide = array.reshape((1,) * (depth - array.ndim) + array.shape)
        return np.asarray(np.broadcast_to(wide, sizes + wide.shape[count:]).sum(axis=tuple(range(count))))

    return linear(total, value)


def _factor(factor: Factor, scope: Scope) -> Value:
    if isinstance(factor, Entry):
        return _entry(factor, scope)
    if isinstance(factor, Apply):
        return _apply(factor, scope)
    if isinstance(factor, Power):
        return _power(factor.base, factor.exponent, scope)
    if isinstance(factor, Slot):
        return _position(factor, scope).astype(float)
    if isinstance(factor, Partial):
        return _partial(factor, scope)
    return _bracket(factor, scope).astype(float)


def _power(base: Expr, exponent: Number | Expr, scope: Scope) -> Value:
    if isinstance(exponent, (int, Fraction)):
        value = _expression(base, scope)
        return value if exponent == 1 else to_number(value, float(exponent))
    return to_value(_expression(base, scope), _expression(exponent, scope))


def _bracket(bracket: Bracket, scope: Scope) -> Truths:
    left, right = (_side(side, scope) for side in (bracket.left, bracket.right))
    holds: Truths = np.asarray(COMPARE[bracket.relation](left, right))
    watch = scope.world.watch
    if watch is not None and not (isinstance(bracket.left, Slot) and isinstance(bracket.right, Slot)):
        watch.record(np.asarray(left - right, dtype=float), holds)
    return holds


def _side(side: Slot | Expr, scope: Scope) -> Array | Integers:
    return _position(side, scope) if isinstance(side, Slot) else real_part(_expression(side, scope))


def _position(slot: Slot, scope: Scope) -> Integers:
    letter = slot.letter
    if letter is not None:
        return scope.positions[letter]
    total = np.asarray(slot.constant)
    for monomial, coefficient in slot.parts:
        product = np.asarray(coefficient)
        for atom in monomial:
            if isinstance(atom, Index):
                product = product * scope.positions[atom]
            elif isinstance(atom, str):
                product = product * scope.world.size(atom)
            else:
                product = product * np.rint(real_part(_entry(atom, scope))).astype(int)
        total = total + product
    return np.asarray(total)


def _entry(entry: Entry, scope: Scope) -> Value:
    """A tensor's entries at positions, 0 outside its axes."""
    masks: list[Truths] = []
    return _masked(masks, _entry_inside(entry, scope, masks))


def _entry_inside(entry: Entry, scope: Scope, masks: list[Truths]) -> Value:
    """A tensor's entries at positions; what says where they lie inside its axes is added to the masks."""
    array = scope.world.arrays.get(key_of(entry.tensor))
    if array is None:
        if entry.tensor.name not in KNOWN or entry.tensor.cost:
            raise KeyError(f"no numbers for {entry.tensor.name} {entry.tensor.cost}")
        array = np.asarray(KNOWN[entry.tensor.name], float)
    if not entry.slots:
        return array
    plain = _plain_places(entry, scope)
    if plain is not None:
        return linear(lambda a: _placed(a, plain), array)
    places = []
    for slot, axis in zip(entry.slots, entry.tensor.axes, strict=True):
        lo, hi = scope.world.limits(axis)
        at = _position(slot, scope)
        if at.size and (_least(at) < lo or _greatest(at) > hi):
            masks.append((at >= lo) & (at <= hi))
            at = np.clip(at, lo, max(lo, hi))
        places.append(at - lo)
    if any(size == 0 for size in scope.world.shape(entry.tensor)):
        return NOTHING
    return linear(lambda a: np.asarray(a[tuple(places)]), array)


def _plain_places(entry: Entry, scope: Scope) -> list[int] | None:
    """The array axes of an entry's letters, where each slot is a letter of its own that runs over the whole axis."""
    places = []
    for slot, axis in zip(entry.slots, entry.tensor.axes, strict=True):
        letter = slot.letter
        if letter is None or letter.range != axis or letter not in scope.letters:
            return None
        places.append(scope.positions[letter].ndim - 1)
    return places if len(set(places)) == len(places) else None


def _placed(array: Array, places: Sequence[int]) -> Array:
    """The array with its n-th axis at −1 − places[n]."""
    order = sorted(range(len(places)), key=lambda n: -places[n])
    shape = [1] * (max(places) + 1)
    for n, place in enumerate(places):
        shape[-1 - place] = array.shape[n]
    return array.transpose(order).reshape(shape)


def _apply(apply: Apply, scope: Scope) -> Value:
    row = TABLE.get(apply.function)
    given = scope.world.functions.get(apply.function)
    if given is not None:
        slots = [_position(slot, scope) for slot in apply.slots]
        partials = [(n, [_position(slot, scope) for slot in at]) for n, at in apply.partials]
        return given([_argument(a, scope) for a in apply.args], slots, partials)
    if row is None:
        raise KeyError(f"no function {apply.function}")
    if row.name in HELD:
        return NOTHING if apply.partials else scope.world.kept(_expression(apply.args[0].body, scope))
    if row.axes:
        return _along(row, apply, scope)
    if row.value is None:
        return elementary(row.numeric, len(apply.partials), _expression(apply.args[0].body, scope))
    return _composite(row, apply, scope)


def _argument(argument: Lambda, scope: Scope) -> Argument:
    """An argument's values; the letters that it is a function of have the leading axes."""
    if not argument.letters:
        return Argument(_expression(argument.body, scope))
    inner = _entered(scope, tuple(reversed(argument.letters)))
    depth = len(inner.letters)

    def laid_out(array: Array) -> Array:
        sizes = tuple(inner.positions[x].shape[0] for x in argument.letters)
        wide = array.reshape((1,) * (depth - array.ndim) + array.shape)
        return np.asarray(np.broadcast_to(wide, sizes + wide.shape[len(sizes) :]))

    masks = inner.inside[len(scope.inside) :]
    value = linear(laid_out, _masked(masks, _expression(argument.body, inner)))
    return Argument(value, tuple(inner.positions[x] for x in argument.letters))


def _composite(row: Row, apply: Apply, scope: Scope) -> Value:
    """A function that is made of others: its value, or its slopes by an ε added to the argument for each partial."""
    assert row.value is not None
    args, inner, levels = _with_steps(apply, scope)
    return _slope(_expression(row.value(*(a.body for a in args)), inner), levels)


def _along(row: Row, apply: Apply, scope: Scope) -> Value:
    """A function of a whole axis: of the argument's entries at the positions that count."""
    args, inner, levels = _with_steps(apply, scope)
    value, positions, held, sizes = _entries(args, inner)
    slots = [_position(slot, inner) for slot in apply.slots]
    found, positions = along(row, value, positions, held, sizes, _recorder(scope.world), slots[len(positions) :])
    if here := [at == slot for at, slot in zip(positions, slots, strict=False)]:
        found = total(kept(np.logical_and.reduce(np.broadcast_arrays(*here)), found))
    return _slope(plus(found, positions[0].min(axis=0)) if row.position else found, levels)


def _recorder(world: World) -> Record:
    return world.watch.record if world.watch is not None else lambda gap, holds: None


def _entries(args: Sequence[Lambda], scope: Scope) -> tuple[Value, list[Array], Truths, tuple[int, ...]]:
    """A whole argument's values, its letters' positions, where it counts, along the leading axis; how many each has."""
    argument = args[0]
    inner = _entered(scope, tuple(reversed(argument.letters)))
    sizes = tuple(inner.positions[x].shape[0] for x in argument.letters)
    count = len(sizes)

    def flat(array: Array) -> Array:
        wide = array.reshape((1,) * (len(inner.letters) - array.ndim) + array.shape)
        outer = wide.shape[count:]
        return np.asarray(np.broadcast_to(wide, sizes + outer).reshape(prod(sizes), *outer))

    held = flat(np.ones(()))
    for mask in inner.inside[len(scope.inside) :]:
        held = np.asarray(held * flat(mask.astype(float)))
    if len(args) > 1:
        weight = real_part(_argument(args[1], scope).value)
        held = np.asarray(held * weight.reshape(prod(sizes), *weight.shape[count:]))
    positions = [flat(inner.positions[x].astype(float)) for x in argument.letters]
    return linear(flat, _expression(argument.body, inner)), positions, np.asarray(held > 0.5), sizes


def _with_steps(apply: Apply, scope: Scope) -> tuple[list[Lambda], Scope, list[int]]:
    """The arguments with an ε added for each partial, the scope that has these, and their levels."""
    args, arrays, levels = list(apply.args), {}, []
    for count, (n, at) in enumerate(apply.partials):
        tensor = Tensor(f"{_EPSILON}{count}", (), "constant")
        level = 1 + _depth(scope.world) + count
        arrays[key_of(tensor)] = Dual(np.zeros(()), np.ones(()), level)
        levels.append(level)
        args[n] = _nudged(args[n], tensor, at)
    inner = Scope(scope.world.with_arrays(arrays), scope.letters, scope.positions, scope.inside) if arrays else scope
    return args, inner, levels


def _slope(value: Value, levels: Sequence[int]) -> Value:
    for level in reversed(levels):
        value = slope_at(value, level)
    return value


def _nudged(argument: Lambda, epsilon: Tensor, at: tuple[Slot, ...]) -> Lambda:
    """The argument with ε added to its entry at a position."""
    here = tuple(Bracket("=", letter.slot, slot) for letter, slot in zip(argument.letters, at, strict=True))
    return Lambda(argument.letters, Expr((*argument.body.terms, Term(1, (), (Entry(epsilon), *here)))))


def _partial(partial: Partial, scope: Scope) -> Value:
    """∂of/∂wrt through the equations for `of` alone: Σ_letters [left = of] · the slope of the right side."""
    level = 1 + _depth(scope.world)
    epsilon = Tensor(_EPSILON, (), "constant")
    dual = Dual(np.zeros(()), np.ones(()), level)
    inner = Scope(scope.world.with_arrays({key_of(epsilon): dual}), scope.letters, scope.positions, scope.inside)
    total: Value = NOTHING
    for equation in scope.world.equations[key_of(partial.of.tensor)]:
        own = {letter: letter.apart().slot for letter in equation.letters}
        slots = (slot.substitute(own) for slot in equation.left.slots)
        here = tuple(Bracket("=", a, b) for a, b in zip(slots, partial.of.slots, strict=True))
        right = nudged_entries(substitute(equation.right, own), partial.wrt, epsilon)
        bound = tuple(slot.letter for slot in own.values() if slot.letter)
        whole = Expr((Term(1, bound, (Power(right), *here)),))
        total = plus(total, slope_at(_expression(whole, inner), level))
    return total


def _depth(world: World) -> int:
    """The highest level of any ε among the world's arrays."""
    return max((a.level for a in world.arrays.values() if isinstance(a, Dual)), default=0)
