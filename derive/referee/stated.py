"""Numbers for which facts hold: arrays drawn, put in shape, and moved until every fact is true.

A property has a way to put an array in shape and a gap that is 0 where it holds; intervals and sets are drawn from;
what is equal is given its value, scaled, or solved for by Newton's method of least moves (Ben-Israel 1966).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from derive.notation.expression import Entry, Expr, Tensor
from derive.notation.fact import Fact
from derive.notation.index import Index
from derive.notation.interval import ANY, Interval
from derive.notation.walk import entries
from derive.referee.dual import Array
from derive.referee.evaluate import evaluate
from derive.referee.sizes import NoSizes
from derive.referee.world import Key, World, key_of

TIGHT, ROUNDS, AGAIN = 1e-11, 25, 30
INSIDE = 0.05
"""How near the ends of an interval numbers are drawn, relative to its length."""
Arrays = dict[Key, Array]
Random = np.random.Generator


class NoNumbers(NoSizes):
    """Some facts that no numbers were found for."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.facts = tuple(facts)
        super().__init__(f"no numbers found with {' and '.join(dict.fromkeys(f.text for f in facts))}")


def satisfied(arrays: Mapping[Key, Array], world: World, random: Random) -> Arrays:
    """The arrays changed so that all facts that speak of them alone hold; raises NoNumbers."""
    facts = [f for f in world.facts if f.tensors and all(key_of(t) in arrays for t in f.tensors)]
    if not facts:
        return dict(arrays)
    found: Arrays = dict(arrays)
    for again in range(AGAIN):
        start = {key: a + again * random.normal(size=a.shape) for key, a in arrays.items()} if again else found
        found = _solved(facts, _started(facts, dict(start), world, random), world, random)
        if not broken(facts, world.with_arrays(found)):
            return {**arrays, **{key: found[key] for f in facts for key in map(key_of, f.tensors)}}
    raise NoNumbers(broken(facts, world.with_arrays(found)))


def broken(facts: Iterable[Fact], world: World, limit: float = 1e-9) -> list[Fact]:
    """The facts that do not hold, beyond rounding."""
    return [fact for fact in facts if not holds(fact, world, limit)]


def holds(fact: Fact, world: World, limit: float = 1e-9) -> bool:
    """Whether a fact holds at a point."""
    gap = gap_of(fact, world)
    size = max((float(np.max(np.abs(world.real(key_of(t))), initial=0.0)) for t in fact.tensors), default=0.0)
    return bool(np.all(np.isfinite(gap)) and np.max(np.abs(gap), initial=0.0) <= limit * max(1.0, size))


def gap_of(fact: Fact, world: World) -> Array:
    """What is 0, entry by entry, where a fact holds."""
    if fact.kind in GAPS:
        return GAPS[fact.kind](as_matrix(fact, world.real(key_of(fact.tensors[0]))))
    value = evaluate(fact.left, fact.letters, world)
    if fact.kind == "equal":
        return value - evaluate(fact.right, fact.letters, world)
    if fact.kind == "among":
        members = np.array([float(m) for m in fact.members])
        return np.asarray(np.min(np.abs(value[..., None] - members), axis=-1, initial=np.inf), float)
    return _outside(value, fact.within)


def _outside(value: Array, within: Interval) -> Array:
    """How far values lie outside an interval; at an end that is left out, by 1."""
    lo, hi = float(within.lo), float(within.hi)
    under, over = np.maximum(lo - value, 0.0), np.maximum(value - hi, 0.0)
    at_ends = (within.lo_open & (value == lo)) | (within.hi_open & (value == hi))
    return np.asarray(np.where(np.isnan(value), np.nan, under + over + at_ends))


# properties: an array with its rows and columns last -------------------------------------------------------------


def as_matrix(fact: Fact, array: Array) -> Array:
    return np.moveaxis(array, fact.square, (-2, -1))


def _turned(a: Array) -> Array:
    return np.swapaxes(a, -1, -2)


def mirrored(a: Array) -> Array:
    return np.tril(a) + _turned(np.tril(a, -1))


def _orthogonal(a: Array) -> Array:
    q, r = np.linalg.qr(a)
    signs = np.where(np.diagonal(r, 0, -2, -1) < 0, -1.0, 1.0)
    return np.asarray(q * signs[..., None, :], float)


