"""The letters of a network: which letter runs over which range, and what every letter of every equation is called.

Each binder gets a letter object of its own here, which is the invariant of `expression.apart`. The user's letters keep
their names; the others take the letter of their range, or else the next one that is free around them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from derive.notation.equation import Equation
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Lambda, Power, Tensor, Term
from derive.notation.index import Index, Range, Slot
from derive.notation.walk import substitute_factor

POOL = "ijklmnpqrsuvabcdfgh"
"""Letters for those that nobody named, in the order in which people take them; t is left for time."""


@dataclass(slots=True)
class Letters:
    """letter -> range, and the letters that are free for more."""

    named: dict[str, Range]
    free: tuple[str, ...]
    of_range: dict[Range, list[str]] = field(default_factory=dict)

    def pick(self, wanted: str, axis: Range, taken: frozenset[str]) -> str:
        """A name for a letter over an axis that none of the letters around it has."""
        if wanted and wanted not in taken:
            return wanted
        for name in self.of_range.get(axis, ()):
            if name not in taken:
                return name
        return self._next(taken)

    def _next(self, taken: frozenset[str]) -> str:
        for name in self.free:
            if name not in taken and name not in self.named:
                return name
        for name in self.free:
            if name not in taken:
                return name
        first = self.free[0] if self.free else "i"
        return next(f"{first}{n}" for n in range(1, len(taken) + 2) if f"{first}{n}" not in taken)


def letters(declared: Mapping[str, Range], sizes: Iterable[str], tensors: Iterable[Tensor], used: set[str]) -> Letters:
    """The user's letters, then one for each further range; none of these where there are more ranges than letters."""
    ranges = dict.fromkeys(axis for tensor in tensors for axis in tensor.axes)
    of_sizes = [axis for name in sizes if (axis := Range.to(name)) in ranges]
    waiting = [axis for axis in dict.fromkeys([*of_sizes, *ranges]) if axis not in declared.values()]
    free = tuple(name for name in POOL if name not in used and name not in declared)
    named = dict(declared)
    if len(waiting) <= len(free):
        named.update(zip(free, waiting, strict=False))
    found = Letters(named, free)
    for name, axis in named.items():
        found.of_range.setdefault(axis, []).append(name)
    return found


def named(equation: Equation, letters_: Letters) -> Equation:
    """The equation with every letter named, and objects of its own for all that it binds."""
    mapping: dict[Index, Slot] = {}
    taken: frozenset[str] = frozenset()
    for old in equation.letters:
        taken = _bind(old, mapping, taken, letters_)
    left = Entry(equation.left.tensor, tuple(slot.substitute(mapping) for slot in equation.left.slots))
    return Equation(left, _expr(equation.right, mapping, taken, letters_), equation.place)


def _bind(old: Index, mapping: dict[Index, Slot], taken: frozenset[str], letters_: Letters) -> frozenset[str]:
    """A named letter in place of `old`; the names that are taken inside."""
    name = letters_.pick(old.name, old.range, taken)
    mapping[old] = Index(name, old.range).slot
    return taken | {name}


def _expr(expr: Expr, mapping: Mapping[Index, Slot], taken: frozenset[str], letters_: Letters) -> Expr:
    return Expr(tuple(_term(term, mapping, taken, letters_) for term in expr.terms))


def _term(term: Term, outer: Mapping[Index, Slot], taken: frozenset[str], letters_: Letters) -> Term:
    mapping = dict(outer)
    for old in term.bound:
        taken = _bind(old, mapping, taken, letters_)
    bound = tuple(letter for old in term.bound if (letter := mapping[old].letter) is not None)
    return Term(term.coefficient, bound, tuple(_factor(f, mapping, taken, letters_) for f in term.factors))


def _factor(factor: Factor, mapping: Mapping[Index, Slot], taken: frozenset[str], letters_: Letters) -> Factor:
    def inside(part: Expr) -> Expr:
        return _expr(part, mapping, taken, letters_)

    if isinstance(factor, Power):
        exponent = factor.exponent
        return Power(inside(factor.base), inside(exponent) if isinstance(exponent, Expr) else exponent)
    if isinstance(factor, Apply):
        args = tuple(_argument(a, mapping, taken, letters_) for a in factor.args)
        return Apply(factor.function, args, tuple(slot.substitute(mapping) for slot in factor.slots))
    if isinstance(factor, Bracket) and isinstance(factor.left, Expr) and isinstance(factor.right, Expr):
        return Bracket(factor.relation, inside(factor.left), inside(factor.right))
    return substitute_factor(factor, mapping)


def _argument(argument: Lambda, outer: Mapping[Index, Slot], taken: frozenset[str], letters_: Letters) -> Lambda:
    mapping = dict(outer)
    for old in argument.letters:
        taken = _bind(old, mapping, taken, letters_)
    own = tuple(letter for old in argument.letters if (letter := mapping[old].letter) is not None)
    return Lambda(own, _expr(argument.body, mapping, taken, letters_))
