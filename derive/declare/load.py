"""From a problem file, or from Python, to a `Network`: read, validate, declare, elaborate, order, name.

Whatever is wrong is gathered and raised at once as one `DeriveError`; what only follows from another error is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from derive.declare.declarations import Declarations
from derive.declare.keys import KINKS, LATEX
from derive.declare.loops import Order
from derive.declare.marks import Source
from derive.declare.moved import moved_of
from derive.declare.naming import Letters, letters, named
from derive.declare.network import Network, Question, SizeDeclaration
from derive.declare.problem import parse, read
from derive.declare.reader import Reader
from derive.declare.requests import check, named_costs
from derive.declare.schema import invalid
from derive.declare.scope import Context
from derive.errors import DeriveError, Problem
from derive.notation.equation import Equation
from derive.notation.fact import Fact
from derive.pause import collector_paused

MOST = 50
"""How many problems are reported at once."""


def load(path: str | Path) -> Network:
    """The network of a problem file."""
    return parse_problem(read(path), str(path))


def parse_problem(text: str, file: str = "<text>") -> Network:
    """The network of a problem file's text."""
    return read_source(parse(text, file))


def read_source(source: Source) -> Network:
    """The network of a source: a file's text, or what Python gave."""
    _raise(invalid(source))
    with collector_paused():
        return _read(source)


def _read(source: Source) -> Network:
    declared = Declarations(source)
    context = declared.context()
    stated = frozenset(context.places)
    reader = _reader(source, declared, context)
    equations = reader.read()
    broken = reader.poisoned | declared.broken
    final = check(source, context, declared.sizes, broken)
    problems = [*declared.problems, *reader.problems, *final.problems]
    facts = _facts(source, context, broken, problems)
    if problems:
        _raise(_labelled(problems, context, stated))
    found = _assembled(source, context, equations, reader.order, final.sizes, facts)
    if reader.implicit or reader.stationary:
        from derive.declare.implicit import with_conditions

        found = with_conditions(found, reader.implicit, reader.stationary, source)
    return replace(
        found,
        uses=MappingProxyType(reader.uses),
        reading=reader.reading,
        read_from=reader.read_from,
        printed=MappingProxyType({**reader.printed, **found.printed}),
    )


def _reader(source: Source, declared: Declarations, context: Context) -> Reader:
    """What reads the equations of a file; that for LaTeX is imported where there is some."""
    if LATEX not in source.data:
        return Reader(source, declared, context)
    from derive.declare.latex.reader import LatexReader

    return LatexReader(source, declared, context)


def _facts(source: Source, context: Context, broken: set[str], problems: list[Problem]) -> list[Fact]:
    """What the source states; the reader of facts is not imported for one that states none."""
    if not source.data.get("facts"):
        return []
    from derive.declare.facts import stated

    return stated(source, context, broken, problems)


def _in_letters(facts: Sequence[Fact], chosen: Letters) -> tuple[Fact, ...]:
    if not facts:
        return ()
    from derive.declare.facts import in_letters

    return tuple(in_letters(fact, chosen) for fact in facts)


def _labelled(problems: Sequence[Problem], context: Context, stated: frozenset[str]) -> list[Problem]:
    """The problems, each saying what stands at its other place; stated: the names that are declared."""
    names = {place: name for name, place in context.places.items()}
    words = {
        place: f"`{name}` {'is declared' if name in stated else 'has its equation'} here"
        for place, name in names.items()
    }
    return [replace(p, there=words.get(p.other, "")) if p.other else p for p in problems]


def _raise(problems: Sequence[Problem]) -> None:
    """All problems, in the order of the file."""
    if problems:
        ordered = sorted(problems, key=lambda p: (p.place.line, p.place.column) if p.place else (0, 0))
        more = len(ordered) - MOST
        shown = ordered[:MOST] + ([Problem(None, f"and {more} more problems")] if more > 0 else [])
        raise DeriveError(*dict.fromkeys(shown))


def _shown(label: Any) -> str:
    """Where a label stands."""
    return str(label.get("as", "superscript")) if isinstance(label, Mapping) else "superscript"


def _assembled(
    source: Source,
    context: Context,
    equations: list[Equation],
    order: Order,
    sizes: dict[str, SizeDeclaration],
    facts: Sequence[Fact],
) -> Network:
    data = source.data
    used = {*context.tensors, *context.sizes, *context.functions}
    costs = named_costs(data)
    chosen = letters(context.letters, context.sizes, context.tensors.values(), used)
    notes = data.get("notes", [])
    return Network(
        title=data.get("title", ""),
        sizes=MappingProxyType(sizes),
        tensors=MappingProxyType(dict(context.tensors)),
        equations=tuple(named(met, chosen) for met in equations),
        order=order.order,
        delayed=order.delayed,
        backwards=order.backwards,
        letters=MappingProxyType(chosen.named),
        functions=MappingProxyType({name: kind for name, kind in context.functions.items() if kind not in KINKS}),
        cost=next(iter(costs), None),
        costs=costs if len(costs) > 1 else (),
        want=tuple(dict.fromkeys(data.get("want", ()))),
        closed=tuple(dict.fromkeys(data.get("closed_form", ()))),
        folded=tuple(dict.fromkeys(data.get("fold", ()))),
        notation=MappingProxyType(dict(data.get("notation", {}))),
        labels=MappingProxyType({name: _shown(given) for name, given in data.get("labels", {}).items()}),
        boundary=data.get("boundary", "zero"),
        printed=MappingProxyType(dict(data.get("print", {}))),
        values=MappingProxyType({k: v for k, v in data.get("values", {}).items() if k not in sizes}),
        notes=(*((notes,) if isinstance(notes, str) else notes), *context.readings),
        source=source.text,
        questions=tuple(_questions(source)),
        facts=_in_letters(facts, chosen),
        constrained=data.get("constrained", "along"),
        moved=moved_of(data),
        samples=tuple(context.samples),
    )


def _questions(source: Source) -> Iterator[Question]:
    """What the file asks, in its order; a list of settings asks several times."""
    for name, settings in source.data.get("questions", {}).items():
        several = isinstance(settings, list) and any(isinstance(part, Mapping) for part in settings)
        for n, given in enumerate(settings if several else [settings]):
            yield Question(name, given, ("questions", name, *((n,) if several else ())), source)
