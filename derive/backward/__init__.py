"""The backward pass: from the cost on, the bar of a quantity as soon as all that read it are done.

Each bar is the sum of its equations' contributions (see `contributions`), in the order in which the file lists the
equations. Bars of the cost that are plain numbers are put in, and so is a bar above where that leaves less to write.
Bars whose equations are equal up to names are worked out once, and renamed when somebody looks at them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial

from derive.backward.contributions import Contribution, Reads, contribution, contributions, reads_by_tensor
from derive.backward.indicators import Indicators, written_out
from derive.declare.network import Network
from derive.derivation import Line, Lines, Step
from derive.forward import Letters
from derive.graph import Graph, Written
from derive.notation.common import expanded, tidied, ties_read
from derive.notation.equation import Equation
from derive.notation.expression import (
    ONE,
    ZERO,
    Apply,
    Bracket,
    Entry,
    Expr,
    Factor,
    Tensor,
    bar,
    is_inverse,
    of,
    upstream,
)
from derive.notation.index import Index
from derive.notation.named import Definitions, named
from derive.notation.pattern import Joined
from derive.notation.product import add
from derive.notation.renaming import Renaming
from derive.notation.rewrite import length, rewrite
from derive.notation.walk import factors, substitute
from derive.operators import TABLE
from derive.operators.facts import simplified, totals
from derive.operators.matrices import is_solved
from derive.vectorise import named_parts, vectorised

__all__ = ["backward", "contributions", "outputs"]


def outputs(network: Network) -> tuple[Tensor, ...]:
    """The tensors whose bars start the pass: the cost, or, where none is named, all that no equation reads."""
    return Graph(network).outputs(network.cost)


def backward(network: Network, graph: Graph, wanted: Iterable[str], cost: str, keep_cost_bars: bool = False) -> Lines:
    """The lines of all bars between the outputs and the wanted quantities, in the order of derivation."""
    start = graph.outputs(network.cost)
    work = _Pass(network, graph, start, cost, keep_cost_bars)
    order = graph.order(start, tuple(network.tensors[name] for name in wanted))
    return Lines(tuple(maker for t in order for maker in work.add(t)))


@dataclass(frozen=True, slots=True)
class _Template:
    """A bar's line that serves every bar whose equations are equal to its own up to names."""

    names: Joined
    lines: tuple[Line, ...]
    sparse: bool

    def renamed(self, n: int, names: Joined, letters: tuple[Index, ...]) -> Line:
        """The n-th line in other names, its own position in the given letters."""
        line, renaming = self.lines[n], Renaming(self.names, names)
        for slot, own in zip(line.left.slots, letters, strict=True):
            if slot.letter is not None:
                runs = renaming.range(slot.letter.range)
                renaming.letters[slot.letter] = own if runs == own.range else Index(own.name, runs)
        steps = tuple(Step(s.rule, renaming.expr(s.right)) for s in line.steps)
        vector = renaming.matrix_equation(line.vector) if line.vector else None
        parts = tuple(renaming.matrix_equation(part) for part in line.parts)
        return Line(renaming.entry(line.left), steps, vector, line.place, line.note, parts)


