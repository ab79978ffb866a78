"""Products and powers that an equation defines, called by its name.

    x̂_i = (x_i − m) r:     r³ (x_i − m) (x_j − m)  is  r x̂_i x̂_j
    r = 1/√(v + ε):        1/√(v + ε)³  is  r³,  1/(v + ε)  is  r²

An exact match up to letters, factor by factor: nothing is multiplied out and nothing is decided by numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as choices

from derive.notation.bounds import surely_inside
from derive.notation.canonical import key
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Entry, Expr, Factor, Lambda, Number, Power, Tensor, Term, of, whole
from derive.notation.index import Index, Slot
from derive.notation.product import add, negative, power, product
from derive.notation.rewrite import length
from derive.notation.walk import factors, free_letters, letters_of, substitute, substitute_factor

Letters = dict[Index, Slot]


@dataclass(frozen=True, slots=True)
class Powered:
    """base to the exponent; √x is x to ½, and `root` says that it was written so."""

    base: Expr
    exponent: Number
    root: bool = False

    def without(self, exponent: Number, root: bool) -> Expr:
        """What is left when so high a power of the base, written as a root or not, is taken out."""
        left = whole(self.exponent - Fraction(exponent))
        if self.root or root:
            return power(of(Apply("sqrt", (Lambda((), self.base),))), whole(2 * Fraction(left)))
        return power(self.base, left)


@dataclass(frozen=True, slots=True)
class Definition:
    """left = coefficient · Σ_bound Π base^exponent."""

    left: Entry
    term: Term
    parts: tuple[Powered, ...]

    @property
    def letters(self) -> tuple[Index, ...]:
        return tuple(letter for slot in self.left.slots for letter in slot.letters())


class Definitions:
    """The equations whose right side is one product of more than one symbol, at a letter of its own for each slot."""

    def __init__(self, equations: Iterable[Equation]) -> None:
        self.reading: dict[Tensor, list[Definition]] = {}
        for equation in equations:
            first = next((f.tensor for f in factors(equation.right) if isinstance(f, Entry)), None)
            if first is not None and _is_plain(equation):
                term = equation.right.terms[0]
                found = Definition(equation.left, term, tuple(map(_powered, term.factors)))
                self.reading.setdefault(first, []).append(found)

    def about(self, term: Term) -> list[Definition]:
        """Those that a term may be made of."""
        tensors = dict.fromkeys(f.tensor for f in factors(Expr((term,))) if isinstance(f, Entry))
        return [definition for tensor in tensors for definition in self.reading.get(tensor, ())]


def powers_named(expr: Expr, equation: Equation) -> Expr:
    """The expression with the output named, where the equation is one power: r = 1/√(v + ε) has the slope −½ r³."""
    return named(expr, Definitions([equation])) if isinstance(equation.right.factor, Power) else expr


def _is_plain(equation: Equation) -> bool:
    if len(equation.right.terms) != 1 or length(equation.right) < 2:
        return False
    own = equation.letters
    return len(own) == len(equation.left.slots) and all(slot.letter in own for slot in equation.left.slots)


def named(expr: Expr, known: Definitions) -> Expr:
    """The expression with such products called by their names, outer ones first, where that is shorter."""
    return add(*(_named_term(term, known) for term in expr.terms))


def _named_term(term: Term, known: Definitions) -> Expr:
    found = _once(term, known)
    if found is not None:
        return named(found, known)
    inner = product(term.coefficient, term.bound, tuple(Power(_inside(f, known)) for f in term.factors))
    if key(inner) == key(Expr((term,))):
        return Expr((term,))
    return named(inner, known)


def _inside(factor: Factor, known: Definitions) -> Expr:
    """A factor with what stands inside it named."""
    if isinstance(factor, Power):
        return power(named(factor.base, known), factor.exponent)
    if isinstance(factor, Apply):
        arguments = tuple(Lambda(a.letters, named(a.body, known)) for a in factor.args)
        return of(Apply(factor.function, arguments, factor.slots, factor.partials))
    return of(factor)


def _once(term: Term, known: Definitions) -> Expr | None:
    """The term with one product in it named, if that makes it shorter."""
    for definition in known.about(term):
        for found in _matches(definition, term):
            if _measure(found) < _measure(Expr((term,))):
                return found
    return None


def _measure(expr: Expr) -> tuple[int, Number]:
    """How long an expression is, and of two that are as long, how high its powers are: x̂ r² is better than x r³."""
    powers = [f.exponent for f in factors(expr) if isinstance(f, Power) and not isinstance(f.exponent, Expr)]
    return length(expr), sum(max(e, -e) for e in powers)


def _powered(factor: Factor) -> Powered:
    if isinstance(factor, Apply) and factor.function == "sqrt" and not factor.partials:
        return Powered(factor.args[0].body, Fraction(1, 2), True)
    if isinstance(factor, Power) and not isinstance(factor.exponent, Expr):
        inner = factor.base.factor
        if inner is None or (isinstance(inner, Power) and inner.exponent == 1):
            return Powered(factor.base, factor.exponent)
        under = _powered(inner)
        return Powered(under.base, whole(Fraction(under.exponent) * factor.exponent), under.root)
    return Powered(of(factor), 1)


@dataclass(frozen=True, slots=True)
class _Match:
    """Factors of a term used up. left: what is left of those; times: how often the definition is in the term."""

    letters: Letters
    left: dict[int, Expr]
    sign: int = 1
    times: int = 1


def _matches(definition: Definition, term: Term) -> Iterator[Expr]:
    parts = [_powered(f) for f in term.factors]
    for match in _used(definition, parts, _Match({}, {}), 0):
        found = _replaced(definition, term, match)
        if found is not None:
            yield found


def _used(definition: Definition, parts: list[Powered], match: _Match, place: int) -> Iterator[_Match]:
    """All ways in which the definition's factors from `place` on are among the term's."""
    if place == len(definition.parts):
        yield match
        return
    wanted = definition.parts[place]
    for n, part in enumerate(parts):
        times = _times(definition, wanted, part)
        taken = whole(times * Fraction(wanted.exponent))
        for letters, turned in _unified(wanted.base, part.base, definition, match.letters) if times else ():
            if n not in match.left and not (turned and Fraction(taken).denominator != 1):
                rest = part.without(taken, wanted.root)
                sign = -match.sign if turned and taken % 2 else match.sign
                yield from _used(definition, parts, _Match(letters, {**match.left, n: rest}, sign, times), place + 1)


def _times(definition: Definition, wanted: Powered, part: Powered) -> int:
    """How often the wanted power is in the other: once, or, of a definition that is one power, as often as it goes."""
    ratio = Fraction(part.exponent) / Fraction(wanted.exponent)
    if len(definition.parts) == 1 and not definition.term.bound:
        return int(ratio) if ratio.denominator == 1 else 0
    return int(ratio >= 1)


def _unified(pattern: Expr, expr: Expr, definition: Definition, known: Letters) -> Iterator[tuple[Letters, bool]]:
    """What the definition's letters stand for where the pattern is the expression, or (True) minus it."""
    own = (*definition.letters, *definition.term.bound)
    letters = [x for x in free_letters(pattern) if x in own and x not in known]
    wanted = {key(expr): False}
    if len(expr.terms) > 1:
        wanted[key(negative(expr))] = True
    for slots in choices(*(_candidates(x, pattern, expr) for x in letters)):
        found: Letters = {**known, **dict(zip(letters, slots, strict=True))}
        turned = wanted.get(key(substitute(pattern, found)))
        if turned is not None:
            yield found, turned


