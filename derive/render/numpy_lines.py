"""Lines as statements: whole arrays at once, one position of the labels after the other, or entry by entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from derive.derivation import Line
from derive.notation.bounds import surely_nonnegative
from derive.notation.expression import Entry, Tensor
from derive.notation.index import Index, Range, Slot
from derive.notation.matrix import MatrixEquation
from derive.referee.evaluate_equations import reads
from derive.render.numpy_code import Code
from derive.render.numpy_einsum import einsum
from derive.render.numpy_matrix import matrix
from derive.render.numpy_order import Loop, Rounds, Step, arranged, lines_in
from derive.render.numpy_scalar import Ahead, Coder

INDENT = "    "


def statements(lines: Sequence[Line], coder: Coder) -> list[str]:
    """The lines in an order of evaluation; those that read each other as loops."""
    return _Writer(lines).steps(arranged(lines), _Around(coder))


def indented(lines: Iterable[str]) -> list[str]:
    return [INDENT + line for line in lines]


def zeros(tensor: Tensor, coder: Coder) -> str:
    shape = [coder.slot(axis.size).text for axis in tensor.axes]
    return f"np.zeros(({', '.join(shape)}{',' if len(shape) == 1 else ''}))" if shape else "np.zeros(())"


@dataclass(frozen=True, slots=True)
class _Around:
    """The loops around a statement: what is in scope, and the variable along an axis of a quantity, with its range."""

    coder: Coder
    variables: Mapping[tuple[Tensor, int], tuple[str, _Ends]] = field(default_factory=dict)

    def entered(self, letter: Index, places: Mapping[Tensor, int], ends: _Ends) -> _Around:
        inner = self.coder.entering(letter)
        new = dict.fromkeys(places.items(), (inner.scope[letter], ends))
        return _Around(inner, {**self.variables, **new})


class _Ends:
    """The lowest and the highest position of several ranges, each one position that is surely it, or several."""

    def __init__(self, ranges: Sequence[Range]) -> None:
        self.low = _least([r.lo for r in ranges], 1)
        self.high = _least([r.hi for r in ranges], -1)

    def text(self, coder: Coder) -> tuple[str, str]:
        low, high = ([coder.slot(end).text for end in ends] for ends in (self.low, self.high))
        return _of("min", low), _of("max", high)


def _least(ends: Sequence[Slot], sign: int) -> tuple[Slot, ...]:
    """The one end that none of the others comes before, or all of them."""
    different = tuple(dict.fromkeys(ends))
    first = (end for end in different if all(surely_nonnegative((other - end) * sign) for other in different))
    return next(((end,) for end in first), different)


def _of(name: str, texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{name}({', '.join(texts)})"


class _Writer:
    """Keeps in mind which arrays are there already."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.counts = Counter(line.tensor for line in lines)
        self.made: set[Tensor] = set()

    def steps(self, steps: Iterable[Step], around: _Around) -> list[str]:
        return [text for step in steps for text in self.step(step, around)]

    def step(self, step: Step, around: _Around) -> list[str]:
        if isinstance(step, Line):
            return self.line(step, around)
        if isinstance(step, Rounds) and _is_implicit(step, around.coder):
            return self.solved(step, around)
        made = self.allocated((line.tensor for line in lines_in(step)), around.coder)
        return [*made, *(self.loop(step, around) if isinstance(step, Loop) else self.rounds(step, around))]

    def allocated(self, tensors: Iterable[Tensor], coder: Coder) -> list[str]:
        """Arrays of zeros that lines fill in part."""
        new = [t for t in dict.fromkeys(tensors) if t not in self.made]
        self.made.update(new)
        return [f"{coder.names.tensor(t)} = {zeros(t, coder)}" for t in new]

    def rounds(self, step: Rounds, around: _Around) -> list[str]:
        tensors = dict.fromkeys(line.tensor for line in step.lines)
        sizes = " + ".join(f"{around.coder.names.tensor(t)}.size" for t in tensors)
        body = [text for line in step.lines for text in self.line(line, around)]
        return [f"for _ in range({sizes}):  # each round settles one more position", *indented(body)]

    def solved(self, step: Rounds, around: _Around) -> list[str]:
        """What is read before it is given, by Newton's method; then each line once more."""
        coder = around.coder
        coder.helpers["newton"] = None
        last = {line.tensor: n for n, line in enumerate(step.lines)}
        pairs = ((t, n) for n, line in enumerate(step.lines) for t in reads(line.scalar.right))
        early = list(dict.fromkeys(t for t, n in pairs if last.get(t, -1) >= n))
        names = ", ".join(coder.names.tensor(t) for t in early)
        body = _body(step, early, around)
        before = [t for t in early if t in self.made]
        self.made.update(line.tensor for line in step.lines)
        start = ", ".join(coder.names.tensor(t) if t in before else zeros(t, coder) for t in early)
        head = f"def after({names}):"
        found = f"{names}{',' if len(early) == 1 else ''} = newton(after, {start})"
        return [head, *indented([*body, f"return ({names},)"]), found, *body]

    def loop(self, step: Loop, around: _Around) -> list[str]:
        slots = [line.left.slots[step.places[line.tensor]] for line in lines_in(step)]
        ends = _Ends([_span(slot) for slot in slots])
        letter = next((x for slot in slots for x in slot.letters()), Index("i", Range.to(1)))
        inner = around.entered(letter, step.places, ends)
        low, high = ends.text(around.coder)
        name = inner.coder.scope[letter]
        runs = inner.coder.range(Range(ends.low[0], ends.high[0])).text
        plain = len(ends.low) == len(ends.high) == 1
        upwards = runs if plain else f"range({low}, {high} + 1)"
        head = upwards if step.upwards else f"reversed({upwards})"
        return [f"for {name} in {head}:", *indented(self.steps(step.steps, inner))]

    def line(self, line: Line, around: _Around) -> list[str]:
        """One line: all of it at once, or what it is at the positions of the loops around it, in loops of its own."""
        looped = any(tensor == line.tensor for tensor, _ in around.variables)
        if not looped and self.counts[line.tensor] == 1 and line.tensor not in self.made and fills(line):
            code = _whole(line, around.coder)
            if code is not None:
                self.made.add(line.tensor)
                return [f"{around.coder.names.tensor(line.tensor)} = {code.text}"]
        made = self.allocated([line.tensor], around.coder)
        return [*made, *(_placed(line, around) if line.scalar.right.terms else [])]