def _definite(a: Array) -> Array:
    return np.asarray(a @ _turned(a) + 0.5 * np.eye(a.shape[-1]))


def _not_definite(a: Array) -> Array:
    """A − Aᵀ, and 1 where an eigenvalue is not positive."""
    least = np.linalg.eigvalsh((a + _turned(a)) / 2)[..., :1, None] if a.shape[-1] else np.ones((*a.shape[:-2], 1, 1))
    return np.asarray(a - _turned(a) + (least <= 0))


SHAPES: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {
        "symmetric": mirrored,
        "definite": _definite,
        "orthogonal": _orthogonal,
        "orthonormal": _orthogonal,
        "diagonal": lambda a: np.asarray(a * np.eye(a.shape[-1])),
        "lower": np.tril,
        "upper": np.triu,
    }
)
GAPS: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {
        "symmetric": lambda a: a - _turned(a),
        "definite": _not_definite,
        "orthogonal": lambda a: _turned(a) @ a - np.eye(a.shape[-1]),
        "orthonormal": lambda a: _turned(a) @ a - np.eye(a.shape[-1]),
        "diagonal": lambda a: np.asarray(a * (1 - np.eye(a.shape[-1]))),
        "lower": lambda a: np.triu(a, 1),
        "upper": lambda a: np.tril(a, -1),
    }
)


# a start ---------------------------------------------------------------------------------------------------------


def _started(facts: Sequence[Fact], found: Arrays, world: World, random: Random) -> Arrays:
    """Arrays in their intervals and sets, in shape, what is given by others as these say."""
    for tensor in dict.fromkeys(t for f in facts for t in f.tensors):
        key = key_of(tensor)
        within, members = _limits(tensor, facts)
        if members:
            found[key] = random.choice(np.array([float(m) for m in members]), found[key].shape)
        elif within != ANY:
            found[key] = _drawn_within(within, found[key])
    for fact in facts:
        if fact.kind in SHAPES:
            key = key_of(fact.tensors[0])
            found[key] = np.moveaxis(SHAPES[fact.kind](as_matrix(fact, found[key])), (-2, -1), fact.square)
    for fact in facts:
        if fact.kind == "equal":
            _given(fact, found, world)
    return found


def _limits(tensor: Tensor, facts: Iterable[Fact]) -> tuple[Interval, tuple[float, ...]]:
    """The interval and the set that all entries of a tensor lie in."""
    within, members = ANY, tuple[float, ...]()
    for fact in facts:
        if fact.whole == tensor and fact.kind == "within":
            within = within.meet(fact.within)
        elif fact.whole == tensor and fact.kind == "among":
            own = tuple(float(m) for m in fact.members)
            members = tuple(m for m in members if m in own) if members else own
    kept = tuple(m for m in members if float(within.lo) <= m <= float(within.hi))
    return within, kept


def _drawn_within(within: Interval, array: Array) -> Array:
    lo, hi = float(within.lo), float(within.hi)
    if math.isinf(lo) and math.isinf(hi):
        return array
    if math.isinf(hi):
        return np.asarray(lo + 0.1 + np.abs(array))
    if math.isinf(lo):
        return np.asarray(hi - 0.1 - np.abs(array))
    return np.asarray(lo + (hi - lo) * (0.5 + (0.5 - INSIDE) * np.tanh(array)))


def _given(fact: Fact, found: Arrays, world: World) -> None:
    """G = XᵀX: G gets the value of the other side; Σ_k t_k = 1: t is scaled; where neither does it, nothing is done."""
    for one, other in ((fact.left, fact.right), (fact.right, fact.left)):
        tensor = _plainly(one, fact.letters)
        if tensor is not None and tensor not in (e for e in _read(other)):
            places = [fact.letters.index(s.letter) for s in one.factor.slots]  # type: ignore[union-attr]
            there = world.with_arrays(found)
            found[key_of(tensor)] = np.transpose(evaluate(other, fact.letters, there), places)
            return
    if len(fact.tensors) == 1:
        _scaled(fact, found, world)


def _plainly(side: Expr, letters: Sequence[Index]) -> Tensor | None:
    """The tensor that a side is, at the fact's letters in some order."""
    entry = side.factor
    if not isinstance(entry, Entry):
        return None
    own = [slot.letter for slot in entry.slots]
    whole = tuple(x.range for x in own if x is not None) == entry.tensor.axes
    return entry.tensor if whole and len(own) == len(letters) and set(own) == set(letters) else None