class _Pass:
    """The bars found so far, and what the next one is made of."""

    def __init__(self, network: Network, graph: Graph, start: tuple[Tensor, ...], cost: str, keep: bool) -> None:
        self.graph, self.start, self.cost, self.keep = graph, start, cost, keep
        self.ends = network.boundary == "cases"
        self.seed = network.cost is not None
        self.letters = Letters(network)
        self.taken = frozenset([*network.letters, *(x for name in network.tensors for x in (name, _letter_of(name)))])
        self.indicators = Indicators.among(network.equations)
        self.equations = network.equations
        self.totals = totals(network.equations)
        self.naming: dict[Tensor, list[Written]] = {}
        for written in graph.written:
            if _is_call(written.equation) and written.read:
                self.naming.setdefault(written.read[0], []).append(written)
        self.implicit = {network.tensors[name]: c.tensor for name, c in network.implicit.items()}
        self.known: dict[Tensor, Expr] = {}
        self.sparse: dict[Tensor, Written] = {}
        self.reads: dict[int, Reads] = {}
        self.solved: list[Equation] = []
        stops = any(w.pattern.held for w in graph.written)
        self.unrelated = "sends no error signal to" if stops else "does not depend on"
        self.templates: dict[tuple[str, ...], _Template] = {}

    def add(self, tensor: Tensor) -> list[Callable[[], Line]]:
        """The lines of one bar, made when they are asked for."""
        readers = [w for w in self.graph.readers.get(tensor, ()) if w.equation.left.tensor in self.graph.reached]
        above = [upstream(w.equation.left.tensor, self.cost) for w in readers]
        opened = [self.sparse[b] for b in dict.fromkeys(above) if b in self.sparse]
        # bars that are numbers differ from layer to layer, and so do brackets' names and what adds up to 1
        around = self.graph.around
        if around and any(t in around for t in (tensor, *(w.equation.left.tensor for w in readers))):
            return self._implicit(tensor, readers)
        special = any(b in self.known for b in above) or (opened and (self.indicators.equations or self.totals))
        of_names = self.graph.known is not None  # facts are of names
        if special or of_names or tensor in self.start or not readers:
            return self._found(self._lines(tensor, readers))
        if any(is_solved(w.equation.right) for w in readers):
            return self._solving(tensor, readers)
        return self._by_template(tensor, readers, [*opened, *self._callers(readers, opened)])

    def _implicit(self, tensor: Tensor, readers: list[Written]) -> list[Callable[[], Line]]:
        """The lines of what is solved together with a condition, or read by it: of y that of ȳ, then that of λ."""
        if not tensor.multiplier:
            return self._found(self._lines(tensor, readers))
        from derive.backward.implicit import adjoint

        outside = [w for w in self.graph.outside(tensor) if w in readers]
        own = self._lines(tensor, outside) if outside or tensor in self.start else ()
        letters = self.letters.of(tensor)
        left = Entry(upstream(tensor, self.cost), tuple(x.slot for x in letters))
        met = [c for w in readers if w not in outside for c in self._contributions(w.equation, tensor)]
        direct = [of(Entry(bar(tensor, self.cost), left.slots))] if own else []
        chain = self._of_residuals(add(*direct, *(_at(c.chain, c, letters) for c in met)))
        right = add(*map(self._put_in, direct), *(self._put_in(_at(c.right, c, letters)) for c in met))
        line = Line(left, (Step("chain", chain), Step("substituted", right)))
        solved = adjoint(line, tensor, self.graph, self.cost, self.implicit[tensor])
        return [*self._found(own), partial(_itself, self.in_vectors(solved))]

    def _callers(self, readers: list[Written], opened: list[Written]) -> list[Written]:
        """The other equations y = f(x) whose x these read: they may name what the slopes of these hold."""
        above = [*readers, *opened]
        found = [w for a in above for tensor in a.read for w in self.naming.get(tensor, ())]
        return [w for n, w in enumerate(found) if not any(w is other for other in (*above, *found[:n]))]

    def _found(self, lines: tuple[Line, ...]) -> list[Callable[[], Line]]:
        if len(lines) == 1:
            self._remember(lines[0])
        return [partial(_itself, line) for line in lines]

    def _solving(self, tensor: Tensor, readers: list[Written]) -> list[Callable[[], Line]]:
        """The bar of what x = A⁻¹ b reads: b̄ = A⁻ᵀ x̄ is a name in that of A."""
        lines = self._lines(tensor, readers)
        self.solved += [line.scalar for line in lines if is_solved(line.scalar.right)]
        return self._found(lines)

    def _by_template(self, tensor: Tensor, readers: list[Written], opened: list[Written]) -> list[Callable[[], Line]]:
        """The lines that equal readers gave before, below equal bars, in the names of these."""
        names = Joined.of([w.pattern for w in (*readers, *opened)])
        key = (*names.key, str(names.tensors.index(tensor)))
        template = self.templates.get(key)
        if template is None:
            lines = self._lines(tensor, readers)
            self.templates[key] = _Template(names, lines, any(map(_is_sparse, lines)))
            return self._found(lines)
        return self._renamed(template, names, tensor)

    def _renamed(self, template: _Template, names: Joined, tensor: Tensor) -> list[Callable[[], Line]]:
        count = range(len(template.lines))
        if template.sparse or not tensor.axes:
            return self._found(tuple(template.renamed(n, names, self.letters.of(tensor)) for n in count))
        return [lambda n=n: template.renamed(n, names, self.letters.of(tensor)) for n in count]  # type: ignore[misc]

    def _lines(self, tensor: Tensor, readers: list[Written]) -> tuple[Line, ...]:
        """The bar's line, or one for each piece of its labels' ranges."""
        line = self._line(tensor, readers)
        if not tensor.labels:
            return (self.in_vectors(line),)
        from derive.backward.cases import cases

        return tuple(self.in_vectors(one) for one in cases(line, self.ends))

    def in_vectors(self, line: Line) -> Line:
        """The line with its vector form, and that with names for parts of it."""
        if self.graph.known is not None and line.steps[-1].rule != "solved":
            from derive.vectorise.known import with_facts

            found = with_facts(line.with_vector(vectorised), self.graph.known, self.taken)
            if found.steps[-1].rule == "facts":
                return found
        return named_parts(line.with_vector(vectorised), self.taken)

    def _line(self, tensor: Tensor, readers: list[Written]) -> Line:
        letters = self.letters.of(tensor)
        left = Entry(bar(tensor, self.cost), tuple(x.slot for x in letters))
        met = [c for w in readers for c in self._contributions(w.equation, tensor)]
        if tensor in self.start:
            return Line(left, (Step("seed", ONE) if self.seed else Step("upstream", of(left)),))
        if not met:
            said = "has slope 0 everywhere in" if readers else self.unrelated
            return Line(left, (Step("unreached", ZERO),), note=f"{self.cost} {said} {tensor.name}")
        return Line(left, self._steps(letters, met))

    def _contributions(self, equation: Equation, tensor: Tensor) -> list[Contribution]:
        """What an equation adds to one bar; its differential is worked out once for all that it reads."""
        reads = self.reads.get(id(equation))
        if reads is None:
            reads = self.reads[id(equation)] = reads_by_tensor(equation)
        return [contribution(equation, tensor, reads[tensor], self.cost)] if tensor in reads else []

    def _steps(self, letters: tuple[Index, ...], met: list[Contribution]) -> tuple[Step, ...]:
        """Chain rule, worked out, with the bars above put in where that is shorter."""
        chain = self._of_residuals(add(*(_at(c.chain, c, letters) for c in met)))
        plain = self._called(add(*(self._put_in(_at(c.right, c, letters)) for c in met)))
        steps = (Step("chain", chain), Step("substituted", tidied(plain) if len(met) == 1 else plain))
        shorter = self._bars_put_in(plain)
        if shorter is not None and self._length(shorter, letters) <= self._length(steps[-1].right, letters):
            return (*steps, Step("bars", shorter))
        called = named(steps[-1].right, Definitions(self.solved)) if self.solved else steps[-1].right
        if length(called) < length(steps[-1].right):
            return (*steps, Step("bars", called))
        return steps

    def _length(self, expr: Expr, letters: tuple[Index, ...]) -> int:
        """How long an expression is, what is known put to use."""
        return length(expr if self.graph.known is None else self.graph.known.used(expr, letters).expr)

    def _of_residuals(self, chain: Expr) -> Expr:
        """The ∂y of what a condition F = 0 defines, y = y − F, as those of F."""
        if not self.implicit:
            return chain
        from derive.backward.implicit import of_residuals

        return of_residuals(chain, self.implicit)

    def _put_in(self, expr: Expr) -> Expr:
        """Bars that are plain numbers put in, and indicators called by their names."""
        named = rewrite(expr, self.indicators.name) if self.indicators.equations else expr
        if not any(isinstance(f, Entry) and f.tensor in self.known for f in factors(named)):
            return named
        return rewrite(named, lambda f: self.known.get(f.tensor) if isinstance(f, Entry) else None)

    def _remember(self, line: Line) -> None:
        """A scalar bar that is a number is put in from here on; kept cost bars are put in only for their sign."""
        right = line.steps[-1].right
        put_in = _is_signed_bar(right) if self.keep else right.number is not None
        if put_in and not line.left.slots:
            self.known[line.tensor] = right
        elif _is_sparse(line):
            self.sparse[line.tensor] = Written.of(line.scalar)

    def _bars_put_in(self, expr: Expr) -> Expr | None:
        """The expression with the sparse bars that it reads written out, as short as it gets; None if it reads none."""
        if not any(isinstance(f, Entry) and f.tensor in self.sparse for f in factors(expr)):
            return None
        opened = ties_read(rewrite(expanded(rewrite(expr, self._written)), self.indicators.open))
        return tidied(self._called(simplified(rewrite(expanded(opened), self.indicators.name), self.totals)))

    @cached_property
    def calls(self) -> Definitions:
        """The equations y = f(x)."""
        return Definitions(e for e in self.equations if _is_call(e))

    def _called(self, expr: Expr) -> Expr:
        """The expression with the functions in it called by the names that equations y = f(x) give them."""
        if not self.naming or not any(isinstance(f, Apply) for f in factors(expr)):
            return expr
        return named(expr, self.calls)

    def _written(self, factor: Factor) -> Expr | None:
        met = self.sparse.get(factor.tensor) if isinstance(factor, Entry) else None
        if met is None:
            return None
        assert isinstance(factor, Entry)
        return written_out(met.equation.left, met.equation.right, factor)


