"""Lines of a derivation as chains left = right = right …, with the positions that they hold for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from derive.derivation import Line
from derive.document import Chain, Fraction, Math, Operator, Symbol, Words, row
from derive.notation.expression import Entry, Expr, Factor, Term
from derive.notation.index import Index
from derive.notation.matrix import Matrix, MatrixEquation
from derive.notation.walk import free_letters
from derive.typeset.counts import count_named, named_counts
from derive.typeset.positions import listed
from derive.typeset.scalar import expression
from derive.typeset.scribe import Scribe
from derive.typeset.vector import matrix

EQUALS = Operator("=", "relation")
GIVEN = "is given from upstream"


def scalar_chain(line: Line, scribe: Scribe) -> Chain:
    """left = step = step …, steps that look the same once."""
    own = scribe.binding(line.scalar.letters)
    left = own.entry(line.left)
    if line.steps[-1].rule == "upstream":
        return Chain(left, (), words=GIVEN)
    written = dict.fromkeys(expression(_without_seed(step.right, scribe), own).box for step in line.steps)
    rights = [right for right in written if right not in (left, _plain(left))]
    held = [box for box in (condition(line.left, own), _facts(line, scribe)) if box is not None]
    return Chain(left, tuple(rights or written), listed(held) if held else None)


def _plain(left: Math) -> Math:
    """An error signal ∂E/∂x as the derivative that it is: they look the same."""
    return replace(left, signal=False) if isinstance(left, Fraction) else left


def _facts(line: Line, scribe: Scribe) -> Math | None:
    """The facts that a line rests on."""
    facts = [fact for step in line.steps for fact in step.facts]
    if not facts:
        return None
    from derive.typeset.facts import facts_shown

    return listed(facts_shown(facts, scribe))


def entry_chains(line: Line, scribe: Scribe) -> tuple[Chain, ...]:
    """The scalar chain, after those for the counts that it calls by a name."""
    counts = (_count_chain(base, scribe) for base in named_counts(line, scribe))
    if line.sides is None:
        return (*counts, scalar_chain(line, scribe))
    from derive.typeset.implicit import entry_sides

    return (*counts, *entry_sides(line, line.sides, scribe))


def _count_chain(base: Expr, scribe: Scribe) -> Chain:
    own = scribe.binding(free_letters(base))
    name = count_named(base, own)
    assert name is not None
    return Chain(name, (expression(base, own).box,))


def _without_seed(right: Expr, scribe: Scribe) -> Expr:
    """In the notation of ∂'s, the factor ∂E/∂E is not written before another."""
    if scribe.names.style.notation != "partial":
        return right
    return Expr(tuple(Term(t.coefficient, t.bound, _kept(t.factors, scribe.names.cost)) for t in right.terms))


def _kept(factors: tuple[Factor, ...], cost: str) -> tuple[Factor, ...]:
    kept = tuple(
        f for f in factors if not (isinstance(f, Entry) and f.tensor.name == cost and f.tensor.cost == (cost,))
    )
    return kept or factors


def vector_chain(line: Line, scribe: Scribe) -> Chain | None:
    """The vector form of a line; None where it has none."""
    if line.vector is None:
        return None
    if line.steps[-1].rule == "upstream":
        return Chain(matrix(line.vector.left, scribe.binding(labels_of(line.vector.left))).box, (), words=GIVEN)
    return _of_matrices(line.vector, scribe)


def part_chains(line: Line, scribe: Scribe) -> tuple[Chain, ...]:
    """The vector form in named parts, each after those that it reads; none where it is one equation."""
    return tuple(_of_matrices(part, scribe) for part in line.parts)


def result_chains(line: Line, scribe: Scribe) -> tuple[Chain, ...]:
    """The vector form, in named parts if it has some, or the result in scalars where there is none."""
    if line.sides is not None:
        from derive.typeset.implicit import vector_sides

        return vector_sides(line, line.sides, scribe)
    vector = vector_chain(line, scribe)
    scalar = entry_chains(Line(line.left, line.steps[-1:]), scribe) if vector is None else (vector,)
    return part_chains(line, scribe) or scalar


def _of_matrices(equation: MatrixEquation, scribe: Scribe) -> Chain:
    own = scribe.binding(labels_of(equation.left))
    left, right = matrix(equation.left, own).box, matrix(equation.right, own).box
    entry = equation.left.data
    return Chain(left, (right,), condition(entry, own, entry.tensor.labels) if isinstance(entry, Entry) else None)


def labels_of(left: Matrix) -> tuple[Index, ...]:
    """The letters that are labels of a left side."""
    entry = left.data
    if not isinstance(entry, Entry):
        return ()
    return tuple(dict.fromkeys(x for n in entry.tensor.labels for x in entry.slots[n].letters()))


def condition(left: Entry, scribe: Scribe, places: Iterable[int] | None = None) -> Math | None:
    """For which positions a line holds, where that is not what its letters mean anyway; at some places or at all."""
    seen = range(len(left.slots)) if places is None else places
    found = [_partial(left, place, scribe) for place in seen]
    shown = dict.fromkeys(letter for letters in found for letter in letters)
    return listed(runs(letter, scribe) for letter in shown) if shown else None


def _partial(left: Entry, place: int, scribe: Scribe) -> list[Index]:
    """The letters of a slot that do not run as usual: a label over its declared range, another over the axis."""
    slot, axis = left.slots[place], left.tensor.axes[place]
    return [x for x in slot.letters() if x.range != (scribe.declared(x) or (axis if slot.letter is x else None))]


def usual_runs(lines: Iterable[Line], scribe: Scribe) -> Words:
    """t = 1, …, T for the labels that run over their declared range in some line; empty where none does."""
    found = {x.name: x for x in _labels(lines) if x.range == scribe.declared(x)}
    shown = [found[name] for name in scribe.names.network.labels if name in found]
    own = scribe.binding(shown)
    return tuple(part for x in shown for part in (" and ", runs(x, own)))[1:]


def _labels(lines: Iterable[Line]) -> Iterator[Index]:
    for line in lines:
        for place in line.tensor.labels:
            yield from line.left.slots[place].letters()


def runs(letter: Index, scribe: Scribe) -> Math:
    """t = 2, …, T."""
    ends = listed((scribe.slot(letter.range.lo), Symbol("…", "upright"), scribe.slot(letter.range.hi)))
    return row(scribe.letter(letter), Operator("=", "relation"), ends)
