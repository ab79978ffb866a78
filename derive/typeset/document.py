"""A derivation as a document: what is given, the forward pass, the backward pass, its vector form, what was checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeAlias

from derive.declare.network import SizeDeclaration
from derive.derivation import Derivation, Line
from derive.document import Block, Chain, Code, Display, Document, Heading, Items, Math, Prose, Words, row
from derive.typeset.chains import EQUALS, entry_chains, result_chains, usual_runs
from derive.typeset.counts import with_counts
from derive.typeset.legend import legend
from derive.typeset.names import Names
from derive.typeset.notes import flat, used
from derive.typeset.number import digits
from derive.typeset.scribe import Scribe
from derive.typeset.style import Style
from derive.typeset.uses import together
from derive.typeset.values import valued, written

Show: TypeAlias = Callable[[Sequence[Line], Derivation, Scribe], Display]
UNCHECKED = "Nothing was checked by numbers."
READ = "The equations were read as (`derive read` writes them out):"


def derivation_document(derivation: Derivation, style: Style | None = None) -> Document:
    """The document that a careful person would write by hand."""
    scribe = scribe_for(derivation, style)
    blocks = [*_given(derivation, scribe), *_forward(derivation, scribe), *_backward(derivation, scribe)]
    blocks += _closed(derivation.closed, blocks, scribe)
    if derivation.constrained:
        from derive.typeset.constrained import constrained_shown

        blocks += constrained_shown(derivation, scribe)
    if derivation.moved:
        from derive.typeset.tangents import with_tangents

        blocks = with_tangents(blocks, derivation, scribe)
    return Document(derivation.network.title, (*blocks, *_remarks(derivation, scribe, tuple(_displayed(blocks)))))


def forward_document(derivation: Derivation, style: Style | None = None) -> Document:
    """What is given and the forward pass alone, before anything is derived from it."""
    scribe = scribe_for(derivation, style)
    return Document(derivation.network.title, (*_given(derivation, scribe), *_forward(derivation, scribe)))


def line_document(line: Line, derivation: Derivation, style: Style | None = None) -> Document:
    """One line: its vector form, where it has one, and entry by entry with its steps."""
    scribe = scribe_for(derivation, style)
    if line.tensor.is_bar:
        scribe = replace(scribe, names=Names(derivation.network, line.tensor.cost[-1], scribe.names.style))
    chains = dict.fromkeys((*result_chains(line, scribe), *entry_chains(line, scribe)))
    return Document("", (Display(tuple(chains)),))


def scribe_for(derivation: Derivation, style: Style | None = None) -> Scribe:
    """The names and the style of a derivation, for those that want single lines."""
    plain = Scribe(Names(derivation.network, derivation.cost, style or Style()))
    return with_counts(plain, (*derivation.backward, *derivation.solved, *derivation.closed, *derivation.moved))


def _given(derivation: Derivation, scribe: Scribe) -> list[Block]:
    """What the sizes mean, and the numbers that the file gives."""
    network = derivation.network
    words = [(_called(name, size, scribe), size) for name, size in network.sizes.items()]
    told = [_size(box, size.words, size.number) for box, size in words if size != SizeDeclaration()]
    numbers: list[Words] = [
        (row(scribe.names.tensor(network.tensors[name]), EQUALS, written(value)),)
        for name, value in network.values.items()
        if name in network.tensors
    ]
    titled = (("Sizes", told), ("Facts", _facts(derivation, scribe)), ("Values", numbers))
    read: list[Block] = [Prose((READ,)), Code("\n".join(network.reading))] if network.reading else []
    return [*(Prose((f"{title}: ", *_joined(parts), ".")) for title, parts in titled if parts), *read]


def _facts(derivation: Derivation, scribe: Scribe) -> list[Words]:
    """What the file states of its quantities."""
    if not derivation.network.facts:
        return []
    from derive.typeset.facts import fact_shown

    more = {"definite": (", positive definite",)}
    facts = derivation.network.facts
    return list(dict.fromkeys((fact_shown(f, scribe, True), *more.get(f.kind, ())) for f in facts))


def _called(name: str, size: SizeDeclaration, scribe: Scribe) -> Math:
    """N; M = (N − K)/S + 1."""
    box = scribe.names.size(name)
    return row(box, EQUALS, scribe.slot(size.formula)) if size.formula is not None else box


def _size(box: Math, meaning: str, count: int | None) -> Words:
    """N = 3 samples."""
    named = box if count is None else row(box, EQUALS, digits(count))
    return (named, f" {meaning}") if meaning else (named,)


def _joined(parts: list[Words]) -> Words:
    return tuple(word for n, part in enumerate(parts) for word in (*(("; ",) if n else ()), *part))


def results_shown(lines: Sequence[Line], derivation: Derivation, scribe: Scribe) -> Display:
    """The vector form of each line, the numbers beside the last chain of each."""
    return _display(((line, result_chains(line, scribe)) for line in lines), derivation)


def entries_shown(lines: Sequence[Line], derivation: Derivation, scribe: Scribe) -> Display:
    """Each line with its steps, entry by entry."""
    return _display(((line, entry_chains(line, scribe)) for line in lines), derivation)


def _display(found: Iterable[tuple[Line, tuple[Chain, ...]]], derivation: Derivation) -> Display:
    """Each line's parts, then its result with its numbers beside it; a part of several lines once."""
    chains: dict[Chain, None] = {}
    for line, (*parts, result) in together([(line, met) for line, met in found], derivation.network.uses):
        chains.update(dict.fromkeys((*parts, valued(result, line, derivation.values))))
    return Display(tuple(chains))


