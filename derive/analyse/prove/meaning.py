"""What a condition says, over exact numbers or over a solver's terms: one table for both.

A value is a number, a truth value or a tuple of numbers (a vector). Numbers compare entry by entry with vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import combinations, pairwise
from operator import eq, ge, gt, le, lt, ne
from typing import Any, TypeAlias

from derive.analyse.prove.language import Condition, Node, names

Env: TypeAlias = "Mapping[str, Any]"
"""Name -> its value."""

RELATIONS: Mapping[str, Callable[[Any, Any], Any]] = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


class Unclear(Exception):
    """What has no meaning: an unknown name, a position outside, a vector where a number should stand."""


class Exact:
    """Numbers are fractions, truth values are Python's."""

    def number(self, value: Fraction) -> Any:
        return value

    def both(self, parts: Sequence[Any]) -> Any:
        return all(list(map(self.truth, parts)))

    def either(self, parts: Sequence[Any]) -> Any:
        return any(list(map(self.truth, parts)))

    def no(self, part: Any) -> Any:
        return not self.truth(part)

    def same(self, left: Any, right: Any) -> Any:
        return self.truth(left) == self.truth(right)

    def pick(self, condition: Any, yes: Any, otherwise: Any) -> Any:
        return yes if self.truth(condition) else otherwise

    def floor(self, value: Any) -> Any:
        return Fraction(value.__floor__())

    def truth(self, value: Any) -> Any:
        if not isinstance(value, bool):
            raise Unclear("a number stands where a condition should: compare it, `y == 1`")
        return value

    def scalar(self, value: Any) -> Any:
        if isinstance(value, bool):
            raise Unclear("a condition stands where a number should; `iff` joins two conditions")
        return value


