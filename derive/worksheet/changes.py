"""The lines of forward mode and of second order as a sheet has them, and which of them `derive check` judges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from derive.check import Checker
from derive.derivation import Derivation, Line
from derive.render.latex import equation
from derive.typeset.chains import part_chains, vector_chain
from derive.typeset.scribe import Scribe
from derive.typeset.tangents import scribe_of_second, second_pass
from derive.worksheet.lines import Item, items_of

RIGHT = {"right", "given"}

Group = tuple[Sequence[Line], Scribe]


def change_items(derivation: Derivation, scribe: Scribe) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """The lines that stand before the backward pass, and those after it, display by display.

    Nobody judges those of a second backward pass: R and all its bars are names of that pass alone.
    """
    before, after = _before(derivation, scribe), _after(derivation, scribe)
    count = 0
    found: list[tuple[Item, ...]] = []
    for groups in (before, after):
        items: list[Item] = []
        for lines, own in groups:
            for form in (_entries(lines, own), _vectors(lines, own)):
                count += bool(form)
                own_names = own is not scribe
                items += [replace(item, block=count, judged=not own_names) for item in _once(form)]
        found.append(tuple(items))
    return found[0], found[1]


def _once(items: Sequence[Item]) -> Iterator[Item]:
    yield from {item.chain: item for item in items}.values()


def _before(derivation: Derivation, scribe: Scribe) -> Iterator[Group]:
    for tangents in derivation.tangents:
        if not tangents.backward:
            yield tangents.lines, scribe
            yield from ((one.lines, scribe) for one in tangents.jacobians)
    yield from ((one.lines, scribe) for one in derivation.jacobians)


def _after(derivation: Derivation, scribe: Scribe) -> Iterator[Group]:
    for tangents in derivation.tangents:
        if tangents.backward and tangents.reverse is None:
            yield tangents.lines, scribe
        elif tangents.reverse is not None:
            yield second_pass(tangents.reverse), scribe_of_second(tangents.reverse, derivation, scribe)
    for _, several in groupby(derivation.hessians, lambda one: one.name):
        yield tuple(line for one in several for line in one.lines), scribe
    yield from ((one.lines, scribe) for one in derivation.gauss_newton)


def _entries(lines: Sequence[Line], scribe: Scribe) -> list[Item]:
    return [item for line in lines for item in items_of(line, scribe, "entries")]


def _vectors(lines: Sequence[Line], scribe: Scribe) -> list[Item]:
    """Those that have a vector form, the parts of each before it."""
    found: list[Item] = []
    for line in lines:
        whole = vector_chain(line, scribe)
        chains = part_chains(line, scribe) or ((whole,) if whole is not None else ())
        equations = line.parts or (line.vector,)
        given = line.steps[-1].rule == "seed"
        for n, (chain, matrices) in enumerate(zip(chains, equations, strict=False)):
            found.append(Item(line.tensor, "vectors", chain, matrices, given, n < len(chains) - 1))
    return found


def judged(items: Sequence[Item], derivation: Derivation) -> tuple[Item, ...]:
    """The items, those of changes that `derive check` does not call right as they are, not to be asked for."""
    checker, found = Checker(derivation), tuple(items)
    while any(item.block for item in found):
        after = _judged(found, checker)
        if after == found:
            break
        found = after  # what is left out may be what another line reads
    return found


def _judged(items: tuple[Item, ...], checker: Checker) -> tuple[Item, ...]:
    written = [n for n, item in enumerate(items) if item.chain.rights and item.judged]
    text = "\n\n".join(f"$${equation(items[n].chain)}$$" for n in written)
    met: dict[int, set[str]] = {}
    for claim in checker.check(text, ".md", hints=False).lines:
        met.setdefault(written[(claim.line - 1) // 2], set()).add(claim.verdict)
    fine = {n for n, verdicts in met.items() if "right" in verdicts <= RIGHT}
    return tuple(replace(item, judged=n in fine) if item.block else item for n, item in enumerate(items))