def _is_call(equation: Equation) -> bool:
    """Whether an equation is y = f(x), f from the table."""
    factor = equation.right.factor
    return isinstance(factor, Apply) and not factor.partials and factor.function in TABLE


def _letter_of(name: str) -> str:
    """The letter that a name is printed with: w for W1."""
    return name.partition("_")[0].rstrip("0123456789").lower()


def _itself(line: Line) -> Line:
    return line


def _is_sparse(line: Line) -> bool:
    """Whether a bar is mostly zeros or has a denominator other than N, so that writing it out may cancel something."""
    return any(isinstance(f, Bracket) or _divides(f) for f in factors(line.steps[-1].right))


def _divides(factor: Factor) -> bool:
    """Whether a factor is one over something that is read."""
    return is_inverse(factor) and any(isinstance(f, Entry) for f in factors(factor.base))


def _is_signed_bar(expr: Expr) -> bool:
    """−J̄ and the like: a number other than 1 times one bar."""
    if len(expr.terms) != 1 or expr.terms[0].coefficient == 1 or len(expr.terms[0].factors) != 1:
        return False
    only = expr.terms[0].factors[0]
    return isinstance(only, Entry) and only.tensor.is_bar


def _at(expr: Expr, contribution: Contribution, letters: tuple[Index, ...]) -> Expr:
    return substitute(expr, dict(zip(contribution.letters, (x.slot for x in letters), strict=True)))
