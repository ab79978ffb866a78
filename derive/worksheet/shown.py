"""A worksheet, its solution and its answer as documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from shlex import quote
from types import MappingProxyType

from derive.document import (
    Block,
    Chain,
    Code,
    Display,
    Document,
    Fenced,
    Heading,
    Items,
    Math,
    Operator,
    Prose,
    Raw,
    row,
)
from derive.typeset.number import digits
from derive.worksheet.blanks import Blanked, numbered
from derive.worksheet.lines import Form, Item
from derive.worksheet.mistakes import Planted, with_mistakes

ENTRIES, VECTORS = "Backward pass", ", vectorised"
FORWARD, CLOSED, NOTES = "Forward pass", "Closed form", "Notes"
CHANGES = ("Forward mode", "Jacobian", "Product with the Hessian", "Hessian", "Gauss–Newton")
GAP = Operator("\u2003", "product")

TASK: Mapping[str, str] = MappingProxyType({
    "bars": "The forward pass is given. In the backward pass some right sides are left out: derive them, and write "
    "them on the rules. Every rule has a number.",
    "terms": "The forward pass is given. In the backward pass single terms and factors are left out: find them, and "
    "write them on the rules. Every rule has a number.",
    "transposes": "The forward pass is given. In the vector lines below, transposes were left off: write T into a box "
    "where what stands before it must be transposed, and a stroke where not. The shapes decide.",
    "mistakes": "The forward pass is given. Some lines of the backward pass are wrong, each in one place. Find them, "
    "say what is wrong, and write them as they should be. Take every line by itself: the bars that it reads are right.",
})  # fmt: skip

NOTHING = (
    "There is nothing to fill in here: no factor of a line in vectors could have a transpose. Ask for other blanks."
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a sheet, its solution and its answer share: the whole derivation, its lines, what was asked for."""

    whole: Document
    lines: tuple[Item, ...]
    blanks: str
    level: int
    seed: int
    problem: str
    options: tuple[str, ...] = ()

    @property
    def titles(self) -> Mapping[str, tuple[str, Form]]:
        """The headings of the lines -> the cost that they start from, where there are several, and their form."""
        met = dict.fromkeys((line.cost, line.form) for line in self.lines if not line.block)
        return {_titles(cost)[form]: (cost, form) for cost, form in met}


def forms_shown(whole: Document, cost: str) -> tuple[Form, ...]:
    """Whether the backward pass from a cost is shown entry by entry alone, or in vectors, too."""
    title = _titles(cost)["vectors"]
    both = any(isinstance(block, Heading) and block.text == title for block in whole.blocks)
    return ("entries", "vectors") if both else ("entries",)


def _titles(cost: str) -> Mapping[Form, str]:
    """The headings of the backward pass; cost: which, where there are several."""
    entries = f"{ENTRIES} from {cost}" if cost else ENTRIES
    return {"entries": entries, "vectors": entries + VECTORS}


def sheet(frame: Frame, blanked: Blanked) -> Document:
    """The sheet with its blanks."""
    return _sheet(frame, blanked.chains, f"{TASK[frame.blanks]} {_count(blanked)}" if blanked.answers else NOTHING)


def hunt(frame: Frame, planted: Sequence[Planted]) -> Document:
    """The sheet with its wrong lines, all lines numbered."""
    chains = with_mistakes(frame.lines, planted)
    count = "1 line is wrong." if len(planted) == 1 else f"{len(planted)} lines are wrong."
    return _sheet(frame, [_labelled(n, chain) for n, chain in enumerate(chains, 1)], f"{TASK[frame.blanks]} {count}")


def _count(blanked: Blanked) -> str:
    count, boxes = len(blanked.answers), isinstance(blanked.answers[0], bool)
    one, many = ("box", "boxes") if boxes else ("blank", "blanks")
    return f"1 {one}." if count == 1 else f"{count} {many}."


def _labelled(number: int, chain: Chain) -> Chain:
    return replace(chain, left=row(_label(number), GAP, chain.left))


def _label(number: int) -> Math:
    return Fenced(digits(number))


def _sheet(frame: Frame, chains: Sequence[Chain | None], told: str) -> Document:
    head = Prose((f"{told}{_given(frame)} (Level {frame.level}, seed {frame.seed}.)",))
    return Document(f"{frame.whole.title}: worksheet", (head, *_with_lines(frame, chains), *_hand_in(frame)))


def _given(frame: Frame) -> str:
    """Which other sections have blanks: those of derivatives forward and of second order; and which have none."""
    known = (*frame.titles, FORWARD, CLOSED, NOTES)
    titles = [b.text for b in frame.whole.blocks if isinstance(b, Heading) and b.level == 2 and b.text not in known]
    changed = _changed(frame)
    asked, others = ([t for t in dict.fromkeys(titles) if (t in changed) == kind] for kind in (True, False))
    told = f" The same goes for {_quoted(asked)}." if asked else ""
    return f"{told} Nothing is left out or wrong under {_quoted(others)}." if others else told