def _forward(derivation: Derivation, scribe: Scribe) -> list[Block]:
    lines = derivation.forward
    vectors, scalars = results_shown(lines, derivation, scribe), entries_shown(lines, derivation, scribe)
    runs = usual_runs(lines, scribe)
    said = [*_solved(derivation, scribe, ""), *_of_conditions("forward_said", derivation, scribe)]
    if scalars == results_shown(lines, derivation, replace(scribe, ranges=True)):
        shown = _in_turn(entries_shown, derivation, scribe, scalars)
        return [Heading("Forward pass", 2), *runs_said(runs), *shown, *said]
    told: Words = ("In vectors and matrices", *((", for ", *runs) if runs else ()), ":")
    above = [Heading("Forward pass", 2), Prose(told), *_in_turn(results_shown, derivation, scribe, vectors)]
    return [*above, Prose(("Entry by entry:",)), *_in_turn(entries_shown, derivation, scribe, scalars), *said]


def _of_conditions(which: str, derivation: Derivation, scribe: Scribe) -> list[Block]:
    """What is said of conditions, where there are some."""
    if not derivation.network.implicit:
        return []
    from derive.typeset import implicit

    said: list[Block] = getattr(implicit, which)(derivation, scribe)
    return said


def _in_turn(show: Show, derivation: Derivation, scribe: Scribe, whole: Display) -> list[Block]:
    """The forward lines; bars among them, which equations read, apart and under a sentence of their own."""
    lines = derivation.forward
    if not any(e.left.tensor.is_bar for e in derivation.network.equations):
        return [whole]
    blocks: list[Block] = []
    for cost, run in groupby(lines, lambda line: line.tensor.cost[-1] if line.tensor.is_bar else ""):
        met = tuple(run)
        words: Words = _inner_meaning(met, derivation, scribe) if cost else ("With these:",) if blocks else ()
        blocks += [*([Prose(words)] if words else []), show(met, derivation, scribe)]
    return blocks


def _inner_meaning(lines: Sequence[Line], derivation: Derivation, scribe: Scribe) -> Words:
    """What the accent of a bar in the forward pass stands for."""
    line = lines[-1]
    partial = replace(derivation.network, equations=())
    wide = replace(scribe, names=Names(partial, derivation.cost, Style("partial")))
    return (
        whole_shown(line, scribe),
        " stands for ",
        whole_shown(line, wide),
        ", and so for every quantity on the way:",
    )


def runs_said(runs: Words) -> list[Block]:
    """What the labels run over, in a line of its own."""
    return [Prose(("For ", *runs, ":"))] if runs else []


def _backward(derivation: Derivation, scribe: Scribe) -> list[Block]:
    """The backward pass; from each cost, one after the other, where there are several."""
    if not derivation.network.costs:
        return _backward_from(derivation, scribe, "")
    return [
        block
        for one in derivation.by_cost()
        for block in _backward_from(
            one, replace(scribe, names=Names(one.network, one.cost, scribe.names.style)), f" from {one.cost}"
        )
    ]


