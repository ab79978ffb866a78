"""Index form as Python: sums as `sum(… for i in range(…))`, reads outside an axis as 0, einsum where it says all.

Positions count from 1 in the mathematics and from 0 in Python: x[i − 1].
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from derive.notation.bounds import surely_nonnegative
from derive.notation.constants import KNOWN
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Lambda, Power, Term
from derive.notation.index import Index, Range, Slot
from derive.notation.sizes import Defined, Quotient
from derive.notation.walk import free_letters, parts
from derive.operators import TABLE
from derive.render.numpy_code import Code, added, binary, call, indexed, magnitude, number, quotient
from derive.render.numpy_factors import FACTORED
from derive.render.numpy_names import Identifiers

COMPARE = {"=": "==", "!=": "!=", "<": "<", "<=": "<="}

Function = Callable[[Apply], str]


@dataclass(frozen=True)
class Ahead:
    """What is worked out before the loops of a statement, as it reads none of their letters: code -> its variable."""

    coder: Coder
    made: dict[str, str] = field(default_factory=dict)

    def statements(self) -> list[str]:
        return [f"{name} = {code}" for code, name in self.made.items()]

    def name(self, code: str, function: str) -> str:
        if code not in self.made:
            self.made[code] = self.coder.names.ahead(code, function)
        return self.made[code]


@dataclass(frozen=True)
class Coder:
    """What writing code needs: names, how a function is called, and the letters in scope.

    entrywise: the letters stand for no loop, a tensor's name for all of its entries; conditions become np.where.
    ahead: where factors of a matrix are worked out that are the same in all loops; else each entry has its own.
    """

    names: Identifiers
    function: Function
    helpers: dict[str, None]
    scope: Mapping[Index, str] = field(default_factory=dict)
    entrywise: bool = False
    ahead: Ahead | None = None

    def entering(self, *letters: Index) -> Coder:
        scope = dict(self.scope)
        for letter in letters:
            scope[letter] = self.names.letter(letter, scope)
        return replace(self, scope=scope)

    def slot(self, slot: Slot) -> Code:
        """A position or a size as an integer."""
        parts = []
        for monomial, coefficient in slot.parts:
            atoms = [self._atom(atom) for atom in monomial]
            front = [number(abs(coefficient))] if abs(coefficient) != 1 else []
            parts.append((coefficient < 0, binary("*", *front, *atoms)))
        if slot.constant or not parts:
            parts.append((slot.constant < 0, number(abs(slot.constant))))
        return added(sorted(parts, key=lambda part: part[0]))

    def _atom(self, atom: object) -> Code:
        if isinstance(atom, Index):
            return Code(self.scope[atom])
        if isinstance(atom, Entry):
            return call("int", self.entry(atom))
        return self.size(atom)

    def size(self, size: object) -> Code:
        """N; (N - K) // S for a quotient; what a name stands for."""
        if isinstance(size, Quotient):
            return binary("//", self.slot(size.numerator), self.slot(size.denominator))
        return self.slot(size.formula) if isinstance(size, Defined) else Code(self.names.size(str(size)))

    def entry(self, entry: Entry) -> Code:
        """x[i - 1]; where a position may leave its axis at(x, i), which is 0 there."""
        name = self.names.tensor(entry.tensor)
        if entry.tensor.name in KNOWN and not entry.tensor.cost:
            self.helpers[f"constant {entry.tensor.name}"] = None
        if self.entrywise or not entry.slots:
            return Code(name)
        pairs = list(zip(entry.slots, entry.tensor.axes, strict=True))
        places = [self.slot(slot - axis.lo) for slot, axis in pairs]
        if all(surely_nonnegative(s - a.lo) and surely_nonnegative(a.hi - s) for s, a in pairs):
            return indexed(name, places)
        self.helpers["at"] = None
        return call("at", name, *places)

    def range(self, limits: Range) -> Code:
        return call("range", self.slot(limits.lo), self.slot(limits.hi + 1))

    def expression(self, expr: Expr) -> Code:
        if not expr.terms:
            return Code("0.0")
        return added([(t.coefficient < 0, self.term(t)) for t in expr.terms])

    def term(self, term: Term) -> Code:
        """|coefficient| · Σ …; brackets become conditions."""
        inner = self.entering(*term.bound) if term.bound else self
        conditions = [inner.bracket(f) for f in term.factors if isinstance(f, Bracket)]
        body = inner.product([f for f in term.factors if not isinstance(f, Bracket)])
        size = magnitude(term.coefficient)
        front = [size] if size else []
        if not term.bound:
            plain = not front or body.text == "1"
            whole = (front or [body])[0] if plain else binary("*", *front, body)
            return inner.where(conditions, whole)
        loops = " ".join(f"for {inner.scope[x]} in {inner.range(x.range).text}" for x in outer_first(term.bound))
        filters = f" if {' and '.join(c.text for c in conditions)}" if conditions else ""
        return binary("*", *front, Code(f"sum({body.text} {loops}{filters})"))

    def where(self, conditions: list[Code], body: Code) -> Code:
        """The body where all conditions hold, else 0."""
        if not conditions:
            return body
        if self.entrywise:
            held = " & ".join(f"({c.text})" for c in conditions) if len(conditions) > 1 else conditions[0].text
            return call("np.where", held, "1.0" if body.text == "1" else body, "0.0")
        return Code(f"({body.text} if {' and '.join(c.text for c in conditions)} else 0.0)")

    def product(self, factors: list[Factor]) -> Code:
        above = [self.factor(f) for f in factors if not _is_below(f)]
        below = [self.factor(Power(f.base, -f.exponent)) for f in factors if isinstance(f, Power) and _is_below(f)
                 and not isinstance(f.exponent, Expr)]  # fmt: skip
        top = binary("*", *above) if above else Code("1")
        if not below:
            return top
        return quotient(top, binary("*", *below))

    def factor(self, factor: Factor) -> Code:
        if isinstance(factor, Entry):
            return self.entry(factor)
        if isinstance(factor, Slot):
            return self.slot(factor)
        if isinstance(factor, Power):
            return self.power(factor)
        if isinstance(factor, Bracket):
            return self.where([self.bracket(factor)], Code("1.0"))
        assert isinstance(factor, Apply), "a chain-rule line is no code"
        return self.apply(factor)

    def power(self, factor: Power) -> Code:
        base = self.expression(factor.base)
        if isinstance(factor.exponent, Expr):
            return _raised(base, self.expression(factor.exponent))
        if factor.exponent == Fraction(1, 2):
            return call("np.sqrt", base)
        return base if factor.exponent == 1 else _raised(base, number(factor.exponent))

    def bracket(self, factor: Bracket) -> Code:
        sides = [self.slot(s) if isinstance(s, Slot) else self.expression(s) for s in (factor.left, factor.right)]
        return Code(f" {COMPARE[factor.relation]} ".join(s.inside("compare", right=True) for s in sides), "compare")

    def apply(self, apply: Apply) -> Code:
        """sigma(z[j - 1]); a family's position is its first argument; softmax(…)[k - 1]."""
        name = self.function(apply)
        before = self._before(apply)
        if before is not None:
            return before
        arguments = [self.argument(a) for a in apply.args]
        if self.names.network.functions.get(apply.function) is None and is_of_entries(apply):
            return self._of_all(name, apply, arguments)
        if self.names.network.functions.get(apply.function) == "family":
            return call(name, *(self.slot(s) for s in apply.slots), *arguments)
        row = TABLE.get(apply.function)
        exponent = [self.slot(apply.slots[-1])] if row is not None and row.exponent else []
        called = call(name, *arguments, *exponent)
        letters = apply.args[0].letters if apply.args else ()
        at = [*zip(letters, apply.slots, strict=False), *self._partials(apply)]
        return indexed(called.text, [self.slot(s - x.range.lo) for x, s in at]) if at else called

    def _before(self, apply: Apply) -> Code | None:
        """An entry of a matrix's factor that is worked out before the loops; None where it changes in them."""
        ahead = self.ahead
        if ahead is None or apply.function not in FACTORED or not apply.slots:
            return None
        if any(ahead.coder.scope.get(x) != self.scope[x] for a in apply.args for x in _needed(a)):
            return None
        name = self.function(apply)
        outer = replace(ahead.coder, ahead=ahead)
        code = call(name, *(outer.argument(a) for a in apply.args)).text
        letters = zip(apply.args[0].letters, apply.slots, strict=False)
        return indexed(ahead.name(code, name), [self.slot(s - x.range.lo) for x, s in letters])

    def _of_all(self, name: str, apply: Apply, arguments: list[Code]) -> Code:
        """A function of the table of several axes at once: of all entries in one row."""
        called = call(name, *(call("np.ravel", a) for a in arguments))
        at = [*(zip(apply.args[0].letters, apply.slots, strict=True) if apply.slots else ()), *self._partials(apply)]
        if not at:
            return called
        shaped = f"{called.text}.reshape(np.shape({arguments[0].text}))"
        return indexed(shaped, [self.slot(s - x.range.lo) for x, s in at])

    def _partials(self, apply: Apply) -> list[tuple[Index, Slot]]:
        return [pair for n, slots in apply.partials for pair in zip(apply.args[n].letters, slots, strict=True)]

    def argument(self, given: Lambda) -> Code:
        """A number, or an array for an argument of a whole axis."""
        if not given.letters:
            return self.expression(given.body)
        entry = given.body.factor
        if isinstance(entry, Entry) and _is_whole(entry, given):
            return Code(self.names.tensor(entry.tensor))
        inner = self.entering(*given.letters)
        text = inner.expression(given.body).text
        for letter in reversed(given.letters):
            text = f"[{text} for {inner.scope[letter]} in {inner.range(letter.range).text}]"
        return Code(f"np.array({text})")


