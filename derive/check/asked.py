"""What an answer says to the questions that a file asks beside the derivation, judged beside its lines.

A table of counts, entry by entry; YES or NO to "is this bar guaranteed to be 0?"; the numbers of a network that is to
do what a specification says; where a file has no equations, also every product of numbers that is worked out. Each is a
claim of the report, at its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from derive.analyse import Answered, Result, answers
from derive.analyse.counts import Counts, Entry, placed, table_in
from derive.analyse.counts.arithmetic import Arithmetic
from derive.analyse.zeros import Zeros
from derive.check import Checker
from derive.check.asked_networks import network_claims
from derive.check.asked_zeros import zero_claims
from derive.check.report import Claim, Report, Verdict
from derive.declare.network import Network
from derive.derivation import Derivation

JUDGED = ("counts", "zeros")
"""The questions whose answers an answer's words are compared with."""
ALONE = (
    "This file has no equations. Judged are products of numbers and, as far as it asks for them, tables of counts and "
    "the weights and biases of a network that is to be proved."
)


class AskedChecker:
    """A file, with or without equations, by which answers are judged."""

    def __init__(self, network: Network, derivation: Derivation | None = None) -> None:
        self.network = network
        self.own = Checker(derivation) if derivation is not None else None

    @cached_property
    def answered(self) -> tuple[Answered, ...]:
        """The answers that an answer's words are compared with. Raises DeriveError."""
        return answers(self.network, [q for q in self.network.questions if q.name in JUDGED])

    def check(
        self, text: str, suffix: str = ".tex", let: Mapping[str, str] | None = None, hints: bool = True
    ) -> Report:
        """The report on an answer. Raises DeriveError."""
        results = [answered.result for answered in self.answered]
        found = [*_counted(text, results), *_zeros(self.network, text, results), *network_claims(self.network, text)]
        if self.own is not None:
            report = self.own.check(text, suffix, let, hints)
            return replace(report, lines=_merged(report.lines, found)) if found else report
        found += _products(text, {claim.line for claim in found})
        return Report(self.network.title, _merged((), found), notes=(ALONE,))


def _merged(lines: Sequence[Claim], found: Sequence[Claim]) -> tuple[Claim, ...]:
    """All claims in the order of the text; one that is judged here is not judged as a line too."""
    taken = {(claim.line, claim.column) for claim in found}
    kept = [claim for claim in lines if (claim.line, claim.column) not in taken]
    return tuple(sorted((*kept, *found), key=lambda claim: (claim.line, claim.column)))


def _counted(text: str, results: Sequence[Result]) -> list[Claim]:
    """The entries of the text's table, by the layers with which most of them agree."""
    tables = [table_in(text, result.layers) for result in results if isinstance(result, Counts)]
    best = max(tables, key=lambda entries: (sum(e.verdict == "right" for e in entries), len(entries)), default=())
    return [_entry(entry) for entry in best]


def _entry(entry: Entry) -> Claim:
    """An entry as a claim; a product with a slip whose value is right is wrong as it is printed."""
    line, column = entry.at
    verdict: Verdict = "unknown" if entry.verdict == "unknown" else _said(entry.verdict == "right")
    where = f"{entry.layer}, {entry.quantity}"
    why = f"{where}: {entry.reason}" if entry.reason else where if verdict != "right" else ""
    return Claim(line, column, entry.text, verdict, why=why)


def _said(right: bool) -> Verdict:
    return "right" if right else "wrong"


def _zeros(network: Network, text: str, results: Sequence[Result]) -> Iterator[Claim]:
    for result in results:
        if isinstance(result, Zeros):
            yield from zero_claims(network, text, result.zeros)


def _products(text: str, taken: set[int]) -> Iterator[Claim]:
    """Products of numbers on lines that no table has."""
    for start, printed, arithmetic in placed(text):
        line = text.count("\n", 0, start) + 1
        if line not in taken:
            column = start - (text.rfind("\n", 0, start) + 1) + 1
            yield Claim(line, column, printed, _said(arithmetic.right), why=_slip(arithmetic))


def _slip(arithmetic: Arithmetic) -> str:
    if arithmetic.right:
        return ""
    slip = f"; {arithmetic.slips[0].words()}" if arithmetic.slips else ""
    return f"as printed it comes to {arithmetic.written.computed:,}{slip}"
