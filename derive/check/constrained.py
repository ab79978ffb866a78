"""Bars that are right along what binds their quantity: where S = Sᵀ is kept, S̄ + S̄ᵀ − S̄ ∘ I, or the projection of S̄."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from derive.check.entries import Reading
from derive.check.judge import EQUAL, Judge
from derive.check.ours import our_line
from derive.check.report import Claim
from derive.check.setting import Setting
from derive.check.symbols import Symbols
from derive.check.values import Disagree, Unknown, apart
from derive.derivation import Line
from derive.notation.expression import Expr, bar
from derive.notation.fact import Fact
from derive.referee.evaluate import evaluate
from derive.referee.world import key_of
from derive.render.latex_math import math
from derive.syntax.tree import Node
from derive.typeset.document import scribe_for
from derive.typeset.facts import fact_shown

WAYS = {"along": "the derivative along the constraint", "projected": "the bar projected on the constraint"}


def along_the_constraint(judge: Judge, claim: Claim, left: Node, right: Node, readings: tuple[Reading, ...]) -> str:
    """The convention under which a bar is right where its quantity is bound by a fact; "" where it is not."""
    symbols = judge.symbols
    for convention, fact, line, expression in _ways(symbols, claim.name):
        moved = judge.frozen()
        moved.define([_bound(setting, line, expression) for setting in judge.settings])
        if any(_agrees(judge, moved, left, right, reading) for reading in readings):
            shown = math(fact_shown(fact, scribe_for(symbols.derivation), True))
            said = f"{WAYS[convention]} {shown}"
            ours = our_line(symbols, claim)
            return f"{said}; with all entries independent it is {ours}" if ours else said
    return ""


def _ways(symbols: Symbols, name: str) -> Iterator[tuple[str, Fact, Line, Expr]]:
    from derive.backward.constrained import constraints, rules_of

    derivation = symbols.derivation
    network = derivation.network
    tensor = network.tensors.get(name)
    fact = constraints(network).get(tensor) if tensor is not None and network.facts else None
    lines = [line for line in derivation.backward if tensor and line.tensor == bar(tensor, derivation.cost)]
    if fact is not None and len(lines) == 1:
        yield from ((way, fact, lines[0], rule) for way, rule in rules_of(lines[0], fact).items())


def _bound(setting: Setting, line: Line, expression: Expr) -> Setting:
    found = evaluate(expression, line.scalar.letters, setting.world)
    return setting.with_arrays({key_of(line.tensor): np.asarray(found, float)})


def _agrees(judge: Judge, moved: Judge, left: Node, right: Node, reading: Reading) -> bool:
    """Whether the left side along the constraint is the right side, in which bars are those of independent entries."""
    try:
        gaps = [
            apart(moved.sides(left, right, n, reading)[0], judge.sides(left, right, n, reading)[1])
            for n in range(len(judge.settings))
        ]
    except (Disagree, Unknown):
        return False
    return bool(gaps) and max(gaps) < EQUAL


def bound_claim(judge: Judge, claim: Claim, left: Node, right: Node, readings: tuple[Reading, ...]) -> Claim | None:
    """A bar's claim that is right under such a convention; None for another one."""
    under = along_the_constraint(judge, claim, left, right, readings)
    return replace(claim, verdict="right", follows="yes", under=(under,)) if under else None
