"""Equal uses of a sub-network as one: h₁ = block(h₀), h₂ = block(h₁), … is h_l with a loop at which l − 1 stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from derive.document import Math, Operator, Symbol, row
from derive.errors import DeriveError, Problem
from derive.picture.ellipsis import shortened
from derive.picture.model import Edge, Node, Plan
from derive.typeset.uses import LETTERS, lettered, shared

Place = tuple[str, int]
"""(a family of quantities, the number of one)."""
Reads = frozenset[tuple[str, int | None]]
MINUS, PLUS = Operator("−", "plus"), Operator("+", "plus")


def together(plan: Plan, uses: Mapping[str, str], unfold: Mapping[str, int]) -> Plan:
    """The graph with the uses of each definition as one, where all read what the one before them reads, moved on.

    unfold: the letter for their number -> how many are written out; what lies between these is an ellipsis.
    Raises DeriveError where nothing has this letter.
    """
    letter, met = _letter(plan), False
    for definition in dict.fromkeys(role.partition(".")[0] for role in uses.values()):
        own = {name for name, role in uses.items() if role.partition(".")[0] == definition}
        places = _places(plan, own)
        shown = _one(plan, places)
        met = met or shown is not plan
        plan = shortened(plan, places, unfold[letter], definition) if letter in unfold and shown is not plan else shown
    for other in unfold:
        if other != letter or not met:
            mend = f"it can be {letter}=3" if met else "leave --unfold out"
            raise DeriveError(Problem(None, f"nothing repeats along `{other}`", mend))
    return plan


def _places(plan: Plan, own: set[str]) -> dict[str, Place]:
    """Each node of a definition with its family and its number; families of the same numbers alone."""
    found: dict[str, Place] = {}
    for node in plan.nodes:
        stem = node.tensor.rstrip("0123456789")
        number = node.tensor[len(stem) :]
        if node.tensor in own and number and not number.startswith("0"):
            found[node.name] = (stem, int(number))
    numbers: dict[str, set[int]] = {}
    for stem, at in found.values():
        numbers.setdefault(stem, set()).add(at)
    runs = {stem: met for stem, met in numbers.items() if len(met) > 1 and max(met) - min(met) + 1 == len(met)}
    most = max(map(len, runs.values()), default=0)
    kept = {stem for stem, met in runs.items() if len(met) == most}
    return {name: place for name, place in found.items() if place[0] in kept}


def _one(plan: Plan, places: Mapping[str, Place]) -> Plan:
    """The graph with each family as one node; as it is where uses differ."""
    if not places:
        return plan
    first, last = min(n for _, n in places.values()), max(n for _, n in places.values())
    reads = {place: _reads(plan, name, places) for name, place in places.items()}
    alike = all(reads[stem, n] == reads[stem, last] for stem, n in reads if n > first)
    labels = _labels(plan, places, first)
    if not alike or labels is None:
        return plan
    name = {met: next(n for n, (stem, at) in places.items() if (stem, at) == (places[met][0], last)) for met in places}
    nodes = tuple(
        replace(n, **labels[n.name]) if n.name in labels else n for n in plan.nodes if _is_kept(n, places, last)
    )
    return replace(plan, nodes=nodes, edges=_edges(plan, places, name, _letter(plan)))


def _is_kept(node: Node, places: Mapping[str, Place], last: int) -> bool:
    return node.name not in places or places[node.name][1] == last


def _reads(plan: Plan, name: str, places: Mapping[str, Place]) -> Reads:
    """What a node reads: families, each with how far on its number is, and single quantities."""
    own = places[name][1]
    sources = [edge.source for edge in plan.edges if edge.target == name]
    return frozenset((places[s][0], places[s][1] - own) if s in places else (s, None) for s in sources)


def _letter(plan: Plan) -> str:
    names = {node.tensor for node in plan.nodes}
    return next((letter for letter in LETTERS if letter not in names), "l")


def _labels(plan: Plan, places: Mapping[str, Place], first: int) -> dict[str, dict[str, Any]] | None:
    """Label and bar of each family's last one with a letter for the number; None where more than that differs."""
    found: dict[str, dict[str, Any]] = {}
    of = {places[n.name]: n for n in plan.nodes if n.name in places}
    last = max(n for _, n in of)
    for stem in dict.fromkeys(stem for stem, _ in of):
        one, two, own = of[stem, first], of[stem, first + 1], of[stem, last]
        found[own.name] = {}
        for part in ("label", "bar"):
            a, b = getattr(one, part), getattr(two, part)
            if a is None or b is None:
                continue
            pattern = shared(a, b, first)
            if pattern is None:
                return None
            found[own.name][part] = lettered(pattern, _letter(plan))
    return found


def _edges(plan: Plan, places: Mapping[str, Place], name: Mapping[str, str], letter: str) -> tuple[Edge, ...]:
    """An edge for those of all uses, reads of earlier ones as loops; those of the first from outside."""
    found: dict[tuple[str, str, int], list[tuple[int, Edge]]] = {}
    for edge in plan.edges:
        source, target = places.get(edge.source), places.get(edge.target)
        moved = source[1] - target[1] if source and target else 0
        ends = name.get(edge.source, edge.source), name.get(edge.target, edge.target)
        number = (target or source or ("", 0))[1]
        found.setdefault((*ends, moved), []).append((number, replace(edge, source=ends[0], target=ends[1])))
    return tuple(_edge([*sorted(met, key=lambda one: one[0])], moved, letter) for (*_, moved), met in found.items())


def _edge(met: list[tuple[int, Edge]], moved: int, letter: str) -> Edge:
    last = met[-1][1]
    label, told = (_written([(n, getattr(e, part)) for n, e in met], letter) for part in ("label", "told"))
    if moved and not last.signal:
        label = row(Symbol(letter), MINUS if moved < 0 else PLUS, Symbol(str(abs(moved)), "upright"))
    return replace(last, label=label, told=told, back=last.back or bool(moved))


def _written(met: list[tuple[int, Math | None]], letter: str) -> Math | None:
    """What the first two say with the letter for the number; what the last says where they differ in more."""
    boxes = [(n, box) for n, box in met if box is not None]
    pattern = shared(boxes[0][1], boxes[1][1], boxes[0][0]) if len(boxes) > 1 else None
    if pattern is None:
        return met[-1][1]
    found: Math = lettered(pattern, letter)
    return found
