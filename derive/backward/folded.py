"""Bars that get no line of their own: written out wherever they are read, and simplified.

    m = mean(x),  r = 1/√(mean((x − m)²) + ε),  x̂ = (x − m) r:     x̄_i = r (x̂̄_i − (1/N) Σ_j x̂̄_j − (1/N) x̂_i Σ_j x̂̄_j x̂_j)

The bars are put in and multiplied out; products that an equation defines are called by its name; terms that the
definitions make 0, as Σ_i (x_i − m) is, are left out; common factors go in front. Every such line is checked like any
other, and so are the lines that are not shown.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from functools import cached_property, partial
from graphlib import CycleError, TopologicalSorter

from derive.backward.contributions import chain_rule, reads_by_tensor
from derive.backward.indicators import written_out
from derive.declare.network import Network
from derive.derivation import Derivation, Line, Step
from derive.errors import DeriveError, Problem
from derive.notation.canonical import key
from derive.notation.common import expanded, has_power, multiplied_out, tidied
from derive.notation.differential import Read
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Entry, Expr, Factor, Power, Tensor, Term, bar, is_parenthesis, of
from derive.notation.fact import Fact
from derive.notation.named import Definitions, named
from derive.notation.product import add, multiply
from derive.notation.rewrite import length, rewrite
from derive.notation.walk import factors, letters_of
from derive.operators.facts import simplified, totals
from derive.vectorise import vectorised

LONGEST = 2_000
"""Symbols beyond which nobody reads a folded line."""


def with_folded(derivation: Derivation, names: Iterable[str]) -> Derivation:
    """The derivation with the bars of those quantities put into the others; raises DeriveError if that has no end."""
    chosen = frozenset(derivation.network.tensors[name] for name in names)
    if not chosen:
        return derivation
    work = _Folding(derivation, chosen)
    hidden = work.hidden([line for line in derivation.backward if line.tensor in work.bars])
    shown = tuple(work.shown(line) for line in derivation.backward if line.tensor not in work.bars)
    return replace(derivation, backward=shown, folded=hidden)


class _Folding:
    """The lines of the bars put in so far, and what the network's equations say."""

    def __init__(self, derivation: Derivation, chosen: frozenset[Tensor]) -> None:
        self.network, self.cost = derivation.network, derivation.cost
        self.bars = {bar(tensor, self.cost) for tensor in chosen}
        self.reached = {line.tensor for line in derivation.backward}
        self.definitions = Definitions(self.network.equations)
        self.totals = totals(self.network.equations)
        self.done: dict[Tensor, Line] = {}
        self.near: dict[Tensor, tuple[int, Equation]] = {}
        self.readers: dict[Tensor, list[tuple[Equation, list[Read]]]] = {}
        for place in range(len(self.network.order)):
            equation = self.network.equations[self.network.order[place]]
            if _is_whole(equation.left) and (equation.left.tensor in chosen or _reads(equation.right, chosen)):
                self.near[equation.left.tensor] = (place, equation)

    def hidden(self, lines: list[Line]) -> tuple[Line, ...]:
        """The folded bars' own lines, each after those that it reads; only their results are kept."""
        for line in _sorted(lines, self.network):
            step = Step("folded", self._put_in(line), self._facts(line))
            self.done[line.tensor] = replace(line, steps=(step,), vector=None, parts=())
        for equation in self.network.equations:
            if bar(equation.left.tensor, self.cost) in self.reached - self.bars:
                through = self._through(equation)
                for tensor, reads in reads_by_tensor(through).items():
                    self.readers.setdefault(bar(tensor, self.cost), []).append((through, reads))
        return tuple(self.done.values())

    def _through(self, equation: Equation) -> Equation:
        """The equation with the folded quantities written out, for its ∂'s through them."""
        while _reads(equation.right, self._opened):
            equation = replace(equation, right=rewrite(equation.right, self._definition))
        return equation

    def _definition(self, factor: Factor) -> Expr | None:
        if not isinstance(factor, Entry) or factor.tensor not in self._opened:
            return None
        _, equation = self.near[factor.tensor]
        return written_out(equation.left, equation.right, factor)

    @cached_property
    def _opened(self) -> frozenset[Tensor]:
        return frozenset(tensor for tensor in self.near if bar(tensor, self.cost) in self.done)

    def shown(self, line: Line) -> Line:
        """The line with the folded bars that it reads put in."""
        if not any(_reads(step.right, self.done) for step in line.steps):
            return line
        chain = (Step("chain", self._chain(line)),) if _is_whole(line.left) else ()
        step = Step("folded", self._put_in(line), self._facts(line))
        return replace(line, steps=(*chain, step), parts=()).with_vector(vectorised)

    def _facts(self, line: Line) -> tuple[Fact, ...]:
        """The facts that a line rests on, and those that the lines put into it do."""
        read = dict.fromkeys(f.tensor for f in factors(line.scalar.right) if isinstance(f, Entry))
        lines = (line, *(self.done[tensor] for tensor in read if tensor in self.done))
        return tuple(dict.fromkeys(fact for one in lines for step in one.steps for fact in step.facts))

    def _put_in(self, line: Line) -> Expr:
        right = line.scalar.right
        return self._simplified(rewrite(right, self._bar)) if _reads(right, self.done) else right

    def _bar(self, factor: Factor) -> Expr | None:
        line = self.done.get(factor.tensor) if isinstance(factor, Entry) else None
        return written_out(line.left, line.steps[-1].right, factor) if line and isinstance(factor, Entry) else None

    def _chain(self, line: Line) -> Expr:
        """Σ over what is not folded of its bar · ∂, the ∂'s going through what is."""
        letters = tuple(slot.letter for slot in line.left.slots if slot.letter)
        ups = [(e, Entry(bar(e.left.tensor, self.cost), e.left.slots), reads) for e, reads in self.readers[line.tensor]]
        return add(*(chain_rule(e, up, reads, letters) for e, up, reads in ups))

    def _simplified(self, expr: Expr) -> Expr:
        """Multiplied out as far as bars go, named, without the terms that are 0, common factors in front."""
        opened = simplified(expanded(expr, _holds_a_bar), self.totals)
        terms = add(*(self._named(Expr((t,))) for t in opened.terms)).terms
        kept = [t for t in terms if not self._is_zero(t)]
        return _in_front(self._gathered(kept))

    def _named(self, expr: Expr) -> Expr:
        return named(expr, self.definitions)

    def _gathered(self, terms: list[Term]) -> Expr:
        """Terms that differ in what stands before their bars put together where that has a name: (x_i − m) r is x̂_i."""
        groups: dict[str, list[Term]] = {}
        for term in terms:
            groups.setdefault(key(_split(term)[1]), []).append(term)
        return add(*(_sums_last(t) for group in groups.values() for t in self._together(group).terms))

    def _together(self, group: list[Term]) -> Expr:
        """Terms with the same bars, as they are or as one product, whichever is shorter."""
        if len(group) == 1:
            return Expr((group[0],))
        before, bars = add(*(_split(t)[0] for t in group)), _split(group[0])[1]
        together = self._named(multiply(tidied(before), bars))
        return min(Expr(tuple(group)), together, key=length)

    def _is_zero(self, term: Term) -> bool:
        """Whether a sum in a term over what holds no bar is 0."""
        for letter in term.bound:
            own = tuple(f for f in term.factors if letter in letters_of(f))
            if not any(map(_has_bar, own)) and self._vanishes(Expr((Term(1, (letter,), own),))):
                return True
        return False

    def _vanishes(self, expr: Expr) -> bool:
        """Whether it is 0 once the equations near the folded quantities are put in and multiplied out."""
        waiting = dict(self.near)
        while length(expr) <= LONGEST:
            met = {f.tensor: waiting[f.tensor] for f in factors(expr) if isinstance(f, Entry) and f.tensor in waiting}
            if not met:
                return not multiplied_out(expr).terms
            tensor, (_, equation) = max(met.items(), key=lambda item: item[1][0])
            del waiting[tensor]
            expr = multiplied_out(rewrite(expr, partial(_at, equation)))
        return False


