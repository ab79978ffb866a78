"""A hand derivation against ours: which line is wrong, why, and what mends it.

derive.syntax  the formulas of a text, each as a syntax tree without meaning
setting  numbers for every quantity and bar  symbols what names may mean
evaluate a tree's numbers at a point         judge   whether two sides agree at all points
mark     the answer from top to bottom       mistakes  the smallest edit that makes a line right
report   what was found; show: as a Document
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from derive.check.agreement import agreement, signal
from derive.check.conventions import at_kinks
from derive.check.defining import Definition, Head
from derive.check.hints import hinted, to_mend
from derive.check.layouts import Layout, is_row_of_slopes, of_one_layout
from derive.check.let import renamed
from derive.check.limits import within_limits
from derive.check.mark import Marking
from derive.check.marked import Marked
from derive.check.missing import Missing
from derive.check.ours import with_our_lines
from derive.check.points import settings
from derive.check.questions import told_apart
from derive.check.report import Claim, Report
from derive.check.setting import Setting, training_case
from derive.check.symbols import Symbols
from derive.derivation import Derivation
from derive.pipeline import derive_network
from derive.syntax.extract import Formula

__all__ = ["Checker", "Report", "check"]

FIXED = ("constant", "class")


class Checker:
    """One problem, with all that its answers are judged by; made once for many answers."""

    def __init__(self, derivation: Derivation, seed: int = 0) -> None:
        self.asked = derivation
        network = derivation.network
        names = [t.name for t in network.tensors.values() if t.role not in FIXED]
        self.derivation = replace(derive_network(network, names), of=derivation.of)
        if derivation.tangents:
            self.derivation = replace(self.derivation, tangents=derivation.tangents)
        self.points: tuple[Setting, ...] = settings(self.derivation, seed)
        self.case = training_case(self.derivation, self.points)
        self.symbols = Symbols(self.derivation)
        if derivation.hessians or derivation.gauss_newton or any(met.backward for met in derivation.tangents):
            from derive.check.curvature import with_curvature

            self.points = with_curvature(derivation, self.symbols, self.points)
        if not self.symbols.used.isdisjoint(("nuclear_norm", "svdvals", "spectral_norm")):
            from derive.check.singular import with_singular

            self.points = with_singular(derivation, self.symbols, self.points)
        self.known: dict[str, tuple[Setting, ...]] = {}

    def check(
        self, text: str, suffix: str = ".tex", let: Mapping[str, str] | None = None, hints: bool = True
    ) -> Report:
        """The report on an answer; let: names in the answer -> names in the problem. Raises DeriveError."""
        with np.errstate(all="ignore"):  # what has no value is said, not warned of
            return self._report(text, suffix, let, hints)

    def _report(self, text: str, suffix: str, let: Mapping[str, str] | None, hints: bool) -> Report:
        found = within_limits(text, suffix)
        let = renamed(self.derivation, {**self.derivation.network.notation, **(let or {})})
        marked = self._marked(found, text, let, "usual")
        wrong = [m for m in marked if m.claim.verdict == "wrong"]
        if len(wrong) > 1 or any(map(is_row_of_slopes, wrong)):
            other = self._marked(found, text, let, "rows")
            shown = _right_alone(other, marked)
            if shown > max(1 - any(map(is_row_of_slopes, wrong)), _right_alone(marked, other)):
                marked = other
        marked = of_one_layout(marked)
        apart = told_apart([m.claim for m in marked], [m.starts for m in marked], [m.kind for m in marked])
        marked = [replace(m, claim=claim) for m, claim in zip(marked, apart, strict=True)]
        marked = [replace(m, claim=claim) for m, claim in zip(marked, at_kinks([m.claim for m in marked]), strict=True)]
        if hints:
            mended = to_mend(marked)
            stated = Missing(self.derivation, self.known)
            marked = [hinted(self.derivation, m, stated) if n in mended else m for n, m in enumerate(marked)]
        symbols = self.symbols.fresh(let)
        claims = with_our_lines(symbols, [m.claim for m in marked])
        told = agreement(symbols, claims)
        missing = (*self._missing(claims), *self._not_added(marked))
        return Report(self.asked.network.title, claims, missing, told)

    def _marked(self, given: Sequence[Formula], text: str, let: Mapping[str, str], layout: Layout) -> list[Marked]:
        """The claims; where one needs a name that is defined below it, once more, with all definitions known."""
        marking = self._marking(let, layout)
        found = _read(marking, given, text)
        unknown = any(m.claim.verdict == "unknown" or _reads_ahead(m, marking.definitions) for m in found)
        ahead, heads = (marking.definitions, marking.heads) if unknown else ([], [])
        if ahead or heads or marking.added:
            marking = self._marking(let, layout, ahead, frozenset(marking.added), heads)
            found = _read(marking, given, text)
        if marking.changed and marking.signals:  # its d are error signals, here and there
            marking = self._marking(let, layout, ahead, marking.adds, heads)
            marking.changes = False
            found = _read(marking, given, text)
        return found

    def _marking(
        self,
        let: Mapping[str, str],
        layout: Layout,
        ahead: Sequence[Definition] = (),
        adds: frozenset[str] = frozenset(),
        heads: Sequence[Head] = (),
    ) -> Marking:
        return Marking(
            derivation=self.derivation,
            symbols=self.symbols.fresh(let),
            points=self.points,
            layout=layout,
            case_points=self.case,
            ahead=ahead,
            heads_ahead=heads,
            adds=adds,
        )

    def _missing(self, claims: tuple[Claim, ...]) -> tuple[str, ...]:
        """What the question asked for and the answer lacks."""
        said = {claim.name for claim in claims if claim.verdict in ("right", "wrong", "unknown") and claim.name}
        return tuple(signal(self.asked, name) for name in self.asked.wanted if name not in said)

    def _not_added(self, marked: Sequence[Marked]) -> Iterator[str]:
        """What is still to be added to the bars that the answer adds up, where it is right so far."""
        last = {m.claim.name: m for m in marked if m.claim.verdict in ("right", "wrong", "unknown")}
        broken = {m.claim.name for m in marked if m.claim.verdict in ("wrong", "unknown")}
        for name, one in last.items():
            for term in one.lacks if name not in broken else ():
                yield f"the contribution {term} to {signal(self.derivation, name)}"


def _read(marking: Marking, given: Sequence[Formula], text: str) -> list[Marked]:
    """The claims of all formulas, in order."""
    found: list[Marked] = []
    end = 0
    for formula in given:
        found.extend(marking.formula(formula, text[end : formula.at]))
        end = formula.at + len(formula.tex)
    return found


def _reads_ahead(marked: Marked, definitions: Sequence[Definition]) -> bool:
    """Whether a wrong claim has a name that the answer defines below it: where δ = …"""
    later = [left.tex for left, *_ in definitions[len(marked.made) :]] if marked.claim.verdict == "wrong" else []
    return any(re.search(re.escape(tex) + "(?![A-Za-z])", marked.claim.tex) for tex in later if tex)


def _right_alone(these: list[Marked], others: list[Marked]) -> int:
    """How many claims are right here and wrong there."""
    pairs = zip(these, others, strict=False)
    return sum(a.claim.verdict == "right" and b.claim.verdict == "wrong" for a, b in pairs)


def check(derivation: Derivation, text: str, suffix: str = ".tex", let: Mapping[str, str] | None = None) -> Report:
    """The report on one answer."""
    return Checker(derivation).check(text, suffix, let)