def _candidates(letter: Index, pattern: Expr, expr: Expr) -> list[Slot]:
    """The positions that entries of the expression have where the pattern's entry of that tensor has the letter; and
    functions, softmax(𝐱)_k, likewise."""
    for own in factors(pattern):
        for place, slot in enumerate(own.slots if isinstance(own, Entry | Apply) else ()):
            if slot.letter is letter:
                met = (f.slots[place] for f in factors(expr) if isinstance(f, Entry | Apply) and _is_alike(f, own))
                return [at for at in dict.fromkeys(met) if surely_inside(at, letter.range)]
    return []


def _is_alike(one: Factor, other: Factor) -> bool:
    """Whether both are entries of one tensor, or calls of one function."""
    if isinstance(one, Entry) and isinstance(other, Entry):
        return one.tensor == other.tensor
    if isinstance(one, Apply) and isinstance(other, Apply):
        return (one.function, len(one.slots)) == (other.function, len(other.slots))
    return False


def _replaced(definition: Definition, term: Term, match: _Match) -> Expr | None:
    """The term with the name in it, if all letters of the definition are settled and its sums are sums of the term."""
    if not all(letter in match.letters for letter in definition.letters):
        return None
    summed = [match.letters[x].letter for x in definition.term.bound]
    left = substitute_factor(definition.left, match.letters)
    first, rest = min(match.left), []
    for n, factor in enumerate(term.factors):
        named_here = (Power(of(left), match.times),) if n == first else ()
        rest += [*named_here, Power(match.left[n]) if n in match.left else factor]
    still = {letter for factor in rest for letter in letters_of(factor)}
    ranges = [x.range for x in definition.term.bound]
    if any(x not in term.bound or x in still for x in summed) or len(set(summed)) < len(summed):
        return None
    if any(x is None or x.range != axis for x, axis in zip(summed, ranges, strict=True)):
        return None
    coefficient = Fraction(term.coefficient) * match.sign / Fraction(definition.term.coefficient) ** match.times
    return product(coefficient, tuple(x for x in term.bound if x not in summed), tuple(rest))