def _sorted(lines: list[Line], network: Network) -> list[Line]:
    """The lines of the folded bars, each after those that it reads; raises DeriveError where one cannot be put in."""
    own = {line.tensor: line for line in lines}
    for line in lines:
        if line.steps[-1].rule in ("seed", "upstream"):
            raise _refused(line.tensor, "is given from upstream")
        equations = [e for e in network.equations if e.left.tensor.key == line.tensor.name]
        if own[line.tensor] is not line or len(equations) > 1 or not _is_whole(equations[0].left):
            raise _refused(line.tensor, "is given case by case")
    reads = {
        line.tensor: [f.tensor for f in factors(line.scalar.right) if isinstance(f, Entry) and f.tensor in own]
        for line in lines
    }
    try:
        return [own[tensor] for tensor in TopologicalSorter(reads).static_order()]
    except CycleError as error:
        raise _refused(error.args[1][0], "is made of itself, without end") from None


def _refused(tensor: Tensor, why: str) -> DeriveError:
    what = f"the bar of `{tensor.name}` {why}: it cannot be put into others"
    return DeriveError(Problem(None, what, f"leave `{tensor.name}` out of `fold`"))


def _is_whole(entry: Entry) -> bool:
    """Whether an entry is at letters of its own that run over the whole axes."""
    letters = [slot.letter for slot in entry.slots if slot.letter]
    ranges = tuple(letter.range for letter in letters)
    return ranges == entry.tensor.axes and len(set(letters)) == len(letters)


