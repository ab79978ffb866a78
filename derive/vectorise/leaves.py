"""Entries, positions and brackets as matrices: h⁽ᵗ⁾, x_{1:N}, 𝐈, 𝐞_t, [j ≤ i]."""

from __future__ import annotations

from derive.errors import NoMatrixForm
from derive.notation.algebra import transpose
from derive.notation.bounds import surely_inside, surely_nonnegative
from derive.notation.expression import Bracket, Entry, Expr, Tensor, sides
from derive.notation.index import Index, Range, Slot, position
from derive.notation.matrix import Matrix
from derive.vectorise.labels import Labels
from derive.vectorise.laid import Frame, Laid, Lay, beside, extent, shaped


def whole(entry: Entry, labels: Labels) -> Matrix:
    """What the entry's tensor is at the entry's labels, on all of its other axes: at most two."""
    tensor = labels.taken_off(entry)
    if len(tensor.layout) > 2:
        raise NoMatrixForm
    rows, columns = (None, tensor.layout[0]) if tensor.row else (*tensor.layout, None, None)[:2]
    if not tensor.labels:
        return Matrix("tensor", (), rows, columns, tensor)
    places = zip(entry.slots, tensor.axes, strict=True)
    slots = [s if n in tensor.labels else _own(s, axis, labels).slot for n, (s, axis) in enumerate(places)]
    if any(labels.among(slots[n]) for n in tensor.labels):
        raise NoMatrixForm
    return Matrix("labelled", (), rows, columns, Entry(tensor, tuple(slots)))


def _own(slot: Slot, axis: Range, labels: Labels) -> Index:
    """A letter for a whole axis, the one that stands there if it runs along all of it."""
    if slot.letter is not None and slot.letter.range == axis and slot.letter not in labels.letters:
        return slot.letter
    return Index(next((x.name for x in labels.among(slot)), "i"), axis)


def column(entry: Entry, labels: Labels) -> Matrix:
    """The same, a row as a column."""
    matrix = whole(entry, labels)
    return transpose(matrix) if matrix.rows is None and matrix.columns is not None else matrix


def laid_entry(entry: Entry, labels: Labels) -> Laid:
    tensor = labels.taken_off(entry)
    slots = [slot for n, slot in enumerate(entry.slots) if n not in tensor.labels]
    letters = [_single_letter(slot, labels) for slot in slots]
    met = [x for x in letters if x is not None]
    if not met:
        plain = Matrix("entry", data=entry) if slots else whole(entry, labels)
        return Laid(None, None, plain)
    matrix = _sliced(whole(entry, labels), tensor, slots, letters)
    if len(met) == 1:
        return Laid(met[0], None, transpose(matrix) if tensor.row or matrix.rows is None else matrix)
    if met[0] is met[1]:
        return Laid(met[0], None, Matrix("diagonal", (matrix,), matrix.rows))
    return Laid(met[0], met[1], matrix)


def _single_letter(slot: Slot, labels: Labels) -> Index | None:
    """The letter of `i` or `i + c`; None for a position fixed by numbers, sizes and labels."""
    letters = labels.among(slot)
    if not letters:
        return None
    if len(letters) > 1 or slot.coefficient(letters[0]) != 1:
        raise NoMatrixForm
    return letters[0]


def _sliced(matrix: Matrix, tensor: Tensor, slots: list[Slot], letters: list[Index | None]) -> Matrix:
    """The matrix, or those of its rows and columns that the letters reach, in order."""
    axes = tensor.layout
    picks = [_pick(slot, letter, axis) for slot, letter, axis in zip(slots, letters, axes, strict=True)]
    if all(pick is None for pick in picks):
        return matrix
    sides = [_side(pick, letter, axis) for pick, letter, axis in zip(picks, letters, axes, strict=True)]
    rows, columns = (None, sides[0]) if tensor.row else (*sides, None)[:2]
    data = (None, *picks) if tensor.row else (*picks, None)[:2]
    return Matrix("slice", (matrix,), rows, columns, data)


