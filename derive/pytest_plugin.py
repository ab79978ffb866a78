"""Each line of an answer file is a test, and so is each problem file.

    [tool.pytest.ini_options]
    derive_problems = ["problems/*.yaml"]
    derive_answers = ["problems/mlp.yaml: answers/mlp/*.md", "problems/rnn.yaml: answers/rnn/*.tex"]

Patterns are those of pathlib, from the root of the project. A line that is right, or as in the problem, passes; one
that is wrong, not decided or unreadable fails and shows what `derive check` says of it; one about another problem is
skipped. From the command line: pytest --derive problems/mlp.yaml answers/mlp/ann.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from derive.check.report import Report
    from derive.cli.answers import Answer

ANSWERS, PROBLEMS = "derive_answers", "derive_problems"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The settings and the option."""
    parser.addini(ANSWERS, "PROBLEM.yaml: PATTERN of answer files, one a line", type="linelist")
    parser.addini(PROBLEMS, "PATTERN of problem files, one a line", type="linelist")
    told = "judge the answer files that are named by this problem file; each line is a test"
    parser.getgroup("derive").addoption("--derive", metavar="PROBLEM.yaml", help=told)


def pytest_configure(config: pytest.Config) -> None:
    """Settings that cannot be read end the run before it begins."""
    for setting in config.getini(ANSWERS):
        if ": " not in setting:
            raise pytest.UsageError(f"{ANSWERS}: {setting!r}: write it as PROBLEM.yaml: PATTERN")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Answer files and problem files that the settings or the command line name."""
    problem = _problem_of(file_path, parent.config)
    if problem is not None:
        return AnswerFile.from_parent(parent, path=file_path, problem=problem)
    if any(_fits(file_path, pattern, parent.config) for pattern in parent.config.getini(PROBLEMS)):
        return ProblemFile.from_parent(parent, path=file_path)
    return None


def _problem_of(path: Path, config: pytest.Config) -> Path | None:
    """The problem by which an answer is judged."""
    from derive.cli.answers import ALSO, SUFFIXES

    if path.suffix.lower() not in (*SUFFIXES, *ALSO):
        return None
    given: str | None = config.getoption("--derive")
    if given and _is_named(path, config):
        return Path(config.invocation_params.dir, given)
    for setting in config.getini(ANSWERS):
        problem, _, pattern = setting.partition(": ")
        if _fits(path, pattern.strip(), config):
            return Path(config.rootpath, problem.strip())
    return None


def _is_named(path: Path, config: pytest.Config) -> bool:
    """Whether a path is among the arguments, or in a folder that is."""
    named = [Path(config.invocation_params.dir, arg.split("::")[0]).resolve() for arg in config.args]
    return any(path.resolve().is_relative_to(one) for one in named)


def _fits(path: Path, pattern: str, config: pytest.Config) -> bool:
    return path.resolve() in _matching(config.rootpath, pattern)


@lru_cache(maxsize=100)
def _matching(root: Path, pattern: str) -> frozenset[Path]:
    return frozenset(found.resolve() for found in root.glob(pattern))


class AnswerFile(pytest.File):
    """An answer: its report is made when its lines are collected."""

    def __init__(self, *, problem: Path, **given: Any) -> None:
        super().__init__(**given)
        self.problem = problem

    def collect(self) -> Iterator[pytest.Item]:
        """An item for each line; where a line says several things, for each of them."""
        report = self._report()
        met: Counter[str] = Counter()
        for place, claim in enumerate(report.lines):
            name = f"line {claim.line}"
            met[name] += 1
            if met[name] > 1:
                name = f"{name}, statement {met[name]}"
            yield AnswerLine.from_parent(self, name=name, report=report, place=place)

    def _report(self) -> Report:
        from derive.cli.answers import found, text_of
        from derive.cli.judged import checker
        from derive.errors import DeriveError

        try:
            answer: Answer = found([str(self.path)], None)[0]
            return checker(str(self.problem)).check(text_of(answer), answer.suffix)
        except DeriveError as error:
            raise self.CollectError(str(error)) from None


class Said(Exception):
    """What is wrong, as `derive check` says it."""


class _Item(pytest.Item):
    """A test of which a failure is words, without a traceback."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The words alone; what is no failure of ours as usual."""
        return str(excinfo.value) if isinstance(excinfo.value, Said) else super().repr_failure(excinfo, style)


class AnswerLine(_Item):
    """One statement of an answer."""

    def __init__(self, *, report: Report, place: int, **given: Any) -> None:
        super().__init__(**given)
        self.report, self.place = report, place

    def runtest(self) -> None:
        """Passes if the line is right."""
        from derive.check.show import FLAGGED
        from derive.check.show_claims import SAID, said_of

        claim = self.report.lines[self.place]
        if claim.verdict in FLAGGED:
            raise Said(_block(self.report, self.place, self.path.name))
        if claim.verdict == "other":
            pytest.skip(SAID[said_of(claim)][0])

    def reportinfo(self) -> tuple[Path, int, str]:
        """The line's place, for editors."""
        return self.path, self.report.lines[self.place].line - 1, f"{self.path.name}:{self.name}"


def _block(report: Report, place: int, answer: str) -> str:
    from derive.check.show_claims import claim_block
    from derive.document import Document
    from derive.render.terminal import terminal

    return terminal(Document("", (claim_block(report.lines, [place], answer),)), 100).rstrip()


class ProblemFile(pytest.File):
    """A problem file."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item."""
        yield ProblemItem.from_parent(self, name="derives")


class ProblemItem(_Item):
    """A problem file that can be derived, its lines checked by numbers, its questions answered."""

    def runtest(self) -> None:
        """Passes if the file is in order and its questions have answers."""
        from derive.api import CheckFailed, load
        from derive.errors import DeriveError

        try:
            network = load(self.path)
            found = network.derive() if network.declared.equations else network.answers()
            if not found.decided:
                raise Said(f"{self.path.name}: a question has no answer in time")
        except (DeriveError, CheckFailed) as error:
            raise Said(str(error)) from None

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file."""
        return self.path, 0, f"{self.path.name}: derives"
