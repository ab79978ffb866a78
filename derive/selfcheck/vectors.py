"""Each vector line against its scalar line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from derive.derivation import Line, Step
from derive.notation.expression import Entry, Tensor, of
from derive.notation.index import Index
from derive.notation.layout import spelled
from derive.notation.matrix import MatrixEquation
from derive.notation.pattern import pattern
from derive.referee.dual import Array
from derive.referee.evaluate import evaluate
from derive.referee.evaluate_matrix import evaluate_matrix
from derive.referee.matrix_leaves import ShapeError, positions_of
from derive.referee.sample import TRIES, Names, Random, draw_arrays, style_of
from derive.referee.ties import asks_for_ties, tied
from derive.referee.world import World, key_of
from derive.selfcheck.finding import Attempt, Finding, Magnitude, Setting, called, distance, tried

LAST_TRIES = TRIES // 2
"""From this try on a line is checked at other sizes than those that are given, since it holds for all. Where one is 1,
a factor may be infinite wherever another is 0 (logsumexp over no position, a read outside an axis): then 0 stands in
index form, but no number in the vector form."""

TIED_TRIES = LAST_TRIES // 2
"""Where a line asks whether numbers are equal, so many points have equal ones; there a root may be 0, at others not."""


def vectors_hold(lines: Iterable[Line], setting: Setting) -> Iterator[Finding]:
    met: set[str] = set()
    for line in lines:
        if line.vector is not None:
            text = f"{pattern(line.scalar).text} {_outline(line.vector)}"
            if text not in met:
                met.add(text)
                yield from tried("vector", called(line.tensor), setting, _both_forms(line, line.vector, setting))


def _outline(vector: MatrixEquation) -> str:
    """The vector line with its names numbered as they occur."""
    numbers: dict[str, int] = {}
    waiting, words = [vector.right, vector.left], []
    while waiting:
        matrix = waiting.pop()
        data = matrix.data
        name = repr(data.tensor if isinstance(data, Entry) else data)
        slots = ",".join(map(spelled, data.slots)) if isinstance(data, Entry) else ""
        words.append(f"{matrix.op}{numbers.setdefault(name, len(numbers))}[{slots}]({len(matrix.args)})")
        waiting.extend(matrix.args)
    return " ".join(words)


def _both_forms(line: Line, vector: MatrixEquation, setting: Setting) -> Attempt:
    scalar, name = line.scalar, called(line.tensor)
    names = Names.of(of(scalar.left), *(step.right for step in _as_known(line)))
    equal, free = asks_for_ties(scalar.right), replace(setting, fixed={})

    def attempt(random: Random, count: int) -> list[Finding] | None:
        world = (setting if count < LAST_TRIES else free).world(names, random)
        arrays = draw_arrays(names.tensors, world, random, style_of(count))
        ties = equal and count % LAST_TRIES < TIED_TRIES
        world = world.with_arrays(tied(arrays, names.tensors) if ties else arrays)
        letters = (*labels_of(vector), *(x for x in scalar.letters if x not in labels_of(vector)))
        own = evaluate(scalar.right, letters, world)
        if not np.all(np.isfinite(own)):
            return None
        size = Magnitude(scalar.right, letters, world)
        forms: list[tuple[str, Callable[[], Array]]] = [("vector form", lambda: _at_labels(vector, world))]
        if line.parts:
            forms.append(("vector form with named parts", lambda: _by_parts(line.parts, world)))
        found = [_compared(what, own, form, size, name) for what, form in forms]
        return None if any(np.isnan(finding.apart) for finding in found) else found

    return attempt


def _as_known(line: Line) -> Sequence[Step]:
    """The last step; where it rests on facts the one before it, too, whose vector form may be the shorter one."""
    return line.steps[-2:] if line.steps[-1].facts else line.steps[-1:]


def _compared(what: str, own: Array, form: Callable[[], Array], size: Magnitude, name: str) -> Finding:
    try:
        apart = distance(own, form(), size) if own.size else 0.0
        said = f"its {what} is not its scalar form"
    except (ShapeError, KeyError, ValueError) as error:
        apart, said = np.inf, f"its {what} cannot be worked out: {error}"
    return Finding("vector", name, said, apart, size.world.sizes)


def labels_of(vector: MatrixEquation) -> tuple[Index, ...]:
    """The labels that are free in a vector line: the letters at the labels of its left side."""
    entry = vector.left.data
    if vector.left.op != "labelled" or not isinstance(entry, Entry):
        return ()
    return tuple(dict.fromkeys(x for n in entry.tensor.labels for x in entry.slots[n].letters()))


def _at_labels(vector: MatrixEquation, world: World) -> Array:
    """A vector line's numbers at each position of its labels, whose axes come first; 0 outside a range that depends on
    another label."""
    letters = labels_of(vector)
    if not letters:
        return evaluate_matrix(vector.right, world)
    found: dict[tuple[int, ...], Array] = {}
    for there in positions_of(letters, world):
        found[tuple(there.letters[x] for x in letters)] = evaluate_matrix(vector.right, there)
    if not found:  # a part for t = 2..T, where T is 1
        return np.zeros(world.shape(_tensor_of(vector)))
    places = np.array(list(found))
    first, last = places.min(axis=0), places.max(axis=0)
    array = np.zeros((*(last - first + 1), *next(iter(found.values())).shape))
    for place, value in found.items():
        array[tuple(np.array(place) - first)] = value
    return array


def _by_parts(parts: Sequence[MatrixEquation], world: World) -> Array:
    """The numbers of the last of some vector lines, each of which may read those before it."""
    for part in parts[:-1]:
        world = world.with_arrays({key_of(_tensor_of(part)): _at_labels(part, world)})
    return _at_labels(parts[-1], world)


def _tensor_of(part: MatrixEquation) -> Tensor:
    data = part.left.data
    assert isinstance(data, (Entry, Tensor))
    return data.tensor if isinstance(data, Entry) else data