def _side(pick: Range | Slot | None, letter: Index | None, axis: Range) -> Range | None:
    """What a pick leaves of an axis: all of it, a part, nothing. A part that moves with a label counts from where its
    letter does, so that a Σ over the label has an axis that does not move."""
    if pick is None:
        return axis
    if letter is None or not isinstance(pick, Range):
        return None
    return letter.range if any(True for end in (pick.lo, pick.hi) for _ in end.letters()) else pick


def _pick(slot: Slot, letter: Index | None, axis: Range) -> Range | Slot | None:
    """None for the whole axis, a range for a part of it, a position for one."""
    if letter is None:
        if not surely_inside(slot, axis):  # there a row of zeros would be read, which no matrix has
            raise NoMatrixForm
        return slot
    offset = slot - letter.slot
    reached = Range(letter.range.lo + offset, letter.range.hi + offset)
    if reached == axis:
        return None
    if not (surely_nonnegative(reached.lo - axis.lo) and surely_nonnegative(axis.hi - reached.hi)):
        raise NoMatrixForm
    return reached


def laid_bracket(factor: Bracket, frame: Frame, lay: Lay) -> Laid:
    """An indicator between expressions; between positions a condition, a unit vector or matrix, a mask."""
    left, right = factor.left, factor.right
    if isinstance(left, Expr) and isinstance(right, Expr):
        inner = frame.around([left, right])
        args = (beside(left, inner, lay), beside(right, inner, lay))
        matrix = Matrix("indicator", args, extent(inner.rows), extent(inner.columns), factor.relation)
        return Laid(inner.rows, inner.columns, matrix)
    between = sides(factor)
    if between is None:
        raise NoMatrixForm
    letters = frame.without_labels(dict.fromkeys(x for side in between for x in side.letters()))
    if not letters:
        return Laid(None, None, Matrix("condition", data=factor))
    if factor.relation != "=":
        return _mask(factor, letters)
    unit = _unit(*between, frame.labels) or _unit(between[1], between[0], frame.labels)
    if unit is None:
        raise NoMatrixForm
    return unit


def _unit(one: Slot, at: Slot, labels: Labels) -> Laid | None:
    """[i = j]: the identity; [k = t] and [k = 2]: e_t and e_2; [k = t_n]: the matrix whose rows are unit vectors."""
    letter = one.letter
    if letter is None or letter in labels.letters:
        return None
    if at.letter is not None and at.letter not in labels.letters and at.letter.range == letter.range:
        return Laid(letter, at.letter, Matrix("identity", (), letter.range, letter.range))
    entry = at.atom
    if not isinstance(entry, Entry):
        plain = not labels.among(at) and not any(isinstance(atom, Entry) for atom in at.atoms())
        return Laid(letter, None, Matrix("one-hot", (), letter.range, None, at)) if plain else None
    return _unit_of_class(letter, entry, labels)


def _unit_of_class(letter: Index, entry: Entry, labels: Labels) -> Laid | None:
    if entry.tensor.among is None or not letter.range.contains(entry.tensor.among):
        return None
    free = [(slot, axis) for slot, axis in zip(entry.slots, entry.tensor.axes, strict=True) if labels.among(slot)]
    if not free:
        return Laid(letter, None, Matrix("one-hot", (), letter.range, None, entry))
    slot, axis = free[0]
    if len(free) > 1 or slot.letter is None or slot.letter.range != axis:
        return None
    return Laid(slot.letter, letter, Matrix("one-hot", (), axis, letter.range, entry))


def _mask(factor: Bracket, letters: list[Index]) -> Laid:
    """[j ≤ i] with i down and j across; on one letter, a vector. Steps of more than 1 are no pattern that one sees."""
    left, right = sides(factor) or (position(0), position(0))
    if len(letters) > 2 or any(isinstance(atom, Entry) for side in (left, right) for atom in side.atoms()):
        raise NoMatrixForm
    if any((left - right).coefficient(letter) not in (1, -1) for letter in letters):
        raise NoMatrixForm
    columns, rows = letters if len(letters) == 2 else (None, letters[0])
    mask = Matrix("mask", (), rows.range, extent(columns), factor)
    return shaped([rows, columns] if columns else [rows], mask)