def _read(side: Expr) -> tuple[Tensor, ...]:
    return Fact("", "", side).tensors


def _scaled(fact: Fact, found: Arrays, world: World) -> None:
    """The tensor times what makes a homogeneous left side equal to the right, at each position of the fact."""
    (tensor,) = fact.tensors
    key, goal = key_of(tensor), fact.right.number
    slots = [s for e in entries(fact.left) for s in [e.slots]]
    if goal is None or len({tuple(s.letter for s in own if s.letter in fact.letters) for own in slots}) != 1:
        return
    at = world.with_arrays(found)
    once = evaluate(fact.left, fact.letters, at)
    twice = evaluate(fact.left, fact.letters, world.with_arrays({**found, key: 2 * found[key]}))
    with np.errstate(all="ignore"):
        degree = np.log2(twice / once)
        ratio = (float(goal) / once) ** (1 / degree)
    if not np.all(np.isfinite(ratio)) or not np.all(ratio):
        return
    axes = [n for n, s in enumerate(slots[0]) if s.letter in fact.letters]
    order = [fact.letters.index(slots[0][n].letter) for n in axes]
    shape = [found[key].shape[n] if n in axes else 1 for n in range(found[key].ndim)]
    found[key] = found[key] * np.transpose(ratio, order).reshape(shape)


# solved for ------------------------------------------------------------------------------------------------------


def _solved(facts: Sequence[Fact], found: Arrays, world: World, random: Random) -> Arrays:
    """The arrays moved until all that is equal is equal: numbers of a set one by one, the others by Newton's method."""
    equal = [f for f in facts if f.kind == "equal" or f.kind in GAPS]
    if _total(equal, found, world) <= TIGHT or not equal:
        return found
    chosen = {key_of(t): members for f in facts for t in f.tensors if (members := _limits(t, facts)[1])}
    if chosen:
        found = _flipped(equal, found, world, chosen, random)
    free = [key for f in equal for key in map(key_of, f.tensors) if key not in chosen]
    return _newton(equal, found, world, list(dict.fromkeys(free)))


def _residual(facts: Sequence[Fact], found: Arrays, world: World) -> Array:
    there = world.with_arrays(found)
    return np.concatenate([np.ravel(gap_of(f, there)) for f in facts])


def _total(facts: Sequence[Fact], found: Arrays, world: World) -> float:
    return float(np.sum(np.abs(_residual(facts, found, world)))) if facts else 0.0


def _flipped(
    facts: Sequence[Fact], found: Arrays, world: World, chosen: Mapping[Key, tuple[float, ...]], random: Random
) -> Arrays:
    """Numbers of sets exchanged one by one, each for what leaves least to be wished."""
    about = [f for f in facts if all(key_of(t) in chosen for t in f.tensors)]
    for _ in range(3):
        for key, members in chosen.items():
            for place in random.permutation(found[key].size):
                ways = [{**found, key: _with(found[key], int(place), m)} for m in members]
                found = min((found, *ways), key=lambda w: _total(about, w, world))
        if _total(about, found, world) <= TIGHT:
            break
    return found


def _with(array: Array, place: int, value: float) -> Array:
    changed = array.copy()
    changed.flat[place] = value
    return changed


def _newton(facts: Sequence[Fact], found: Arrays, world: World, free: Sequence[Key]) -> Arrays:
    for _ in range(ROUNDS if free else 0):
        gap = _residual(facts, found, world)
        if not np.all(np.isfinite(gap)) or np.max(np.abs(gap), initial=0.0) <= 1e-14:
            break
        slopes = np.stack([s for key in free for s in _slopes(facts, found, world, key, gap)], -1)
        try:
            move = -np.linalg.lstsq(slopes, gap, rcond=1e-8)[0]
        except np.linalg.LinAlgError:  # numbers that have run away: what is equal is not, and the caller sees that
            break
        at = 0
        for key in free:
            size = found[key].size
            found = {**found, key: found[key] + move[at : at + size].reshape(found[key].shape)}
            at += size
    return found


def _slopes(facts: Sequence[Fact], found: Arrays, world: World, key: Key, gap: Array) -> Iterable[Array]:
    for place in range(found[key].size):
        moved = {**found, key: _with(found[key], place, float(found[key].flat[place]) + 1e-6)}
        yield (_residual(facts, moved, world) - gap) / 1e-6