def _backward_from(derivation: Derivation, scribe: Scribe, source: str) -> list[Block]:
    lines = derivation.backward
    if not lines:
        return []
    scalars, vectors = entries_shown(lines, derivation, scribe), results_shown(lines, derivation, scribe)
    results = entries_shown([Line(line.left, line.steps[-1:]) for line in lines], derivation, scribe)
    runs = usual_runs(lines, scribe)
    told: Words = (*_meaning(derivation, scribe), *((", for ", *runs) if runs else ()), ":")
    said = _of_conditions("backward_said", derivation, scribe)
    blocks: list[Block] = [Heading(f"Backward pass{source}", 2), *said, Prose(told), scalars]
    if results != results_shown(lines, derivation, replace(scribe, ranges=True)):
        blocks += [Heading(f"Backward pass{source}, vectorised", 2), *runs_said(runs), vectors]
    return [*blocks, *_solved(derivation, scribe, derivation.cost)]


def _solved(derivation: Derivation, scribe: Scribe, cost: str) -> list[Block]:
    """The solutions of the recurrences of one pass: of bars, where a cost is named."""
    lines = [line for line in derivation.solved if "".join(line.tensor.cost) == cost]
    if not lines:
        return []
    said = "The recurrence solved" if len(lines) == 1 else "The recurrences solved"
    runs = usual_runs(lines, scribe)
    words: Words = (said, *((", for ", *runs) if runs else ()), ":")
    return [Prose(words), results_shown(lines, replace(derivation, values={}), scribe)]


def _closed(lines: tuple[Line, ...], blocks: Iterable[Block], scribe: Scribe) -> list[Block]:
    """The closed forms that say more than the backward pass does."""
    told = {(chain.left, right) for chain in _displayed(blocks) for right in chain.rights[-1:]}
    forms = [_forms(line, scribe) for line in lines]
    new = [c for form in forms for c in form if any((x.left, x.rights[-1]) not in told for x in form if x.rights)]
    return [Heading("Closed form", 2), *runs_said(usual_runs(lines, scribe)), Display(tuple(new))] if new else []


def _forms(line: Line, scribe: Scribe) -> tuple[Chain, ...]:
    """A line in scalars and in vectors; once where only the range of a Σ differs."""
    scalars = entry_chains(line, scribe)
    alike = result_chains(line, replace(scribe, ranges=True)) == scalars
    return scalars if alike else tuple(dict.fromkeys((*scalars, *result_chains(line, scribe))))


def _meaning(derivation: Derivation, scribe: Scribe) -> Words:
    """One sentence that says what a bar is, up to its colon."""
    names, cost = scribe.names, scribe.names.cost_symbol
    if names.style.notation == "partial" and derivation.network.cost:
        return ("From the cost ", cost, " back, entry by entry")
    lines = {line.tensor.name: line for line in derivation.backward}
    shown = next((lines[name] for name in derivation.wanted if name in lines), derivation.backward[-1])
    partial = replace(scribe, names=Names(derivation.network, derivation.cost, Style("partial")))
    written: Words = ("Write ", whole_shown(shown, scribe), " for ", whole_shown(shown, partial))
    if derivation.network.cost:
        return (*written, ", and so for every quantity. Entry by entry, from the cost back")
    upstream: Words = (", where ", cost, " is any cost of the outputs; their own error signals are given.")
    return (*written, *upstream, " Entry by entry, from the outputs back")


def whole_shown(line: Line, scribe: Scribe) -> Math:
    """The quantity that a line is about, at its labels."""
    own = scribe.binding(line.scalar.letters)
    slots = tuple(own.slot(slot) for slot in line.left.slots)
    return scribe.names.labelled(line.tensor, slots) if slots else scribe.names.tensor(line.tensor)


def _remarks(derivation: Derivation, scribe: Scribe, displayed: tuple[Chain, ...]) -> list[Block]:
    lines = (*derivation.forward, *derivation.backward, *derivation.solved, *derivation.closed, *derivation.moved)
    lines += tuple(line for t in derivation.tangents if t.reverse is not None for line in t.reverse.backward)
    told = [line.note for line in lines if line.note]
    own = derivation.network.notes
    found = (*told, *used(derivation.notes, lines), *flat(derivation))
    remarks = dict.fromkeys((*own, *(_sentence(note) for note in found if note not in own)))
    items = (*legend(lines, displayed, scribe), *((text,) for text in remarks))
    notes: list[Block] = [Heading("Notes", 2), Items(items)] if items else []
    return [*notes, Prose((derivation.checked or UNCHECKED,))]


def _sentence(note: str) -> str:
    return note if note.endswith((".", "!", "?")) else f"{note}."


def chains(document: Document) -> Iterable[Chain]:
    """Every displayed chain."""
    return _displayed(document.blocks)


def _displayed(blocks: Iterable[Block]) -> Iterable[Chain]:
    return (chain for block in blocks if isinstance(block, Display) for chain in block.chains)
