"""A derivation as a document: what is given, the forward pass, the backward pass, its vector form, what was checked."""

from __future__ import annotations

from collections.abc import Iterable

from derive.derivation import Derivation, Line
from derive.document import Block, Chain, Display, Document, Heading, Items, Math, Operator, Prose, Symbol, Words, row
from derive.notation.expression import Entry, Expr, Factor, Term
from derive.notation.index import Index
from derive.typeset.legend import legend
from derive.typeset.names import Names
from derive.typeset.number import digits
from derive.typeset.scalar import expression
from derive.typeset.scribe import Scribe, listed
from derive.typeset.style import Style
from derive.typeset.values import valued, written
from derive.typeset.vector import matrix

UNCHECKED = "Nothing was checked by numbers."
EQUALS = Operator("=", "relation")
GIVEN = "is given from upstream"


def derivation_document(derivation: Derivation, style: Style | None = None) -> Document:
    """The document that a careful person would write by hand."""
    scribe = Scribe(Names(derivation.network, derivation.cost, style or Style()))
    blocks = [*_given(derivation, scribe), *_forward(derivation, scribe), *_backward(derivation, scribe)]
    blocks += _closed(derivation.closed, blocks, scribe)
    return Document(derivation.network.title, (*blocks, *_remarks(derivation, tuple(_displayed(blocks)))))


def scribe_for(derivation: Derivation, style: Style | None = None) -> Scribe:
    """The names and the style of a derivation, for those that want single lines."""
    return Scribe(Names(derivation.network, derivation.cost, style or Style()))


def scalar_chain(line: Line, scribe: Scribe) -> Chain:
    """left = step = step …, steps that look the same once."""
    own = scribe.binding(line.scalar.letters)
    left = own.entry(line.left)
    if line.steps[-1].rule == "upstream":
        return Chain(left, (), words=GIVEN)
    written = dict.fromkeys(expression(_without_seed(step.right, scribe), own).box for step in line.steps)
    rights = [right for right in written if right != left]
    return Chain(left, tuple(rights or written), condition(line, own))


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
        return Chain(matrix(line.vector.left, scribe).box, (), words=GIVEN)
    return Chain(matrix(line.vector.left, scribe).box, (matrix(line.vector.right, scribe).box,))


def result_chain(line: Line, scribe: Scribe) -> Chain:
    """The vector form, or the result in scalars where there is none."""
    vector = vector_chain(line, scribe)
    return vector or scalar_chain(Line(line.left, line.steps[-1:], None, line.place), scribe)


def condition(line: Line, scribe: Scribe) -> Math | None:
    """For which positions a line holds, where that is not each position of the axes."""
    axes = dict(zip((slot.letter for slot in line.left.slots), line.left.tensor.axes, strict=True))
    partial = [letter for letter in line.scalar.letters if axes.get(letter) != letter.range]
    return listed(_runs(letter, scribe) for letter in partial) if partial else None


def _runs(letter: Index, scribe: Scribe) -> Math:
    """t = 2, …, T."""
    ends = listed((scribe.slot(letter.range.lo), Symbol("…", "upright"), scribe.slot(letter.range.hi)))
    return row(scribe.letter(letter), Operator("=", "relation"), ends)


def _given(derivation: Derivation, scribe: Scribe) -> list[Block]:
    """What the sizes mean, and the numbers that the file gives."""
    network = derivation.network
    words = [(scribe.names.size(name), size) for name, size in network.sizes.items()]
    told = [_size(box, size.words, size.number) for box, size in words if size.words or size.number is not None]
    numbers: list[Words] = [
        (row(scribe.names.tensor(network.tensors[name]), EQUALS, written(value)),)
        for name, value in network.values.items()
        if name in network.tensors
    ]
    titled = (("Sizes", told), ("Values", numbers))
    return [Prose((f"{title}: ", *_joined(parts), ".")) for title, parts in titled if parts]


def _size(box: Math, meaning: str, count: int | None) -> Words:
    """N = 3 samples."""
    named = box if count is None else row(box, EQUALS, digits(count))
    return (named, f" {meaning}") if meaning else (named,)


