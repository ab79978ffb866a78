"""The n-th line of a run: from the seed and n alone, whoever makes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any, Literal, TypeAlias

from tests.mutations import right, right_vectors, wrong, wrong_vectors
from tests.mutations.claim import Claim, Scalars, Vectors, written
from tests.mutations.forms import SPELLED, Unfit, respelled
from tests.mutations.names import Rewritten
from tests.mutations.numbers import Answer, compared, with_definitions
from tests.mutations.shapes import is_row
from tests.mutations.source import NOTATIONS, PROBLEMS, PRODUCTS, Problem, Source, problem
from tests.mutations.surface import WRAPPERS, answer, chosen, spelled_so

Mode: TypeAlias = Literal["right", "wrong", "pairs"]
TRIES = 400
"""How many lines are looked at until one has a place for a kind of change."""

RIGHT = (*dict.fromkeys([*right.KINDS, *right_vectors.KINDS]), *SPELLED)
WRONG = tuple(dict.fromkeys([*wrong.KINDS, *wrong_vectors.KINDS]))


@dataclass(frozen=True)
class Sample:
    """One answer: `line` is the one in question, `before` those that define its names, `original` its source.

    kinds: what was done to it.  after: whether its names are defined after it, "where …".
    """

    n: int
    mode: Mode
    problem: str
    style: tuple[str, str]
    kinds: tuple[str, ...]
    line: str
    original: str
    before: tuple[str, ...] = ()
    after: bool = False
    wrapper: str = "$$"
    spellings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.alone(self.line)

    @property
    def suffix(self) -> str:
        return WRAPPERS[self.wrapper][0]

    def alone(self, line: str) -> str:
        """An answer of another line in its place."""
        return answer(self.before, line, self.wrapper, self.after)[0]


def sample(mode: Mode, seed: int, n: int, among: tuple[str, ...] = ()) -> Sample:
    """The n-th line: kinds in turn, problems (among those named) with a place for it, lines and notations by chance;
    the next kind where no line that was tried comes out changed."""
    random = Random(f"{mode} {seed} {n}")
    kinds = [kind for kind in (RIGHT if mode == "right" else WRONG) if places(mode, kind, among)]
    for kind in (kinds[(n + step) % len(kinds)] for step in range(len(kinds))):
        fitting = places(mode, kind, among)
        for _ in range(TRIES):
            found = random.choice(fitting)
            source = random.choice(found[1])
            try:
                return _MAKERS[mode](random, n, kind, found[0], source)
            except Unfit:
                continue
    raise AssertionError(f"no line for {mode} {seed} {n}")


@cache
def places(mode: Mode, kind: str, among: tuple[str, ...] = ()) -> tuple[tuple[Problem, tuple[Source, ...]], ...]:
    """The lines of each problem that have a place for a kind of change."""
    met = (
        (found, tuple(s for s in found.lines if _has_place(mode, kind, found, s)))
        for found in map(problem, (path for path in PROBLEMS if not among or path.stem in among))
    )
    return tuple((found, lines) for found, lines in met if lines)


def _has_place(mode: Mode, kind: str, found: Problem, source: Source) -> bool:
    scalar = isinstance(source.claim, Scalars)
    if kind in SPELLED:
        return scalar or kind == "spelling"
    tables: tuple[Any, Any] = (right, right_vectors) if mode == "right" else (wrong, wrong_vectors)
    table = tables[0 if scalar else 1].KINDS
    return kind in table and next(iter(table[kind](found, source.claim)), None) is not None


def _right(random: Random, n: int, kind: str, found: Problem, source: Source) -> Sample:
    notations = NOTATIONS[:3] if kind == "common names" else NOTATIONS
    style = random.choice(notations), random.choice(PRODUCTS)
    scribe = found.scribe(*style)
    original = written(source.claim, scribe)
    if kind in SPELLED:
        before: tuple[str, ...] = ()
        line = respelled(kind, source, scribe)
    else:
        rewritten = _rewritten(kind, random, found, source.claim)
        before = tuple(written(claim, scribe) for claim in rewritten.before)
        line = written(rewritten.claim, scribe)
    if (line == original and kind != "spelling") or is_odd(line, original):
        raise Unfit
    spellings = chosen(random, line) if kind == "spelling" or random.random() < 0.3 else ()
    before = tuple(spelled_so(text, spellings) for text in before)
    made = Sample(n, "right", found.name, style, (kind,), spelled_so(line, spellings), original, before)
    after = bool(before) and random.random() < 0.3
    return replace(made, wrapper=random.choice(tuple(WRAPPERS)), spellings=spellings, after=after)


def is_odd(line: str, original: str) -> bool:
    """Whether the renderer needs … or ∂_i for a line, where nobody would write it so."""
    return any(line.count(sign) > original.count(sign) for sign in (r"\dots", r"\partial_"))


def _rewritten(kind: str, random: Random, found: Problem, claim: Claim) -> Rewritten:
    """A line that means the same; numbers confirm it where they can (they know no name that it defines)."""
    if isinstance(claim, Scalars):
        makers = list(right.KINDS[kind](found, claim)) if kind in right.KINDS else []
    else:
        makers = list(right_vectors.KINDS[kind](found, claim)) if kind in right_vectors.KINDS else []
    if not makers:
        raise Unfit
    made = random.choice(makers)(random)
    known = holds(found, made)
    assert known != "different", f"{kind} changes what a line of {found.name} says: {made}"
    if known == "unclear":
        raise Unfit
    return made


def _wrong(random: Random, n: int, kind: str, found: Problem, source: Source) -> Sample:
    claim = _planted(kind, random, found, source.claim)
    return _planted_sample(random, n, "wrong", found, source, claim, (kind,))


def _planted(kind: str, random: Random, found: Problem, claim: Claim) -> Claim:
    """A line with one mistake of a kind, wrong by numbers."""
    table = wrong.KINDS if isinstance(claim, Scalars) else wrong_vectors.KINDS
    makers = list(table[kind](found, claim)) if kind in table else []  # type: ignore[arg-type]
    if not makers:
        raise Unfit
    made = random.choice(makers)()
    if compared(made, found.worlds) != "different":
        raise Unfit
    return made


def _pair(random: Random, n: int, first: str, found: Problem, source: Source) -> Sample:
    """Two mistakes: each of them alone would make the line wrong, and so do both."""
    one = _planted(first, random, found, source.claim)
    fitting = [kind for kind in WRONG if kind != first and _has_place("wrong", kind, found, replace(source, claim=one))]
    if not fitting:
        raise Unfit
    second = random.choice(fitting)
    both = _planted(second, random, found, one)
    return _planted_sample(random, n, "pairs", found, source, both, (first, second))


def _planted_sample(
    random: Random, n: int, mode: Mode, found: Problem, source: Source, claim: Claim, kinds: tuple[str, ...]
) -> Sample:
    style = random.choice(NOTATIONS), random.choice(PRODUCTS)
    scribe = found.scribe(*style)
    line, original = written(claim, scribe), written(source.claim, scribe)
    if line == original or is_odd(line, original) or _is_other_layout(style, kinds, claim):
        raise Unfit
    spellings = chosen(random, line) if random.random() < 0.3 else ()
    wrapper = random.choice(tuple(WRAPPERS))
    line, original = spelled_so(line, spellings), spelled_so(original, spellings)
    return Sample(n, mode, found.name, style, kinds, line, original, wrapper=wrapper, spellings=spellings)


def _is_other_layout(style: tuple[str, str], kinds: tuple[str, ...], claim: Claim) -> bool:
    """∂E/∂b = 𝟏ᵀ ∂E/∂Y for ∂E/∂Y 𝟏: no mistake but numerator layout, where all slopes turn."""
    return style[0] == "partial" and "row for column" in kinds and isinstance(claim, Vectors) and is_row(claim.right)


_MAKERS = {"right": _right, "wrong": _wrong, "pairs": _pair}


def holds(found: Problem, made: Rewritten) -> Answer:
    """What the numbers say of a rewritten line, the names that it defines among them."""
    worlds = [with_definitions(world, made.before) for world in found.worlds]
    return compared(made.claim, worlds)
