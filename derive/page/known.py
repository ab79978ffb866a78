"""What a page knows of each displayed chain: the lines that it stands for, and along which edges its terms come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from derive.derivation import Derivation, Line
from derive.document import Chain, Math
from derive.page.origins import Arrows, Edges, joined, scalar_origins, vector_origins
from derive.typeset.chains import entry_chains, result_chains, scalar_chain
from derive.typeset.names import Names
from derive.typeset.scribe import Scribe
from derive.typeset.uses import merged


@dataclass(frozen=True, slots=True)
class Right:
    """A right side: the edges of its terms; by: whether it is the chain rule's."""

    origins: tuple[Edges, ...] = ()
    by: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A displayed chain: its lines, several of equal uses; its view ("steps", "vector", "" of both); its right sides.

    left: the edges of its left side, where that is an expression too.
    """

    lines: tuple[Line, ...]
    view: str
    rights: tuple[Right, ...] = ()
    left: Edges = ()

    @property
    def line(self) -> Line:
        return self.lines[0]


Told = tuple[Math, tuple[Math, ...]]


class Rows:
    """Chains by what they write; a condition, a number beside it or steps left out do not hide one."""

    def __init__(self, derivation: Derivation, scribe: Scribe) -> None:
        self._whole: dict[Told, Known] = {}
        self._last: dict[Told, Known] = {}
        self._arrows = Arrows.of(derivation.network, derivation.forward)
        for lines, own in _groups(derivation, scribe):
            self._add(lines, own, derivation)
        for line, chains in _bound(derivation, scribe):
            self._put(chains, self._of(line, chains, "vector", scribe))

    def get(self, chain: Chain) -> Known | None:
        met = self._whole.get((chain.left, chain.rights))
        if met is None and (last := self._last.get((chain.left, chain.rights[-1:]))) is not None:
            return replace(last, rights=last.rights[-1:] * len(chain.rights), view="")
        return met

    def _add(self, lines: Sequence[Line], scribe: Scribe, derivation: Derivation) -> None:
        uses = derivation.network.uses
        results = [(line, result_chains(line, scribe)) for line in lines]
        steps = [(line, entry_chains(line, scribe)) for line in lines]
        for shown, view in ((results, "vector"), (steps, "steps")):
            each = {id(line): self._of(line, chains, view, scribe) for line, chains in shown}
            for line, chains in shown:
                self._put(chains, each[id(line)])
            for group, chains in merged(shown, uses) if uses else ():
                self._put(chains, _united([each[id(line)] for line in group]))

    def _put(self, chains: Sequence[Chain], known: Sequence[Known]) -> None:
        for chain, one in zip(chains, known, strict=True):
            key = chain.left, chain.rights
            before = self._whole.get(key)
            if before is None or len(before.lines) < len(one.lines):
                self._whole[key] = one
            elif before.view != one.view:
                self._whole[key] = replace(one, view="")
            self._last.setdefault((chain.left, chain.rights[-1:]), one)

    def _of(self, line: Line, chains: Sequence[Chain], view: str, scribe: Scribe) -> list[Known]:
        return [self._chain(line, chain, view, scribe) for chain in chains]

    def _chain(self, line: Line, chain: Chain, view: str, scribe: Scribe) -> Known:
        around = self._arrows.around(line.tensor)
        if line.sides is not None and chain.rights:
            return Known((line,), view, tuple(Right((around,)) for _ in chain.rights), around)
        matrices = view == "vector" and line.vector is not None
        rights = self._vector(line, chain) if matrices else self._steps(line, chain, scribe)
        return Known((line,), view, rights)

    def _vector(self, line: Line, chain: Chain) -> tuple[Right, ...]:
        assert line.vector is not None
        right = line.parts[-1].right if line.parts else line.vector.right
        return tuple(Right(vector_origins(line, right, self._arrows)) for _ in chain.rights)

    def _steps(self, line: Line, chain: Chain, scribe: Scribe) -> tuple[Right, ...]:
        """The edges of the terms of each right side, by the step that prints so."""
        printed = {scalar_chain(replace(line, steps=(step,)), scribe).rights: step for step in line.steps}
        met = [printed.get((one,), line.steps[-1]) for one in chain.rights]
        return tuple(Right(scalar_origins(line, step.right, self._arrows), step.rule == "chain") for step in met)


def _united(several: Sequence[Sequence[Known]]) -> list[Known]:
    """Of equal uses, chain by chain: a term comes along the edges of all."""
    return [_one([*same]) for same in zip(*several, strict=True)]


def _one(same: Sequence[Known]) -> Known:
    rights = tuple(
        Right(tuple(map(joined, zip(*(right.origins for right in sides), strict=True))), sides[0].by)
        if len({len(right.origins) for right in sides}) == 1
        else Right((joined(edges for right in sides for edges in right.origins),), sides[0].by)
        for sides in zip(*(known.rights for known in same), strict=True)
    )
    return replace(same[0], lines=tuple(known.line for known in same), rights=rights)


def _groups(derivation: Derivation, scribe: Scribe) -> Iterator[tuple[Sequence[Line], Scribe]]:
    """All lines that a document prints, with the names under which it prints them."""
    yield derivation.forward, scribe
    several = derivation.by_cost() if derivation.network.costs else ()
    for one in several:
        yield one.backward, replace(scribe, names=Names(one.network, one.cost, scribe.names.style))
    yield (*(() if several else derivation.backward), *derivation.solved, *derivation.closed), scribe
    if derivation.moved:
        yield derivation.moved, scribe
        yield from _second(derivation, scribe)


def _bound(derivation: Derivation, scribe: Scribe) -> Iterable[tuple[Line, tuple[Chain, ...]]]:
    """Bars along constraints, whose names say so."""
    if not derivation.constrained:
        return ()
    from derive.typeset.constrained import chains

    return [(found.line, chains(found, scribe)) for found in derivation.constrained]


def _second(derivation: Derivation, scribe: Scribe) -> Iterable[tuple[Sequence[Line], Scribe]]:
    """Second backward passes, which have names of their own."""
    from derive.typeset.tangents import scribe_of_second, second_pass

    several = (found.reverse for found in derivation.tangents if found.reverse is not None)
    return [(second_pass(one), scribe_of_second(one, derivation, scribe)) for one in several]
