"""What becomes of equal units, as a document: the proof, what breaks it, all zeros, gradient descent as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derive.analyse.alike import Uneven
from derive.analyse.descent import Run
from derive.analyse.symmetry import FromZero, Symmetry
from derive.document import Block, Chain, Display, Document, Heading, Items, Math, Prose, Table, Words
from derive.notation.equation import Equation
from derive.notation.expression import Expr, bar, of
from derive.notation.walk import entries
from derive.typeset.document import scribe_for
from derive.typeset.names import Names
from derive.typeset.scalar import expression
from derive.typeset.scribe import Scribe
from derive.typeset.values import written

AXES = ("rows", "columns")
STARTS = {"equal": "equal units", "zero": "all zeros", "random": "random"}


def document(found: Symmetry) -> Document:
    """The answer for one layer."""
    scribe = scribe_for(found.derivation)
    names = scribe.names
    layer = names.tensor(names.network.tensors[found.layer])
    start = tuple(_listed([_start(name, axes, names) for name, axes in found.parameters]))
    blocks: list[Block] = [Prose(("Let the units of ", layer, " start equal: ", *start, " are equal."))]
    if found.lines:
        told = "Nothing on the right of these lines differs from unit to unit, so nothing on their left does either:"
        blocks += [Prose((told,)), Display(tuple(_chain(e, scribe) for e in found.lines))]
    blocks += _broken(found, scribe) if found.uneven else [_kept(found, scribe)]
    return Document("Symmetry", (*blocks, *_zeros(found, scribe), *_table(found.runs, names)))


def _start(name: str, axes: tuple[int, ...], names: Names) -> Words:
    """The rows of 𝐖⁽¹⁾; the entries of 𝐛⁽¹⁾."""
    tensor = names.network.tensors[name]
    flat = len(tensor.axes) == 1
    parts = ["entries"] if flat else [AXES[n] if len(tensor.axes) == 2 else f"slices along axis {n + 1}" for n in axes]
    return (f"the {' and '.join(parts)} of ", names.tensor(tensor))


def _chain(equation: Equation, scribe: Scribe) -> Chain:
    own = scribe.binding(equation.letters)
    return Chain(own.entry(equation.left), (expression(equation.right, own).box,))


def _signals(found: Symmetry, scribe: Scribe) -> list[Words]:
    tensors, cost = scribe.names.network.tensors, found.derivation.cost
    return [(scribe.names.tensor(bar(tensors[name], cost)),) for name, _ in found.parameters]


def _kept(found: Symmetry, scribe: Scribe) -> Prose:
    """The step of the induction."""
    network = scribe.names.network
    step = ", and a step of gradient descent, each parameter less η times its error signal, "
    others: list[str | Math] = []
    if network.functions:
        others = [" and for any ", *_listed([(scribe.names.function(name),) for name in network.functions])]
    return Prose(
        (
            "So ",
            *_listed(_signals(found, scribe)),
            " are equal for all units",
            step,
            "leaves the units equal: they stay equal, step after step, for all sizes",
            *others,
            ", and for any cost that reads the layer in no other way.",
        )
    )


def _broken(found: Symmetry, scribe: Scribe) -> list[Block]:
    """The lines whose terms differ by themselves, not through a line above them."""
    lefts = {u.equation.left.tensor for u in found.uneven}
    roots = [u for u in found.uneven if lefts.isdisjoint(e.tensor for e in entries(of(u.factor)))]
    shown = roots or list(found.uneven[:1])
    told: list[Words] = [_blame(u, scribe) for u in shown]
    return [Prose(("This breaks the symmetry, so that equal units need not stay equal:",)), Items(tuple(told))]


def _blame(uneven: Uneven, scribe: Scribe) -> Words:
    own = scribe.binding(uneven.equation.letters)
    chain = _chain(uneven.equation, scribe)
    term = expression(Expr((uneven.term,)), own).box
    factor = expression(of(uneven.factor), own.binding(uneven.term.bound)).box
    which: Words = () if factor == term else (", since ", factor, " does")
    return ("in the line of ", chain.left, ", ", term, " differs from unit to unit", *which, ".")


def _zeros(found: Symmetry, scribe: Scribe) -> list[Block]:
    if not found.zeros:
        return []
    items = tuple(_zero(zero, scribe.names, found.stays) for zero in found.zeros)
    return [Heading("From all zeros", 2), Items(items)]


def _zero(zero: FromZero, names: Names, stays: bool) -> Words:
    tensors = names.network.tensors
    stay, move = ([(names.tensor(tensors[name]),) for name in group] for group in (zero.stay, zero.move))
    front: Words = (f"{zero.function}: ",) if zero.function else ()
    if not stay:
        every = "every" if front else "Every"
        return (*front, f"{every} parameter may move" + ("; the units move together and stay equal." if stays else "."))
    one = "moves: as long as it is 0, so is its error signal"
    many = "move: as long as they are 0, so are their error signals"
    told: Words = (*_listed(stay), f" never {one if len(stay) == 1 else many}")
    return (*front, *told, *((". Only ", *_listed(move), " may.") if move else (".",)))


def _table(runs: tuple[Run, ...], names: Names) -> list[Block]:
    if not runs:
        return []
    head: tuple[Words, ...] = (
        ("start",),
        ("cost",),
        (f"after {runs[0].steps} steps",),
        ("units apart by",),
        ("moved",),
    )
    several = len({run.function for run in runs}) > 1
    rows = tuple(_row(run, names, several) for run in runs)
    return [Heading("Gradient descent", 2), Table((("function",), *head) if several else head, rows)]


def _row(run: Run, names: Names, several: bool) -> tuple[Words, ...]:
    tensors = names.network.tensors
    moved: list[Words] = [(names.tensor(tensors[name]),) for name, far in run.moved.items() if far > 0]
    if 1 < len(moved) == len(run.moved):
        moved = [("all parameters",)]
    numbers = tuple((written(value),) for value in (run.costs[0], run.costs[-1], run.apart))
    own: tuple[Words, ...] = ((STARTS[run.start],), *numbers, tuple(_listed(moved)) or ("nothing",))
    return ((run.function,), *own) if several else own


def _listed(parts: Iterable[Words]) -> Iterator[str | Math]:
    every = list(parts)
    for n, part in enumerate(every):
        if n:
            yield " and " if n == len(every) - 1 else ", "
        yield from part
