"""What is said of one line, or of neighbours of which the same is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from derive.check.carried import carried_from
from derive.check.report import Claim, Verdict
from derive.check.show_math import chains
from derive.check.show_words import example, follows_from, plain_words, repaired, sentence, words
from derive.check.write import write
from derive.document import Chain, Code, Display, Heading, Prose, Together, Tone, Words
from derive.syntax.read import Unreadable, read
from derive.syntax.tree import Relation

Told: TypeAlias = Verdict | Literal["own", "follows"]
SAID: dict[Told, tuple[str, Tone]] = {
    "right": ("right", "good"),
    "given": ("as in the problem", "good"),
    "own": ("a name of the answer's own", ""),
    "wrong": ("wrong", "bad"),
    "follows": ("wrong, follows", "follows"),
    "unknown": ("not decided", "unsure"),
    "unreadable": ("unreadable", "unsure"),
    "other": ("about another problem", ""),
}
"""What is said of a line, here, in lists of many answers and in annotations; follows: from a line that is wrong."""
LONGEST = 1000
"""Characters of a formula that are shown where it cannot be read."""


def said_of(claim: Claim) -> Verdict | Literal["own"]:
    """The verdict as it is told: what defines a name of the answer's own is apart from what is as in the problem."""
    return "own" if claim.verdict == "given" and claim.own else claim.verdict


def told_of(claim: Claim) -> Told:
    """What is said above a line: of what is wrong whether it follows, too."""
    return "follows" if claim.verdict == "wrong" and claim.follows == "yes" else said_of(claim)


def claim_block(claims: Sequence[Claim], places: Sequence[int], answer: str) -> Together:
    """The place and the verdict, the lines as printed, and in words what is wrong and what mends it."""
    shown = [claims[n] for n in places]
    verdict, tone = SAID[told_of(shown[0])]
    heading = Heading(f"{_place(shown, answer)}: {verdict}", 3, tone)
    return Together((heading, *_printed(shown), *_said(claims, places[0])))


def _place(claims: Sequence[Claim], answer: str) -> str:
    """answer.tex:67:49; answer.tex:102–106."""
    first, last = claims[0], claims[-1]
    file = f"{plain_words(answer)}:" if answer else "line " if first.line == last.line else "lines "
    if len(claims) == 1:
        return f"{file}{first.line}:{first.column}"
    return f"{file}{first.line}" if first.line == last.line else f"{file}{first.line}–{last.line}"


def _printed(claims: Sequence[Claim]) -> Iterator[Display | Code]:
    """The lines as mathematics; as they were typed where no reader makes anything of them."""
    waiting: list[Chain] = []
    for claim in claims:
        found = chains(claim.reading or claim.tex) if claim.verdict != "unreadable" else ()
        if found:
            waiting += found
            continue
        if waiting:
            yield Display(tuple(waiting))
            waiting = []
        yield Code(_typed(claim.tex))
    if waiting:
        yield Display(tuple(waiting))


def _typed(tex: str) -> str:
    short = tex if len(tex) <= LONGEST else f"{tex[:LONGEST]} …"
    return "\n".join(plain_words(line) for line in short.split("\n") if line.strip())


def _said(claims: Sequence[Claim], place: int) -> Iterator[Prose | Display]:
    claim = claims[place]
    if claim.verdict == "wrong":
        yield from _wrong(claims, place)
    elif claim.why:
        yield Prose(sentence(claim.why))
    if claim.repairs:
        yield Prose(repaired(claim.repairs[0], claim.verdict))
        if claim.verdict == "unknown" and claim.hint is not None:
            yield from _hint(claim)


def _wrong(claims: Sequence[Claim], place: int) -> Iterator[Prose | Display]:
    """What disagrees, and what mends it; else numbers that show it, and our line."""
    claim = claims[place]
    why = [sentence(claim.why)] if claim.why else []
    if claim.follows == "yes":
        yield Prose(follows_from(carried_from(claims, place), claim))
        return
    if any(repair.verdict in ("right", "given") for repair in claim.repairs[:1]):
        yield from ([_joined(why)] if why else [])
        return
    if claim.hint is not None:
        yield from ([_joined(why)] if why else [])
        yield from _hint(claim)
        return
    if claim.example is not None:
        why.append(example(claim.example))
    if claim.ours:
        why.append(("Our line:",))
    yield _joined(why or [("The two sides differ.",)])
    yield from _shown(claim.ours)


def _hint(claim: Claim) -> Iterator[Prose | Display]:
    assert claim.hint is not None
    yield Prose(("Hint: ", *words(claim.hint.words), ":" if claim.hint.tex else "."), "hint")
    yield from _shown(_whole(claim.hint.tex, claim) if claim.hint.tex else "")


def _joined(sentences: Sequence[Words]) -> Prose:
    """Sentences one after the other."""
    return Prose(tuple(part for n, one in enumerate(sentences) for part in (*((" ",) if n else ()), *one)))


def _whole(tex: str, claim: Claim) -> str:
    """A mended right side with the left side of its line before it."""
    left = _left(claim.reading)
    return tex if chains(tex) or not left else f"{left} = {tex}"


def _left(tex: str) -> str:
    try:
        node = read(tex)[0]
    except (Unreadable, RecursionError):
        return ""
    return write(node.sides[0]) if isinstance(node, Relation) else ""


def _shown(tex: str) -> Iterator[Prose | Display]:
    found = chains(tex) if tex else ()
    if found:
        yield Display(found)
    elif tex:
        yield Prose((plain_words(tex),))