def _body(step: Rounds, early: Sequence[Tensor], around: _Around) -> list[str]:
    """The lines one after the other, each quantity anew; what is read before it is given, and given position by
    position, in a copy."""
    writer = _Writer(step.lines)
    whole = [x.tensor for x in step.lines if writer.counts[x.tensor] == 1 and _whole(x, around.coder) is not None]
    copied = [t for t in early if t not in whole]
    writer.made.update(copied)
    copies = [f"{name} = {name}.copy()" for name in map(around.coder.names.tensor, copied)]
    return [*copies, *(text for line in step.lines for text in writer.line(line, around))]


def _is_implicit(step: Rounds, coder: Coder) -> bool:
    """Whether lines that read each other are no recurrence, but those of a condition or of its multiplier."""
    known = coder.names.network.tensors
    own = {name for t in known.values() if t.multiplier for name in (t.name, t.multiplier)}
    return any(line.tensor.name in own for line in step.lines)


def _whole(line: Line, coder: Coder) -> Code | None:
    """A line without labels as an expression for the whole array; None where it is none."""
    if not line.scalar.right.terms:
        return Code(zeros(line.tensor, coder) if line.tensor.axes else "0.0")
    if line.vector is not None:
        return matrix(line.vector.right, coder) if _is_of_all(line.vector) else None
    if not line.left.slots:
        return coder.expression(line.scalar.right)
    return einsum(line.scalar, coder)


def fills(line: Line, labels: bool = True) -> bool:
    """Whether a line gives every entry of its tensor by plain letters; labels: those of its labels, too."""
    places = [n for n in range(len(line.left.slots)) if labels or n not in line.tensor.labels]
    letters = [line.left.slots[n].letter for n in places]
    whole = all(x is not None and x.range == line.tensor.axes[n] for n, x in zip(places, letters, strict=True))
    return whole and len(set(letters)) == len(letters)


