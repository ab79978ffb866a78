"""`derive check` on the five documents, whole and as their audited lines alone: five expectations of each row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

import derive
from tests.documents import EXPECTATIONS, FOLDER, NUMBERS, Audited, Line, Row, audited
from tests.documents.answer import answer

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "documents"
beside = pytest.mark.skipif(not SHARED.exists(), reason="reads ../shared")
SOURCES = ("whole", "alone")
ROWS = [(number, row) for number in NUMBERS for row in audited(number).rows]
CONVENTIONS = ("numerator layout", "ReLU'(0)", "ȳ = 1", "1ᵀy", "elementwise", "y - t", "-1")
"""None of these words is in the conventions of a line that needs none."""


def plain(words: str) -> str:
    """Words without what differs between ways to write the same."""
    return re.sub(r"\s", "", words.replace("′", "'").replace("−", "-"))


def says(words: str, wanted: str | list[str]) -> bool:
    """Whether words have a fragment, or one of several."""
    return any(plain(one) in plain(words) for one in ([wanted] if isinstance(wanted, str) else wanted))


@cache
def report(number: str, problem: str, source: str) -> Any:
    from derive.check import check

    document = audited(number)
    derivation = derive.load(ROOT / "problems" / f"{problem}.yaml").derive().data
    if source == "whole":
        return check(derivation, document.text, Path(document.name).suffix)
    return check(derivation, answer(document, problem)[0], document.suffix)


def place(document: Audited, row: Row, line: Line, source: str) -> tuple[int, int]:
    return (line.line, line.at) if source == "whole" else answer(document, row.problem)[1][line]


def found(number: str, row: Row, source: str) -> Iterator[tuple[Line, list[Any]]]:
    """For each formula of a row the claims that begin in it."""
    claims = report(number, row.problem, source).lines
    for line in row.lines:
        where, at = place(audited(number), row, line, source)
        inside = [c for c in claims if c.line == where and at < c.column <= at + len(line.tex)]
        yield line, sorted(inside, key=lambda claim: claim.column)


def verdict(claim: Any, wanted: str) -> bool:
    return bool(claim.verdict == wanted)


def repaired(claim: Any, wanted: str | None) -> bool:
    """Some reading has the verdict; where there is nothing to read otherwise, none turns what is wrong into right."""
    verdicts = {repair.verdict for repair in claim.repairs}
    if wanted is None:
        return claim.verdict != "wrong" or not verdicts & {"right", "given"}
    return wanted in verdicts and (wanted != "wrong" or not verdicts & {"right", "given"})


def follows(claim: Any, wanted: str) -> bool:
    return bool(claim.follows == wanted)


def under(claim: Any, wanted: list[str | list[str]] | None) -> bool:
    words = " ".join(claim.under)
    if wanted is None:
        return not says(words, list(CONVENTIONS))
    return all(says(words, one) for one in wanted)


def hint(claim: Any, wanted: list[str | list[str]] | None) -> bool:
    """The words of the hint, of the mended line and of the reason; a wrong line without a hint has other help."""
    if wanted is None:
        blamed = claim.verdict == "wrong" and claim.follows == "no" and not claim.repairs
        return not blamed or bool(claim.hint or claim.example or claim.why)
    mend = claim.hint
    words = " ".join([claim.why, *([mend.words, mend.tex] if mend else []), *(r.why for r in claim.repairs)])
    return all(says(words, one) for one in wanted)


MET: dict[str, Callable[[Any, Any], bool]] = {
    "verdict": verdict,
    "repaired": repaired,
    "follows": follows,
    "under": under,
    "hint": hint,
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("expectation", EXPECTATIONS)
@pytest.mark.parametrize(("number", "row"), ROWS, ids=lambda x: re.sub(r"\W+", "-", x.id) if isinstance(x, Row) else "")
def test_row(number: str, row: Row, expectation: str, source: str, request: pytest.FixtureRequest) -> None:
    if expectation in row.cannot:
        request.applymarker(pytest.mark.xfail(reason=row.cannot[expectation], strict=True))
    for line, claims in found(number, row, source):
        assert len(claims) == len(line.claims), f"{len(claims)} claims for {len(line.claims)} in {line.tex}: {claims}"
        for claim, wanted in zip(claims, line.claims, strict=True):
            want = wanted[expectation]
            assert MET[expectation](claim, want), f"{expectation} is not {want}: {claim} ({row.reason})"


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("number", NUMBERS)
def test_claims_are_printed_byte_for_byte(number: str, source: str) -> None:
    for row in audited(number).rows:
        for line, claims in found(number, row, source):
            assert all(claim.tex in line.tex for claim in claims if not goes_on(row, line))


def goes_on(row: Row, line: Line) -> bool:
    """Whether the next formula of the row belongs to the claim of this one."""
    after = row.lines[row.lines.index(line) + 1 :]
    return bool(after) and not after[0].claims


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("number", NUMBERS)
def test_missing(number: str, source: str) -> None:
    for problem, names in audited(number).missing.items():
        said = report(number, problem, source).missing
        assert len(said) == len(names), said
        assert all(any(name in words for words in said) for name in names), said


def test_there_are_66_rows() -> None:
    assert sum(not row.extra for _, row in ROWS) == 66
    assert len({row.id for _, row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_expectations_are_complete(number: str) -> None:
    from derive.check.report import Follows, Verdict

    verdicts = get_args(Verdict)
    for row in audited(number).rows:
        assert (ROOT / "problems" / f"{row.problem}.yaml").exists()
        for claim in (claim for line in row.lines for claim in line.claims):
            assert tuple(claim) == EXPECTATIONS, row.id
            assert claim["verdict"] in verdicts and claim["repaired"] in (None, *verdicts), row.id
            assert claim["follows"] in get_args(Follows), row.id
            assert claim["under"] is None or claim["under"], row.id
            assert claim["hint"] is None or claim["hint"], row.id


@pytest.mark.parametrize("number", NUMBERS)
def test_expectations_go_together(number: str) -> None:
    """Only right lines hold under something, unless a reading does; nothing follows from what cannot be judged."""
    for claim in (claim for row in audited(number).rows for line in row.lines for claim in line.claims):
        if claim["verdict"] in ("given", "unknown", "unreadable", "other"):
            assert claim["follows"] == "n/a"
        if claim["under"]:
            assert "right" in (claim["verdict"], claim["repaired"])
        if claim["hint"]:
            assert claim["verdict"] == "wrong" or claim["repaired"]


@pytest.mark.parametrize("number", NUMBERS)
def test_lines_stand_alone_in_the_answer_as_printed(number: str) -> None:
    document = audited(number)
    for row in document.rows:
        text, places = answer(document, row.problem)
        for line in row.lines:
            where, at = places[line]
            assert text.split("\n")[where - 1].startswith(line.tex, at)


@beside
@pytest.mark.parametrize("number", NUMBERS)
def test_the_documents_are_as_they_lie_there(number: str) -> None:
    name = audited(number).name
    assert (SHARED / name).read_bytes() == (FOLDER / name).read_bytes()


@beside
@pytest.mark.parametrize("number", NUMBERS)
def test_every_row_is_in_the_audit(number: str) -> None:
    written = (SHARED / "AUDIT.md").read_text(encoding="utf-8")
    for row in audited(number).rows:
        assert f"| {row.id.removesuffix('-L')} |" in written