def _needed(given: Lambda) -> Iterator[Index]:
    """The letters that an argument reads, in ranges too."""
    yield from (x for x in free_letters(given.body) if x not in given.letters)
    waiting, own = [given.body], {*given.letters}
    while waiting:
        for term in waiting.pop().terms:
            own.update(term.bound)
            waiting.extend(inner for factor in term.factors for inner in parts(factor))
    yield from (x for letter in own for x in _reads(letter.range) if x not in own)


def is_of_entries(apply: Apply) -> bool:
    """Whether a function is of several axes as one, max over i and j; a function of a matrix is not."""
    row = TABLE.get(apply.function)
    return any(len(a.letters) > 1 for a in apply.args) and (row is None or row.axes < 2)


def _is_whole(entry: Entry, given: Lambda) -> bool:
    pairs = zip(entry.slots, entry.tensor.axes, strict=True)
    return tuple(s.letter for s in entry.slots) == given.letters and all(
        slot.letter is not None and slot.letter.range == axis for slot, axis in pairs
    )


def _raised(base: Code, exponent: Code) -> Code:
    return Code(f"{base.inside('**', right=True)} ** {exponent.inside('**', right=True)}", "**")


def _is_below(factor: Factor) -> bool:
    return isinstance(factor, Power) and not isinstance(factor.exponent, Expr) and factor.exponent < 0


def outer_first(bound: tuple[Index, ...]) -> list[Index]:
    """Letters such that a range reads only letters before it."""
    waiting, out = list(bound), []
    while waiting:
        ready = next((x for x in waiting if not any(y in waiting for y in _reads(x.range))), waiting[0])
        waiting.remove(ready)
        out.append(ready)
    return out


def _reads(limits: Range) -> list[Index]:
    return [*limits.lo.letters(), *limits.hi.letters()]