def _span(slot: Slot) -> Range:
    """From where to where a slot of a left side goes."""
    letter = next(iter(slot.letters()), None)
    if letter is None:
        return Range(slot, slot)
    offset = slot - letter.slot
    return Range(letter.range.lo + offset, letter.range.hi + offset)


def _placed(line: Line, around: _Around) -> list[str]:
    """target[…] = …, within the loops around it, under conditions where it holds for some of their positions only."""
    bound = {place: met for (tensor, place), met in around.variables.items() if tensor == line.tensor}
    before: list[str] = []
    held: list[str] = []
    coder = around.coder
    for place, (name, ends) in bound.items():
        coder, said = _at(line.left.slots[place], name, coder)
        before += said
        held += _conditions(line.left.slots[place], name, ends, around.coder)
    by_vector = _is_by_labels(line) and set(bound) <= set(line.tensor.labels) and fills(line, labels=False)
    own = [n for n in (line.tensor.labels if by_vector else range(len(line.left.slots))) if n not in bound]
    letters = list(dict.fromkeys(x for n in own for x in line.left.slots[n].letters()))
    ahead = Ahead(coder)
    coder = replace(coder.entering(*letters), ahead=None if by_vector else ahead)
    heads = [f"for {coder.scope[x]} in {coder.range(x.range).text}:" for x in letters]
    body = [f"{_target(line, coder, by_vector)} = {_right(line, coder, by_vector).text}"]
    for head in reversed(heads):
        body = [head, *indented(body)]
    body = [*before, *ahead.statements(), *body]
    return [f"if {' and '.join(held)}:", *indented(body)] if held else body


def _at(slot: Slot, name: str, coder: Coder) -> tuple[Coder, list[str]]:
    """The letter of t + c where a variable says what t + c is."""
    letter = next(iter(slot.letters()), None)
    if letter is None:
        return coder, []
    if slot.letter is letter:
        return replace(coder, scope={**coder.scope, letter: name}), []
    offset = slot - letter.slot
    inner = coder.entering(letter)
    return inner, [f"{inner.scope[letter]} = {name} - ({inner.slot(offset).text})"]


def _conditions(slot: Slot, name: str, ends: _Ends, coder: Coder) -> list[str]:
    """Where the variable of a loop is a position of the line."""
    span = _span(slot)
    low, high = coder.slot(span.lo).text, coder.slot(span.hi).text
    if span.lo == span.hi:
        return [f"{name} == {low}"]
    return [
        *([f"{name} >= {low}"] if ends.low != (span.lo,) else []),
        *([f"{name} <= {high}"] if ends.high != (span.hi,) else []),
    ]


def _is_of_all(vector: MatrixEquation) -> bool:
    """Whether a vector line gives a quantity at all positions of its labels at once."""
    left = vector.left.data
    return isinstance(left, Tensor) and not left.labels


def _is_by_labels(line: Line) -> bool:
    """Whether a vector line gives a quantity at a position of its labels; one without labels, whole."""
    return line.vector is not None and not (line.tensor.labels and _is_of_all(line.vector))


def _target(line: Line, coder: Coder, by_vector: bool) -> str:
    """h[t - 1] for all that h is at a label, h[t - 1, k - 1] for an entry."""
    pairs = enumerate(zip(line.left.slots, line.tensor.axes, strict=True))
    labels = line.tensor.labels
    places = [coder.slot(s - a.lo).text if n in labels or not by_vector else ":" for n, (s, a) in pairs]
    while places and places[-1] == ":":
        places.pop()
    return f"{coder.names.tensor(line.tensor)}[{', '.join(places) or '()'}]"


def _right(line: Line, coder: Coder, by_vector: bool) -> Code:
    if not by_vector or line.vector is None:
        return coder.expression(line.scalar.right)
    left, names = line.vector.left.data, dict(coder.scope)
    if isinstance(left, Entry):
        for n in line.tensor.labels:
            own, here = left.slots[n].letter, line.left.slots[n].letter
            if own is not None and here is not None:
                names[own] = coder.scope[here]
    return matrix(line.vector.right, replace(coder, scope=names))
