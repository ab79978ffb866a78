"""The conventions under which a claim holds, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.check.define import function_head
from derive.check.entries import USUAL, Reading
from derive.check.forms import spelled
from derive.check.judge import Judge
from derive.check.report import Claim
from derive.check.values import Disagree, Unknown, scalar
from derive.syntax.tree import Grid, Name, Node, Number

FUNCTIONS = {"relu": "ReLU"}
POWERS = {"matrix": "a label or a size above a square matrix is its power", "entries": "powers entry by entry"}
COUNTS = "a label or a size T above a square matrix is its power, not the transpose"
NORMS = {"spectral": "‖A‖₂ as the largest singular value", "entries": "‖A‖₂ as the root of the sum of all squares"}
DOTS = {"elementwise": r"\cdot elementwise", "inner": r"\cdot as the inner product"}


def conventions(reading: Reading, rows: bool) -> tuple[str, ...]:
    """What has to be agreed on for a reading."""
    found = []
    if reading.row_gradients or reading.rows or rows:
        found.append("numerator layout")
    if reading.dot in DOTS:
        found.append(DOTS[reading.dot])
    if reading.diagonal:
        found.append("∂y/∂x entry by entry")
    if reading.schematic:
        found.append("x̄ ∂x/∂y summed over the axes of x")
    if reading.partial == "total":
        found.append("∂y/∂x through all that lies between")
    if reading.partial == "folded":
        found.append("∂y/∂x through what the problem folds into y")
    if reading.powers:
        found.append(POWERS[reading.powers])
    if reading.counts:
        found.append(COUNTS)
    if reading.norms:
        found.append(NORMS[reading.norms])
    return tuple(found)


def convention(node: Node) -> bool:
    """Whether a side is ones: what a cost 1ᵀy makes of ȳ."""
    if isinstance(node, Number):
        return node.text == "1"
    return isinstance(node, Name) and node.base == "1" and not node.accents


def kinks_of(judge: Judge, left: Node, right: Node) -> tuple[str, ...]:
    """What f′(x) = …, given by cases, says of the kink."""
    call = function_head(left)
    if call is None or not isinstance(call[0], Name):
        return ()
    return kink_of(judge, call[0], spelled(call[1]), right)


def kink_of(judge: Judge, name: Name, letter: str, right: Node) -> tuple[str, ...]:
    """ReLU′(0) = 1: what a slope that is given by cases says of its kink."""
    if not (isinstance(right, Grid) and name.primes and judge.settings):
        return ()
    ev = judge.evaluator(0, USUAL)
    try:
        value = ev.with_given(letter, scalar(0.0), right)
    except (Disagree, Unknown):
        return ()
    return (f"{FUNCTIONS.get(name.base.lower(), name.base)}{'′' * name.primes}(0) = {value.array.item():g}",)


def at_kinks(claims: Sequence[Claim]) -> list[Claim]:
    """Claims with a slope's value at its kink, where another claim of the answer says what it is."""
    said = {c for claim in claims for c in claim.under if "(0) = " in c}
    return [_with(claim, said) for claim in claims]


def _with(claim: Claim, said: set[str]) -> Claim:
    """A claim that reads a slope whose value at the kink is agreed on."""
    readings = [claim.tex, *(r.reading for r in claim.repairs[:1])]
    met = [
        c for c in sorted(said) if any(c.split("′")[0].lower() + "'" in r.replace(" ", "").lower() for r in readings)
    ]
    return replace(claim, under=tuple(dict.fromkeys((*claim.under, *met)))) if met else claim
