"""What a LaTeX name may be: a quantity at positions, transposed or raised, a size, a letter, a function.

Marks are scripts that belong to a name, the (1) of W^{(1)}, the hh of W_{hh}. What is left over above is a label, a
transpose or a power, what is left over below are positions. A name with two readings is asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from derive.declare.latex.asked import Asked, bare, shown
from derive.declare.latex.spelling import SCRIPT, spelled, stems
from derive.declare.scope import Context
from derive.operators import TABLE
from derive.operators.forms import FORMS
from derive.syntax.marks import flat, text_of
from derive.syntax.tree import Fenced, List, Name, Node, Number, Sum, Times, children

TRANSPOSES = ("T", "top", "intercal")
FUNCTIONS = {
    "ln": "log", "ReLU": "relu", "RELU": "relu", "Relu": "relu", "LeakyReLU": "leaky_relu", "SiLU": "silu",
    "Swish": "silu", "swish": "silu", "GELU": "gelu", "ELU": "elu", "Softmax": "softmax", "SoftMax": "softmax",
    "Sigmoid": "sigmoid", "Softplus": "softplus", "LSE": "logsumexp", "Tanh": "tanh", "Diag": "diag", "tr": "trace",
    "Tr": "trace", "sgn": "sign", "Mean": "mean", "Var": "var", "concat": "concatenate", "logit": "logit",
    "logsoftmax": "log_softmax", "LogSoftmax": "log_softmax", "logistic": "sigmoid", "sigm": "sigmoid",
    "CE": "cross_entropy",
}  # fmt: skip
"""Functions as papers call them, and as the file does."""
LOGISTIC = "`\\sigma` is read as the logistic function; `functions: {sigma: abstract}` leaves it open."


@dataclass(frozen=True, slots=True)
class Reading:
    """A quantity: its name, its positions in the order of its axes, the signs that follow it.

    A colon at the end, W_{i,:}, is a row: what is left at a position is a column otherwise.
    """

    name: str
    slots: tuple[Node, ...] = ()
    transposed: bool = False
    power: Node | None = None

    @property
    def key(self) -> tuple[object, ...]:
        power = self.power.tex if self.power is not None else None
        return self.name, tuple(slot.tex for slot in self.slots), self.transposed, power


@dataclass(slots=True)
class Known:
    """The names of a problem: those that it declares, and those that its equations give.

    given: name -> how many positions its left sides have.  above: those whose positions stand above.  implied: those
    that a condition of the file defines.  forms: how the file prints a name, and the name.  arguments: what a left
    side is said to depend on.  squares: those that an equation gives as a square, σ² = ….
    defined: the sub-networks of the file.
    """

    context: Context
    given: dict[str, int] = field(default_factory=dict)
    above: dict[str, int] = field(default_factory=dict)
    implied: frozenset[str] = frozenset()
    forms: tuple[tuple[Name, str], ...] = ()
    arguments: dict[str, str] = field(default_factory=dict)
    squares: set[str] = field(default_factory=set)
    defined: frozenset[str] = frozenset()

    def is_quantity(self, name: str) -> bool:
        known = (self.context.tensors, self.context.shapes, self.given, self.implied)
        return any(name in names for names in known)

    def printed(self, name: Name, marks: tuple[str, ...]) -> list[str]:
        """The names that the file prints so."""
        return [called for form, called in self.forms if _is_form(form, name, marks)]

    def room(self, name: str) -> int | None:
        """How many positions a quantity may have; None where nothing says it yet."""
        tensor = self.context.tensors.get(name) or self.context.shapes.get(name)
        return len(tensor.axes) if tensor is not None else None

    def labels(self, name: str) -> tuple[int, ...]:
        tensor = self.context.tensors.get(name) or self.context.shapes.get(name)
        return tensor.labels if tensor is not None else tuple(range(self.above.get(name, 0)))


def _is_form(form: Name, name: Name, marks: tuple[str, ...]) -> bool:
    same = (form.base, form.accents, form.primes) == (name.base, name.accents, name.primes)
    own = {text_of(node) for node in (*flat(form.sups), *flat(form.subs))}
    return same and own == {*marks}


def function_of(known: Known, name: Name) -> str | None:
    """The function that a name without positions is called by: a declared one before those of the tables."""
    own = next((stem for stem in stems(name) if stem in known.context.functions or stem in known.defined), None)
    if own is not None or name.accents or name.primes:
        return own
    text = FUNCTIONS.get(name.base, name.base)
    if text in TABLE or text in FORMS:
        return text
    lower = name.base.lower()
    return lower if len(lower) > 2 and (lower in TABLE or lower in FORMS) else None


def readings(known: Known, name: Name, letters: Mapping[str, object]) -> list[Reading]:
    """Every quantity that a name may be, with what its scripts then say."""
    found: dict[tuple[object, ...], Reading] = {}
    subs, sups = flat(name.subs), flat(name.sups)
    for taken in range(len(subs), -1, -1):
        low = "".join(text_of(node) for node in subs[:taken])
        if taken and (not low or not all(text_of(node) for node in subs[:taken])):
            continue
        for above in _marked(sups):
            high = "".join(text_of(sups[n]) for n in above)
            if above and (not high or high in TRANSPOSES):
                continue
            marks = tuple(mark.replace("′", "_prime").replace("*", "star") for mark in (high, low) if mark)
            rest = [node for n, node in enumerate(sups) if n not in above]
            for quantity in _called(known, name, marks):
                for one in _placed(known, quantity, subs[taken:], rest, letters):
                    if all(is_position(known, slot, letters) for slot in one.slots):
                        found.setdefault(one.key, one)
    return list(found.values())


def _marked(sups: Sequence[Node]) -> Iterator[tuple[int, ...]]:
    """What above may belong to the name: nothing, one script, or letters that are a word, the CLIP of L^{CLIP}."""
    yield ()
    yield from ((n,) for n in range(len(sups)))
    if len(sups) > 1 and all(isinstance(node, Name) and len(text_of(node)) == 1 for node in sups):
        yield tuple(range(len(sups)))


def _called(known: Known, name: Name, marks: tuple[str, ...]) -> list[str]:
    names = [*known.printed(name, marks), *(text for stem in stems(name) for text in spelled(stem, marks))]
    found = [text for text in dict.fromkeys(names) if known.is_quantity(text)]
    return found or _other_case(known, name, marks)


def _other_case(known: Known, name: Name, marks: tuple[str, ...]) -> list[str]:
    """w_{ij} for the entries of W, where nothing is called w; S for all of s_{ij}."""
    if len(name.base) != 1 or name.face in ("script", "double"):
        return []
    other = replace(name, base=name.base.swapcase())
    names = dict.fromkeys(text for stem in stems(other) for text in spelled(stem, marks))
    return [text for text in names if known.is_quantity(text) and (known.room(text) or known.given.get(text, 0)) > 1]


def _placed(
    known: Known, name: str, subs: Sequence[Node], sups: Sequence[Node], letters: Mapping[str, object]
) -> Iterator[Reading]:
    """The readings of what is left of the scripts; labels stand above, and a power or a transpose."""
    above: list[Node] = []
    signs: list[Node] = []
    for node in sups:
        if isinstance(node, Fenced):
            above.extend(node.body.items if isinstance(node.body, List) else (node.body,))
        else:
            signs.append(node)
    labels = len(known.labels(name))
    bare_label = [n for n in signs if len(above) < labels and (not isinstance(n, Number) or labels)]
    choices: list[tuple[list[Node], list[Node]]] = [(above, signs)]
    choices += [([*above, node], [s for s in signs if s is not node]) for node in bare_label]
    for raised, left in choices:
        power = [node for node in left if not is_transpose(node)]
        if len(power) > 1 or (power and raised is not above and isinstance(power[0], Fenced)):
            continue
        below = list(_apart(known, name, subs, len(raised)))
        colons = 0
        while below and _is_colon(below[-1]):
            below.pop()
            colons += 1
        slots = _in_order(known, name, raised, below, letters)
        if slots is not None:
            turned = (len(left) - len(power) + (colons == 1)) % 2 == 1
            yield Reading(name, slots, turned, power[0] if power else None)


def _is_colon(node: Node) -> bool:
    return isinstance(node, Name) and node.base == ":"


def _apart(known: Known, name: str, subs: Sequence[Node], raised: int) -> Sequence[Node]:
    """w_{12} of a matrix is w_{1,2}."""
    only = subs[0] if len(subs) == 1 else None
    room = (known.room(name) or 0) - raised
    if isinstance(only, Number) and only.text.isdigit() and len(only.text) == room > 1:
        return [Number(digit, tex=digit, at=only.at + n) for n, digit in enumerate(only.text)]
    return subs


def _in_order(
    known: Known, name: str, above: Sequence[Node], below: Sequence[Node], letters: Mapping[str, object]
) -> tuple[Node, ...] | None:
    """Positions in the order of the axes: what stands above goes to the labels; None where there are too many."""
    room, labels = known.room(name), known.labels(name)
    if room is not None and len(above) + len(below) > room:
        return None
    if room is None and len(above) + len(below) > 0 and not {name} & {*known.given, *known.implied}:
        return None
    if above and room is not None and not labels and not _runs_along(known, name, above, letters):
        return None
    if not above or room is None or not labels:
        return (*above, *below)
    high, low = iter(above), iter(below)
    order = [next(high, None) if n in labels else next(low, None) for n in range(room)]
    left = [*high, *low]
    kept = [node for node in order if node is not None]
    return (*kept, *left) if order[: len(kept)] == kept else None


def _runs_along(known: Known, name: str, above: Sequence[Node], letters: Mapping[str, object]) -> bool:
    """Whether what stands above a quantity without labels is made of indices of its leading axes: x^{(n)}; a letter
    that a Σ or the left side binds runs over the axis that it reads."""
    tensor = known.context.tensors.get(name) or known.context.shapes.get(name)
    axes = tensor.axes if tensor is not None else ()
    for node, axis in zip(above, axes, strict=False):
        waiting, met = [node], list[str]()
        while waiting:
            current = waiting.pop()
            met += [current.base] if isinstance(current, Name) else []
            waiting.extend(children(current))
        own = known.context.letters
        if not any(own.get(one) == axis or (one in letters and one not in own) for one in met):
            return False
    return True


def is_transpose(node: Node) -> bool:
    return isinstance(node, Name) and node.base in TRANSPOSES and not (node.subs or node.sups or node.primes)


def is_position(known: Known, node: Node, letters: Mapping[str, object]) -> bool:
    """Whether a script can be a position: made of letters in force, sizes, classes and whole numbers."""
    if isinstance(node, Number):
        return node.text.isdigit()
    if isinstance(node, Name):
        if not (node.subs or node.sups or node.accents or node.primes) and node.base in letters:
            return True
        context = known.context
        if size_of(known, node) or (node.base in context.letters and not node.subs):
            return True
        classes = [name for name in stems(node) if (t := context.tensors.get(name)) is not None and t.among]
        return bool(classes)
    if isinstance(node, (Sum, Times, Fenced)):
        return all(is_position(known, child, letters) for child in children(node))
    return False


def size_of(known: Known, name: Name) -> str | None:
    """The size that a name is: N, d_k."""
    marks = tuple(text for node in (*flat(name.sups), *flat(name.subs)) if (text := text_of(node)))
    if len(marks) != len(flat(name.sups)) + len(flat(name.subs)):
        return None
    names = [*known.printed(name, marks), *(text for stem in stems(name) for text in spelled(stem, marks))]
    return next((text for text in names if text in known.context.sizes), None)


def chosen(known: Known, name: Name, letters: Mapping[str, object]) -> Reading | None:
    """The one reading of a name; raises Asked where there are several."""
    found = readings(known, name, letters)
    if len(found) > 1:
        found = _likely(known, name, found)
    if len(found) < 2:
        return found[0] if found else None
    raise _between(name, found[0], found[1])


def _likely(known: Known, name: Name, found: list[Reading]) -> list[Reading]:
    """A name with its number, W_2, is no entry, and x_3^2 the square of x_3; a label alone above, h^t, is no power."""
    script = [one for one in found if SCRIPT in one.name]
    found = script or found
    below = "".join(text_of(node) for node in flat(name.subs)[:1])
    named = [one for one in found if below.isdigit() and not any(text_of(slot) == below for slot in one.slots)]
    found = named or found
    if len(found) == 1:
        return found
    fewest = min(found, key=lambda one: len(one.slots) + (one.power is not None))
    own = {id(slot) for slot in fewest.slots}
    more = [n for one in found if one is not fewest for n in (*one.slots, *_power(one)) if id(n) not in own]
    if more and fewest.power is None and all(isinstance(node, Number) for node in more):
        return [fewest]
    named = [one for one in found if not (one.power is not None and _is_label(known, one.power))]
    kept = named or found
    return [one for one in kept if one.power is None or not isinstance(one.power, Fenced)] or kept


def _power(reading: Reading) -> tuple[Node, ...]:
    return () if reading.power is None else (reading.power,)


def _is_label(known: Known, node: Node) -> bool:
    if isinstance(node, Name):
        return node.base in known.context.labels and not (node.subs or node.sups)
    return isinstance(node, Sum) and any(_is_label(known, part) for part in node.terms)


def _between(name: Name, one: Reading, other: Reading) -> Asked:
    """Two readings in words, with the spellings that decide."""
    told, stem = shown(name), name.spelled or name.base
    scripts = [one, other]
    if one.name != other.name:
        longer, shorter = sorted(scripts, key=lambda r: -len(r.name))
        mark = longer.name.removeprefix(shorter.name).lstrip("_") or longer.name
        what = f"{told} may be `{longer.name}`, or `{shorter.name}` at a position or to a power"
        position = f"{stem}_{{{mark},:}}" if shorter.slots and name.subs else f"({stem})^{{{mark}}}"
        if shorter.slots and name.sups:
            position = f"{stem}_{{({mark})}}"
        return Asked(
            name, what, f"`\\mathrm{{{longer.name.replace('_', '')}}}` for the name",
            f"rename one of the two; `{position}` is the other",
        )  # fmt: skip
    if one.transposed != other.transposed:
        return Asked(
            name,
            f"{told} may be the transpose of {stem}, or {stem} at T",
            f"`{stem}^{{\\top}}` for the transpose",
            f"`{stem}^{{(T)}}`",
        )
    raised = next((r.power for r in scripts if r.power is not None), None)
    script = bare(raised) if raised is not None else "2"
    what = f"{told} may be a power of {stem}, or {stem} at the label {script}"
    return Asked(name, what, f"`({stem})^{{{script}}}` for the power", f"`{stem}^{{({script})}}` for the label")
