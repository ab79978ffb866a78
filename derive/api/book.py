"""A booklet of derivations and answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from derive.api.derivation import Derivation
from derive.api.printed import Answers
from derive.errors import DeriveError
from derive.paper.book import Book, Chapter
from derive.typeset.style import Notation, Product, Style


def book(
    shown: Iterable[Derivation | Answers],
    title: str = "Derivations",
    *,
    notation: Notation = "bar",
    product: Product = "circ",
    graph: bool = True,
    code: bool = True,
) -> Book:
    """A booklet with a chapter for each: its graph (extra `graph`), its derivation, its NumPy code.

    .pdf(), .latex(), .typst(), .markdown() print it.  Raises DeriveError.
    """
    style = Style(notation, product)
    return Book(title, tuple(chapter(one, style, graph, code) for one in shown))


def chapter(shown: Derivation | Answers, style: Style, graph: bool = True, code: bool = True) -> Chapter:
    """One problem. What only asks questions has no code, and a graph where it is about a network."""
    document = shown.document(style)
    document = document if document.title else replace(document, title=_called(shown))
    if not isinstance(shown, Derivation):
        return Chapter(document, _asked_graph(shown) if graph else None)
    return Chapter(document, _graph(shown, style) if graph else None, _code(shown) if code else "")


def _called(shown: Derivation | Answers) -> str:
    """The name of the file of a problem without a title."""
    network = shown.data.network if isinstance(shown, Derivation) else shown.network
    files = [met.place.file for met in network.equations if met.place is not None] + [q.file for q in network.questions]
    return Path(files[0]).stem if files else "A network"


def _graph(derivation: Derivation, style: Style) -> Any:
    from derive.picture import Look, graph

    return graph(derivation.data, Look(notation=style.notation))


def _asked_graph(answers: Answers) -> Any:
    from derive.picture import graph

    try:
        return graph(answers.network)
    except DeriveError:
        return None


def _code(derivation: Derivation) -> str:
    """Its code, where there is some: not everything can be said in NumPy."""
    try:
        return derivation.numpy()
    except DeriveError:
        return ""