def _in_front(expr: Expr) -> Expr:
    """Common factors in front: of all terms, or of those that have one; the shortest."""
    forms = [tidied(expr)]
    if len(forms[0].terms) > 1:
        for base in dict.fromkeys(f.base if isinstance(f, Power) else of(f) for t in expr.terms for f in t.factors):
            with_it = tuple(term for term in expr.terms if has_power(term, base))
            without = tuple(term for term in expr.terms if not has_power(term, base))
            if len(with_it) > 1 and without:
                forms.append(add(tidied(Expr(with_it)), tidied(Expr(without))))
    return min(forms, key=length)


def _split(term: Term) -> tuple[Expr, Expr]:
    """What stands before a term's bars and sums, with the coefficient, and these."""
    later = [f for f in term.factors if _has_bar(f) or any(x in term.bound for x in letters_of(f))]
    before = tuple(f for f in term.factors if f not in later)
    return Expr((Term(term.coefficient, (), before),)), Expr((Term(1, term.bound, tuple(later)),))


def _sums_last(term: Term) -> Expr:
    """x̂_i Σ_j x̂̄_j x̂_j, what does not take part in the sums before them."""
    inside = [any(x in term.bound for x in letters_of(f)) for f in term.factors]
    ordered = sorted(zip(inside, term.factors, strict=True), key=lambda pair: pair[0])
    return Expr((Term(term.coefficient, term.bound, tuple(f for _, f in ordered)),))


def _at(equation: Equation, factor: Factor) -> Expr | None:
    """What the equation says of an entry; functions, roots and denominators stay as they are."""
    if isinstance(factor, Apply) or (isinstance(factor, Power) and not _is_polynomial(factor)):
        return of(factor)
    if not isinstance(factor, Entry) or factor.tensor != equation.left.tensor:
        return None
    return written_out(equation.left, equation.right, factor)


def _is_polynomial(power: Power) -> bool:
    return isinstance(power.exponent, int) and power.exponent > 0


def _reads(expr: Expr, tensors: Container[Tensor]) -> bool:
    return any(isinstance(f, Entry) and f.tensor in tensors for f in factors(expr))


def _holds_a_bar(factor: Factor) -> bool:
    return is_parenthesis(factor) and _has_bar(factor)


def _has_bar(factor: Factor) -> bool:
    return any(isinstance(f, Entry) and f.tensor.is_bar for f in factors(of(factor)))
