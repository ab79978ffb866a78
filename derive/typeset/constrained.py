"""Bars along what binds their quantities: Ā_sym = Ā + Āᵀ − Ā ∘ I, and what is meant by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from derive.derivation import Constrained, Derivation
from derive.document import Block, Chain, Display, Fenced, Heading, Math, Over, Prose, Script, Symbol, Words, row
from derive.typeset.chains import result_chains
from derive.typeset.facts import fact_shown
from derive.typeset.positions import hung
from derive.typeset.scribe import Scribe

SUBSCRIPTS: Mapping[str, str] = MappingProxyType(
    {"symmetric": "sym", "definite": "sym", "diagonal": "diag", "lower": "tril", "upper": "triu", "equal": "tied"}
)
TRIANGLES = ("lower", "upper")
MEANING: Mapping[str, str] = MappingProxyType(
    {
        "symmetric": ", the entries ij and ji are one number. The derivative in it is",
        "definite": ", the entries ij and ji are one number. The derivative in it is",
        "diagonal": ", the entries on the diagonal alone move. The derivative in them is",
        "lower": ", the entries on and below the diagonal alone move. The derivative in them is",
        "upper": ", the entries on and above the diagonal alone move. The derivative in them is",
        "equal": ", both move together. The derivative is",
    }
)
ALONE = (
    ", no entry moves by itself: there is no derivative in one. The projection of the bar on the directions that keep "
    "this, the gradient along them, is:"
)
INDEPENDENT = "The bars above take every entry as independent."


def constrained_shown(derivation: Derivation, scribe: Scribe) -> list[Block]:
    """A paragraph and a line for each."""
    blocks: list[Block] = [Heading("Along the constraints", 2), Prose((INDEPENDENT,))]
    for found in derivation.constrained:
        blocks += [Prose(_said(found, scribe)), Display(chains(found, scribe))]
    return blocks


def _said(found: Constrained, scribe: Scribe) -> Words:
    """Where A = Aᵀ is kept, …"""
    shown = fact_shown(found.fact, scribe, True)
    if found.fact.kind not in MEANING or (found.convention == "projected" and found.fact.kind == "equal"):
        return ("Where ", shown, ALONE)
    if found.convention == "projected":
        return (
            "The projection of the bar on the matrices with ",
            shown,
            ", the gradient among them, is:",
        )
    return ("Where ", shown, MEANING[found.fact.kind], ":")


def chains(found: Constrained, scribe: Scribe) -> tuple[Chain, ...]:
    if found.fact.kind in TRIANGLES and found.line.vector is not None:
        left = scribe.names.tensor(found.line.tensor)
        return (Chain(marked(left, found), (row(Symbol(SUBSCRIPTS[found.fact.kind], "upright"), Fenced(left)),)),)
    lines = result_chains(found.line, scribe)
    named = [replace(chain, left=marked(chain.left, found), condition=None) for chain in lines[-1:]]
    return (*lines[:-1], *named)


def marked(left: Math, found: Constrained) -> Math:
    """The name of a bar along what binds its quantity."""
    return _marked(left, "proj" if found.convention == "projected" else SUBSCRIPTS[found.fact.kind])


def _marked(left: Math, subscript: str) -> Math:
    """Ā_sym."""
    mark = Symbol(subscript, "upright")
    if isinstance(left, Script):
        return Script(left.base, hung(left.sub, mark), left.sup)
    base = left if isinstance(left, (Symbol, Over)) else Fenced(left)
    return Script(base, mark)