def _changed(frame: Frame) -> set[str]:
    """The sections of forward mode and of second order in which lines may be asked for."""
    blocks = {line.block for line in frame.lines if line.block and line.asked}
    section, count = "", 0
    found: set[str] = set()
    for block in frame.whole.blocks:
        section = block.text if isinstance(block, Heading) and block.level <= 2 else section
        if is_change(section) and isinstance(block, Display):
            count += 1
            found.update((section,) if count in blocks else ())
    return found


def _quoted(titles: Iterable[str]) -> str:
    return ", ".join(f"“{title}”" for title in titles)


def is_change(title: str) -> bool:
    """Whether a section is of forward mode or of second order."""
    return title.startswith(CHANGES)


def _hand_in(frame: Frame) -> Iterator[Block]:
    """How an answer is marked."""
    yield Heading("Hand in", 2)
    told = "Write your lines into a file, as LaTeX between dollars and in your own notation, and have them marked:"
    yield Prose((told,))
    options = "".join(f" {option}" for option in frame.options)
    yield Code(f"derive check {quote(frame.problem or 'PROBLEM.yaml')}{options} answer.md", "sh")


def _with_lines(frame: Frame, chains: Sequence[Chain | None]) -> Iterator[Block]:
    """The document of the derivation with these lines for its backward pass."""
    section, count = "", 0
    titles = frame.titles
    pairs = list(zip(frame.lines, chains, strict=True))
    for block in frame.whole.blocks[:-1]:
        section = block.text if isinstance(block, Heading) and block.level <= 2 else section
        if section in titles and isinstance(block, Display):
            own = [(line, c) for line, c in pairs if not line.block]
            yield Display(tuple(c for line, c in own if c is not None and (line.cost, line.form) == titles[section]))
        elif is_change(section) and isinstance(block, Display):
            count += 1
            yield Display(tuple(c for line, c in pairs if c is not None and line.block == count))
        elif section != CLOSED:
            yield block


def _whole(frame: Frame) -> Iterator[Block]:
    """The backward pass with all its steps, and what was checked."""
    section = ""
    for block in frame.whole.blocks[:-1]:
        section = block.text if isinstance(block, Heading) and block.level <= 2 else section
        if section in frame.titles or is_change(section):
            yield block
    yield frame.whole.blocks[-1]


def solution(frame: Frame, blanked: Blanked) -> Document:
    """What belongs into the blanks, and the derivation."""
    shown = _marks(blanked) if frame.blanks == "transposes" else [Display(tuple(_filled(blanked)))]
    return _solution(frame, shown if blanked.answers else ())


def _solution(frame: Frame, blocks: Iterable[Block]) -> Document:
    title = f"{frame.whole.title}: solution"
    return Document(title, (Prose((f"Level {frame.level}, seed {frame.seed}.",)), *blocks, *_whole(frame)))


def _filled(blanked: Blanked) -> Iterator[Chain]:
    for number, answer in numbered(blanked):
        if isinstance(answer, Chain):
            yield _labelled(number, answer)
        elif not isinstance(answer, bool):
            yield Chain(_label(number), (answer,))


def _marks(blanked: Blanked) -> list[Block]:
    """The boxes with a transpose, and those without."""
    held = [f"({n})" for n, answer in numbered(blanked) if answer is True]
    free = [f"({n})" for n, answer in numbered(blanked) if answer is False]
    told = (("A transpose", held), ("No transpose", free))
    return [Items(tuple((f"{words}: {', '.join(found)}.",) for words, found in told if found))]


def hunted(frame: Frame, planted: Sequence[Planted]) -> Document:
    """Which lines are wrong and how, what they should be, and the derivation."""
    return _solution(frame, [block for one in planted for block in _found(frame, one)])


def _found(frame: Frame, one: Planted) -> tuple[Block, ...]:
    chain = frame.lines[one.place].chain
    wrong: Math = Raw(r"\text{wrong: }", "wrong: ")
    right: Math = Raw(r"\text{right: }", "right: ")
    both = [replace(c, left=row(word, c.left)) for word, c in ((wrong, one.chain), (right, chain))]
    return (Prose((f"Line ({one.place + 1}): {one.words}.",)), Display(tuple(both)))


def answer(frame: Frame) -> Document:
    """All lines, filled in, one to a display."""
    lines = dict.fromkeys(line.chain for line in frame.lines if line.chain.rights and line.judged)
    told = Prose(("All lines, filled in.",))
    return Document(f"{frame.whole.title}: answer", (told, *(Display((chain,)) for chain in lines)))
