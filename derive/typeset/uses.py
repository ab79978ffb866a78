"""Equal uses of a sub-network shown once: z₁ = W⁽¹⁾x₀ and z₂ = W⁽²⁾x₁ as z_l = W⁽ˡ⁾x_{l−1} for l = 1, 2.

Chains are put together only where the number of each use, put in for the letter, gives exactly the chain of that use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from derive.derivation import Line
from derive.document import Chain, Math, Operator, Symbol, row
from derive.typeset.scribe import MINUS, PLUS, listed

LETTERS = "lknmuvpq"
"""Letters for the number of a use, the first that the chains do not show."""

SHOWN = 3
"""Up to how many numbers are listed one by one."""

Shown = tuple[Line, tuple[Chain, ...]]
"""A line and its chains."""


@dataclass(frozen=True, slots=True)
class _Number:
    """Stands for the digits of n + ahead."""

    ahead: int

    def at(self, n: int) -> Symbol:
        return Symbol(str(n + self.ahead), "upright")

    def written(self, letter: str) -> Math:
        """l, l − 1."""
        ahead = Symbol(str(abs(self.ahead)), "upright")
        return row(Symbol(letter), MINUS if self.ahead < 0 else PLUS, ahead) if self.ahead else Symbol(letter)


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines of consecutive numbers, and what their chains share."""

    first: int
    last: int
    places: tuple[int, ...]
    pattern: Any


def together(shown: Sequence[Shown], uses: Mapping[str, str]) -> list[Shown]:
    """The lines, those of equal uses as the first of them; uses: a quantity -> what its definition calls it."""
    return [(lines[0], chains) for lines, chains in merged(shown, uses)]


def merged(shown: Sequence[Shown], uses: Mapping[str, str]) -> list[tuple[tuple[Line, ...], tuple[Chain, ...]]]:
    """The same with all lines that each stands for."""
    if not uses:
        return [((line,), chains) for line, chains in shown]
    runs = {run.places[0]: run for family in _families(shown, uses) for run in _runs(shown, family)}
    hidden = {place for run in runs.values() for place in run.places[1:]}
    letter = next(x for x in (*LETTERS, "l'") if x not in set(_texts(tuple(chains for _, chains in shown))))
    found: list[tuple[tuple[Line, ...], tuple[Chain, ...]]] = []
    for place, (line, chains) in enumerate(shown):
        if place in runs:
            found.append((tuple(shown[n][0] for n in runs[place].places), _written(runs[place], letter)))
        elif place not in hidden:
            found.append(((line,), chains))
    return found


def _families(shown: Sequence[Shown], uses: Mapping[str, str]) -> Iterable[dict[int, int]]:
    """For each quantity of a definition, and for its bar: the number of a use -> the place of its one line."""
    found: dict[tuple[str, ...], dict[int, list[int]]] = {}
    for place, (line, _) in enumerate(shown):
        stem = line.tensor.name.rstrip("0123456789")
        number = line.tensor.name[len(stem) :]
        role = uses.get(line.tensor.name)
        if role and number and not number.startswith("0"):
            found.setdefault((role, stem, *line.tensor.cost), {}).setdefault(int(number), []).append(place)
    return [{n: places[0] for n, places in family.items() if len(places) == 1} for family in found.values()]


def _runs(shown: Sequence[Shown], family: Mapping[int, int]) -> Iterator[_Run]:
    """The longest runs of consecutive numbers whose chains are equal up to them, two lines at least."""
    run: _Run | None = None
    for n in sorted(family):
        longer = _longer(run, n, family[n], shown) if run is not None and n == run.last + 1 else None
        if longer is None and run is not None and len(run.places) > 1:
            yield run
        run = longer or _Run(n, n, (family[n],), shown[family[n]][1])
    if run is not None and len(run.places) > 1:
        yield run


def _longer(run: _Run, n: int, place: int, shown: Sequence[Shown]) -> _Run | None:
    chains = shown[place][1]
    pattern = run.pattern if len(run.places) > 1 else shared(run.pattern, chains, run.first)
    if pattern is None or _at(pattern, n) != chains or any(chain.value is not None for chain in chains):
        return None
    return _Run(run.first, n, tuple(sorted((*run.places, place))), pattern)


def shared(one: Any, two: Any, n: int) -> Any:
    """What two boxes, of the uses n and n + 1, share; None where they differ in more than their numbers."""
    if one == two:
        return one
    if isinstance(one, Symbol) and isinstance(two, Symbol):
        digits = one.text.isdecimal() and two.text.isdecimal() and one.face == two.face == "upright"
        return _Number(int(one.text) - n) if digits and int(two.text) == int(one.text) + 1 else None
    if type(one) is not type(two) or len(_inner(one)) != len(_inner(two)):
        return None
    inner = [shared(a, b, n) if a is not None else b for a, b in zip(_inner(one), _inner(two), strict=True)]
    lost = any(x is None and a is not None for x, a in zip(inner, _inner(one), strict=True))
    return None if lost or not inner else _of(one, inner)


def _inner(box: Any) -> tuple[Any, ...]:
    """The parts of a box, a chain or a tuple."""
    if isinstance(box, tuple):
        return box
    return tuple(getattr(box, f.name) for f in fields(box)) if is_dataclass(box) else ()


def _of(box: Any, inner: Sequence[Any]) -> Any:
    return tuple(inner) if isinstance(box, tuple) else type(box)(*inner)


def _at(pattern: Any, n: int) -> Any:
    """The pattern with a number put in."""
    if isinstance(pattern, _Number):
        return pattern.at(n)
    return _of(pattern, [_at(part, n) for part in _inner(pattern)]) if _inner(pattern) else pattern


def lettered(pattern: Any, letter: str) -> Any:
    if isinstance(pattern, _Number):
        return pattern.written(letter)
    return _of(pattern, [lettered(part, letter) for part in _inner(pattern)]) if _inner(pattern) else pattern


def _written(run: _Run, letter: str) -> tuple[Chain, ...]:
    """The chains of a run with its letter, and the numbers that it stands for."""
    every = [Symbol(str(n), "upright") for n in range(run.first, run.last + 1)]
    ends = every if len(every) <= SHOWN else [*every[:2], Symbol("…", "upright"), every[-1]]
    numbers = row(Symbol(letter), Operator("=", "relation"), listed(ends))
    chains: tuple[Chain, ...] = lettered(run.pattern, letter)
    return tuple(replace(c, condition=listed([numbers, c.condition] if c.condition else [numbers])) for c in chains)


def _texts(box: Any) -> Iterator[str]:
    """Every symbol's text."""
    waiting = [box]
    while waiting:
        met = waiting.pop()
        if isinstance(met, Symbol):
            yield met.text
        else:
            waiting.extend(_inner(met))