def _joined(parts: list[Words]) -> Words:
    return tuple(word for n, part in enumerate(parts) for word in (*(("; ",) if n else ()), *part))


def _forward(derivation: Derivation, scribe: Scribe) -> list[Block]:
    lines, values = derivation.forward, derivation.values
    vectors = Display(tuple(valued(result_chain(line, scribe), line, values) for line in lines))
    scalars = Display(tuple(valued(scalar_chain(line, scribe), line, values) for line in lines))
    if vectors == scalars:
        return [Heading("Forward pass", 2), scalars]
    return [
        Heading("Forward pass", 2), Prose(("In vectors and matrices:",)), vectors, Prose(("Entry by entry:",)), scalars,
    ]  # fmt: skip


def _backward(derivation: Derivation, scribe: Scribe) -> list[Block]:
    lines, values = derivation.backward, derivation.values
    if not lines:
        return []
    scalars = Display(tuple(valued(scalar_chain(line, scribe), line, values) for line in lines))
    vectors = Display(tuple(valued(result_chain(line, scribe), line, values) for line in lines))
    last = [Line(line.left, line.steps[-1:]) for line in lines]
    results = Display(tuple(valued(scalar_chain(line, scribe), line, values) for line in last))
    blocks: list[Block] = [Heading("Backward pass", 2), Prose(_meaning(derivation, scribe)), scalars]
    if vectors != results:
        blocks += [Heading("Backward pass, vectorised", 2), vectors]
    return blocks


def _closed(lines: tuple[Line, ...], blocks: Iterable[Block], scribe: Scribe) -> list[Block]:
    """The closed forms that say more than the backward pass does."""
    told = {(chain.left, right) for chain in _displayed(blocks) for right in chain.rights[-1:]}
    forms = [dict.fromkeys((scalar_chain(line, scribe), result_chain(line, scribe))) for line in lines]
    new = [c for form in forms for c in form if any((x.left, x.rights[-1]) not in told for x in form if x.rights)]
    return [Heading("Closed form", 2), Display(tuple(new))] if new else []


def _meaning(derivation: Derivation, scribe: Scribe) -> Words:
    """One sentence that says what a bar is."""
    names, cost = scribe.names, scribe.names.cost_symbol
    if names.style.notation == "partial" and derivation.network.cost:
        return ("From the cost ", cost, " back, entry by entry:")
    tensors = {line.tensor.name: line.tensor for line in derivation.backward}
    shown = next((tensors[name] for name in derivation.wanted if name in tensors), derivation.backward[-1].tensor)
    meant = Names(derivation.network, derivation.cost, Style("partial")).tensor(shown)
    if not derivation.network.cost:
        upstream: Words = ("where ", cost, " is any cost of the outputs; their own error signals are given.")
        return (
            "Write ",
            names.tensor(shown),
            " for ",
            meant,
            ", ",
            *upstream,
            " Entry by entry, from the outputs back:",
        )
    return (
        "Write ",
        names.tensor(shown),
        " for ",
        meant,
        ", and so for every quantity. Entry by entry, from the cost back:",
    )


def _remarks(derivation: Derivation, displayed: tuple[Chain, ...]) -> list[Block]:
    lines = (*derivation.forward, *derivation.backward, *derivation.closed)
    told = [line.note for line in lines if line.note]
    own = derivation.network.notes
    remarks = dict.fromkeys((*own, *(_sentence(note) for note in (*told, *derivation.notes) if note not in own)))
    items = (*legend(lines, displayed), *((text,) for text in remarks))
    notes: list[Block] = [Heading("Notes", 2), Items(items)] if items else []
    return [*notes, Prose((derivation.checked or UNCHECKED,))]


def _sentence(note: str) -> str:
    return note if note.endswith((".", "!", "?")) else f"{note}."


def chains(document: Document) -> Iterable[Chain]:
    """Every displayed chain."""
    return _displayed(document.blocks)


def _displayed(blocks: Iterable[Block]) -> Iterable[Chain]:
    return (chain for block in blocks if isinstance(block, Display) for chain in block.chains)