EXACT = Exact()


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of conditions: an algebra of numbers and the values of names."""

    algebra: Any
    env: Env

    def of(self, node: Node) -> Any:
        return KINDS[node.kind](self, node)

    def parts(self, node: Node) -> list[Any]:
        return [self.of(part) for part in node.parts]

    def vector(self, node: Node) -> tuple[Any, ...]:
        value = self.of(node)
        return value if isinstance(value, tuple) else (self.algebra.scalar(value),)

    def number(self, node: Node) -> Any:
        value = self.of(node)
        if isinstance(value, tuple):
            if len(value) != 1:
                raise Unclear(f"a vector of {len(value)} stands where a number should")
            value = value[0]
        return self.algebra.scalar(value)

    def position(self, node: Node) -> int:
        at = Meaning(EXACT, {}).number(node)
        if at.denominator != 1:
            raise Unclear(f"{at} is no position")
        return int(at)

    def named(self, word: str) -> tuple[Any, ...]:
        if word not in self.env:
            raise Unclear(
                f"there is no {word} here; there are {', '.join(self.env)}" if self.env else f"no name {word}"
            )
        value = self.env[word]
        return value if isinstance(value, tuple) else (value,)


def holds(condition: Condition, env: Env) -> bool:
    """Whether a condition holds for exact numbers. Raises DeriveError where it has no meaning."""
    try:
        return bool(EXACT.truth(Meaning(EXACT, env).of(condition.root)))
    except Unclear as unclear:
        raise condition.wrong(str(unclear)) from None


def formula(condition: Condition, env: Env) -> Any:
    """The exact value of a formula or condition, a condition as 1 or 0."""
    try:
        value = Meaning(EXACT, env).of(condition.root)
    except Unclear as unclear:
        raise condition.wrong(str(unclear)) from None
    return Fraction(int(value)) if isinstance(value, bool) else value


def _entrywise(m: Meaning, relation: str, left: Any, right: Any) -> Any:
    """A comparison of two numbers, or of vectors entry by entry; != of vectors is the contrary of ==."""
    if relation == "!=" and isinstance(left, tuple) | isinstance(right, tuple):
        return m.algebra.no(_entrywise(m, "==", left, right))
    lefts, rights = _spread(m, left, right)
    found = [RELATIONS[relation](m.algebra.scalar(a), m.algebra.scalar(b)) for a, b in zip(lefts, rights, strict=True)]
    return found[0] if len(found) == 1 else m.algebra.both(found)


def _spread(m: Meaning, left: Any, right: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Two vectors of one length; a number stands for a vector of equal numbers."""
    lefts, rights = (v if isinstance(v, tuple) else (m.algebra.scalar(v),) for v in (left, right))
    longest = max(len(lefts), len(rights))
    if len({len(lefts), len(rights), longest} - {1}) > 1:
        raise Unclear(f"a vector of {len(lefts)} stands beside a vector of {len(rights)}")
    return lefts * (longest // len(lefts)), rights * (longest // len(rights))


def _compared(m: Meaning, node: Node) -> Any:
    values, signs = [m.of(part) for part in node.parts[::2]], [part.word for part in node.parts[1::2]]
    found = [_entrywise(m, sign, a, b) for sign, (a, b) in zip(signs, pairwise(values), strict=True)]
    return found[0] if len(found) == 1 else m.algebra.both(found)


def _member(m: Meaning, node: Node) -> Any:
    item, among = node.parts
    value = m.number(item)
    if among.kind == "interval":
        low, high = (m.number(end) for end in among.parts)
        return m.algebra.both([low <= value, value <= high])
    others = [m.number(p) for p in among.parts] if among.kind == "listed" else list(m.vector(among))
    return m.algebra.either([value == other for other in others])


def _arithmetic(m: Meaning, node: Node) -> Any:
    total: Any = m.of(node.parts[0])
    for sign, part in zip(node.parts[1::2], node.parts[2::2], strict=True):
        total = _applied(m, sign.word, total, part)
    return total


def _applied(m: Meaning, sign: str, left: Any, part: Node) -> Any:
    if sign in ("/", "%"):
        if names(part):
            raise Unclear(f"what stands after `{sign}` must be a number, with no quantity in it")
        by = Meaning(EXACT, {}).number(part)
        if by == 0:
            raise Unclear("division by zero")
        scaled = _each(m, lambda a, b: a * b, left, m.algebra.number(1 / by))
        if sign == "/":
            return scaled
        whole = tuple(m.algebra.floor(s) for s in scaled) if isinstance(scaled, tuple) else m.algebra.floor(scaled)
        return _each(m, lambda a, b: a - m.algebra.number(by) * b, left, whole)
    right = m.of(part)
    return _each(m, {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}[sign], left, right)


def _each(m: Meaning, apply: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    lefts, rights = _spread(m, left, right)
    found = tuple(apply(m.algebra.scalar(a), m.algebra.scalar(b)) for a, b in zip(lefts, rights, strict=True))
    return found if isinstance(left, tuple) or isinstance(right, tuple) else found[0]


def _name(m: Meaning, node: Node) -> Any:
    value = m.named(node.word)
    return value[0] if len(value) == 1 else value


def _entry(m: Meaning, node: Node) -> Any:
    return _within(m, node.word, m.position(node.parts[0]))


def _within(m: Meaning, name: str, at: int) -> Any:
    vector = m.named(name)
    if not 1 <= at <= len(vector):
        raise Unclear(f"{name} has {len(vector)} entries, {name}[1] to {name}[{len(vector)}]; there is no {name}[{at}]")
    return vector[at - 1]


def _slice(m: Meaning, node: Node) -> Any:
    low, high = (m.position(part) for part in node.parts)
    return tuple(_within(m, node.word, at) for at in range(low, high + 1))


def _numbers(m: Meaning, node: Node) -> tuple[Any, ...]:
    """All the numbers that a function is given, one after the other."""
    found = tuple(value for part in node.parts for value in m.vector(part))
    if not found:
        raise Unclear("this range has no entries")
    return found


def _larger(m: Meaning, a: Any, b: Any) -> Any:
    return m.algebra.pick(a >= b, a, b)


def _smaller(m: Meaning, a: Any, b: Any) -> Any:
    return m.algebra.pick(a >= b, b, a)


def _sorted(m: Meaning, numbers: Sequence[Any]) -> tuple[Any, ...]:
    """Entries in rising order, by exchanges of neighbours: the same for numbers and for terms of a solver."""
    found = list(numbers)
    for last in range(len(found) - 1, 0, -1):
        for at in range(last):
            a, b = found[at : at + 2]
            found[at : at + 2] = [_smaller(m, a, b), _larger(m, a, b)]
    return tuple(found)


def _distinct(m: Meaning, node: Node) -> Any:
    return m.algebra.both([a != b for a, b in combinations(_numbers(m, node), 2)])


def _permutation(m: Meaning, node: Node) -> Any:
    """Each value as often in one vector as in the other."""
    if len(node.parts) != 2:
        raise Unclear("permutation compares two vectors: permutation(x[1..3], x[4..6])")
    left, right = (m.vector(part) for part in node.parts)
    if len(left) != len(right):
        return m.algebra.both([m.algebra.no(m.algebra.both([]))])
    return m.algebra.both([_count(m, left, value) == _count(m, right, value) for value in left])


def _count(m: Meaning, numbers: Sequence[Any], value: Any) -> Any:
    one, none = m.algebra.number(Fraction(1)), m.algebra.number(Fraction(0))
    return reduce(lambda a, b: a + b, [m.algebra.pick(number == value, one, none) for number in numbers])


def _median(m: Meaning, node: Node) -> Any:
    numbers = _sorted(m, _numbers(m, node))
    if len(numbers) % 2 == 0:
        raise Unclear(f"the median of {len(numbers)} numbers is not one of them")
    return numbers[len(numbers) // 2]


def _abs(m: Meaning, node: Node) -> Any:
    found = tuple(_larger(m, value, -value) for value in _numbers(m, node))
    return found[0] if len(found) == 1 else found


CALLS: Mapping[str, Callable[[Meaning, Node], Any]] = {
    "sorted": lambda m, n: _sorted(m, _numbers(m, n)),
    "max": lambda m, n: reduce(lambda a, b: _larger(m, a, b), _numbers(m, n)),
    "min": lambda m, n: reduce(lambda a, b: _smaller(m, a, b), _numbers(m, n)),
    "sum": lambda m, n: reduce(lambda a, b: a + b, _numbers(m, n)),
    "abs": _abs,
    "median": _median,
    "distinct": _distinct,
    "permutation": _permutation,
}


def _call(m: Meaning, node: Node) -> Any:
    if node.word not in CALLS:
        raise Unclear(f"{node.word} is no function; there are {', '.join(CALLS)}")
    return CALLS[node.word](m, node)


def _boolean(m: Meaning, node: Node) -> Any:
    found: Any = m.of(node.parts[0])
    for sign, part in zip(node.parts[1::2], node.parts[2::2], strict=True):
        found = m.algebra.same(found, m.of(part))
        found = m.algebra.no(found) if sign.word == "xor" else found
    return found


def _negative(m: Meaning, node: Node) -> Any:
    value = m.of(node.parts[0])
    return tuple(-v for v in value) if isinstance(value, tuple) else -m.algebra.scalar(value)


def _loose(m: Meaning, node: Node) -> Any:
    raise Unclear("an interval or a set stands after `in`")


KINDS: Mapping[str, Callable[[Meaning, Node], Any]] = {
    "boolean": _boolean,
    "implies": lambda m, n: m.algebra.either([m.algebra.no(m.of(n.parts[0])), m.of(n.parts[1])]),
    "either": lambda m, n: m.algebra.either(m.parts(n)),
    "both": lambda m, n: m.algebra.both(m.parts(n)),
    "negated": lambda m, n: m.algebra.no(m.of(n.parts[0])),
    "compared": _compared,
    "member": _member,
    "stranger": lambda m, n: m.algebra.no(_member(m, n)),
    "sum": _arithmetic,
    "product": _arithmetic,
    "negative": _negative,
    "number": lambda m, n: m.algebra.number(Fraction(n.word)),
    "name": _name,
    "entry": _entry,
    "slice": _slice,
    "call": _call,
    "interval": _loose,
    "listed": _loose,
}
"""The kind of a node -> what it says."""
