"""The cost of a network's passes as a document: a table for each pass, the ratio, what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from derive.analyse.cost.index_forms import RULE, Operations
from derive.analyse.cost.passes import Counted, Passes
from derive.analyse.cost.polynomials import Limit, box, fraction_box, total
from derive.document import Block, Document, Heading, Prose, Table, Words
from derive.notation.expression import Tensor
from derive.notation.index import Slot
from derive.typeset.document import scribe_for
from derive.typeset.scribe import Scribe

HEAD: tuple[Words, ...] = (("Line",), ("Multiplications",), ("Additions",), ("Function values",))


@dataclass(frozen=True, slots=True)
class PassesCost:
    """The cost of the forward and the backward pass."""

    passes: Passes

    def to_dict(self) -> dict[str, Any]:
        return self.passes.to_dict()

    def document(self) -> Document:
        found = self.passes
        scribe = scribe_for(found.derivation)
        forward, backward = found.sums
        blocks: list[Block] = [
            Prose((RULE,)),
            Heading("Forward pass", 3),
            _table(found.forward, forward, scribe),
            Heading("Backward pass", 3),
            _table(found.backward, backward, scribe),
            *_ratio(found),
            Heading("What the backward pass reads", 3),
            _memory(found, scribe),
        ]
        return Document("Cost and memory of both passes", tuple(blocks))


def _table(lines: Sequence[Counted], whole: Operations, scribe: Scribe) -> Table:
    rows = tuple((_left(c, scribe), *_cells(c.operations)) for c in lines)
    return Table(HEAD, (*rows, (("together",), *_cells(whole))))


def _left(counted: Counted, scribe: Scribe) -> Words:
    own = scribe.binding(counted.line.scalar.letters)
    return (own.entry(counted.line.left),)


def _cells(found: Operations) -> tuple[Words, ...]:
    return tuple((box(slot),) for slot in (found.multiplications, found.additions, found.evaluations))


def _ratio(found: Passes) -> list[Block]:
    limit = found.ratio
    if limit is None:
        return []
    told: Words = ("Where all sizes grow alike, backward multiplications / forward multiplications go to ",)
    return [Prose((*told, *_limit(limit), "."))]


def _limit(limit: Limit) -> Words:
    if limit.value is not None:
        return (fraction_box(limit.value),)
    ends: Words = ("a number that depends on their proportions, ",)
    if limit.low is not None and limit.high is not None:
        ends = ("a number between ", fraction_box(limit.low), " and ", fraction_box(limit.high), ", ")
    return (*ends, fraction_box(limit.equal), " where all sizes are equal")


def _memory(found: Passes, scribe: Scribe) -> Table:
    """What the backward pass needs, quantity by quantity; parameters together."""
    rows = [
        row
        for title, tensors in (("activation, stored", found.stored), ("input", found.inputs))
        for row in _kept(title, tensors, scribe)
    ]
    parameters = total(size for _, size in found.parameters)
    if found.parameters:
        rows.append((("all parameters, and as many bars",), ("parameter",), (box(parameters),)))
    return Table((("Quantity",), ("",), ("Numbers",)), tuple(rows))


def _kept(title: str, tensors: tuple[tuple[Tensor, Slot], ...], scribe: Scribe) -> list[tuple[Words, ...]]:
    """A row for each quantity, and their sum where there are several."""
    rows: list[tuple[Words, ...]] = [((scribe.names.tensor(t),), (title,), (box(size),)) for t, size in tensors]
    if len(tensors) > 1:
        rows.append((("together",), (title,), (box(total(size for _, size in tensors)),)))
    return rows
