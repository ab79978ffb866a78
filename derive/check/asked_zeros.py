r"""YES or NO to "is this bar guaranteed to be 0?", as answers say it: ∂L/∂w₁ YES; \bar{w}_1: NO; | w_1 | YES |.

A NO is contradicted where the same answer says, in words or in a formula, that the bar is 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from derive.analyse.zeros import Zero
from derive.check.report import Claim, Verdict
from derive.declare.network import Network

NAME = r"(?:\\[A-Za-z]+\s*)?\{?(?:\\[A-Za-z]+\s*\{)?[A-Za-z]\w*\}*(?:(?:_|\^)(?:\{[^{}]*\}|\([^()]*\)|\w))*\}?"
"""w_1, \\mathbf{W}^{(1)}, {w_{1}}, W1."""
SIGNAL = (
    rf"(?:\\[dt]?frac\s*\{{\s*(?:\\partial|d)[^{{}}]*(?:\{{[^{{}}]*\}})?[^{{}}]*\}}\s*"
    rf"\{{\s*(?:\\partial|d)\s*(?P<{{0}}below>{NAME})\s*\}}"
    rf"|(?:∂|d)\s*\w+\s*/\s*(?:∂|d)\s*(?P<{{0}}beside>{NAME})"
    rf"|\\(?:bar|overline)\s*(?P<{{0}}barred>{NAME}))"
)
BETWEEN = r"(?:\s|\\q?quad|\\[,;:! ]|[$|&:,→–—-]|\\(?:text|mathrm|textbf|mathbf|rightarrow|to)\b|[{}*])*"
ANSWER = r"(?P<said>YES|NO|Yes|No|yes|no)\b\}?"
ANSWERED = re.compile(SIGNAL.replace("{0}", "") + BETWEEN + ANSWER)
CELLS = re.compile(
    rf"^[ \t]*\|?[ \t]*\$?\s*(?P<cell>{NAME})\s*\$?[ \t]*(?:\||:|\t|&)[ \t]*(?P<said>YES|NO|Yes|No|yes|no)\b", re.M
)
IS_ZERO = re.compile(SIGNAL.replace("{0}", "") + r"\s*\}?\s*=\s*0(?!\.?\d)(?!\s*(?:[-+*/]|\\(?:cdot|times|pm)\b))")
PLAIN = re.compile(r"\\(?:mathbf|mathcal|mathrm|boldsymbol|bm|text|bar|overline)\b|[\s{}()_^\\$]")


@dataclass(frozen=True, slots=True)
class Said:
    """That a bar is guaranteed to be 0, or not, and where it is said."""

    bar: str
    yes: bool
    start: int
    text: str


def zero_claims(network: Network, text: str, zeros: Sequence[Zero]) -> Iterator[Claim]:
    """A claim for each YES and NO about one of the bars."""
    known = {_plain(name): zero for zero in zeros for name in _names(network, zero)}
    asserted = [said for said in _said(IS_ZERO, text) if said.bar in known]
    found = {said.start: said for pattern in (CELLS, ANSWERED) for said in _said(pattern, text) if said.bar in known}
    for said in sorted(found.values(), key=lambda one: one.start):
        zero = known[said.bar]
        against = [one for one in asserted if known[one.bar] is zero and one.start > said.start]
        line, column = _place(text, said.start)
        verdict: Verdict = "unknown" if zero.answer == "not decided" else "right" if _agrees(said, zero) else "wrong"
        yield Claim(line, column, said.text, verdict, why=_why(said, zero, [_place(text, a.start)[0] for a in against]))


def _names(network: Network, zero: Zero) -> tuple[str, ...]:
    """How a bar's quantity may be called: its name, as it is printed, other names."""
    others = (name for name, own in network.notation.items() if own == zero.name)
    return zero.name, *((network.printed[zero.name],) if zero.name in network.printed else ()), *others


def _said(pattern: re.Pattern[str], text: str) -> Iterator[Said]:
    for met in pattern.finditer(text):
        given: Mapping[str, str | None] = met.groupdict()
        name = next((given[key] for key in ("below", "beside", "barred", "cell") if given.get(key)), "") or ""
        yes = (given.get("said") or "YES").upper() == "YES"
        start = met.start() + len(met[0]) - len(met[0].lstrip())
        yield Said(_plain(name), yes, start, met[0].strip())


def _plain(name: str) -> str:
    return PLAIN.sub("", name)


def _place(text: str, start: int) -> tuple[int, int]:
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def _agrees(said: Said, zero: Zero) -> bool:
    return said.yes == (zero.answer == "YES")


def _why(said: Said, zero: Zero, against: Sequence[int]) -> str:
    """What is true, with its reason; and that the answer says otherwise itself."""
    told = ""
    if zero.answer == "not decided":
        told = "no proof and no counterexample was found"
    elif not _agrees(said, zero):
        proof = zero.to_dict().get("proof", [])
        told = f"it is guaranteed to be 0: `{'`, `'.join(proof[:3])}`" if zero.answer == "YES" else _witness(zero)
    if not said.yes and against:
        lines = f"line{'s' if len(set(against)) > 1 else ''} {', '.join(map(str, dict.fromkeys(against)))}"
        says = "says" if len(set(against)) == 1 else "say"
        told += f"{'; ' if told else ''}the answer contradicts itself: {lines} below {says} that it is 0"
    return told


def _witness(zero: Zero) -> str:
    """Numbers with which it is not 0."""
    if zero.witness is None:
        return "it is not guaranteed to be 0"
    scalars = [f"{name} = {value:.4g}" for name, value in zero.witness.numbers.items() if _is_number(value)]
    given = f" with {', '.join(scalars)}" if len(scalars) == len(zero.witness.numbers) else ""
    return f"it is not guaranteed to be 0: it is {zero.witness.value:.4g}{given}"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) or getattr(value, "ndim", None) == 0
