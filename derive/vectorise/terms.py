"""Sums, terms and their operands as matrices: each factor is laid out on its letters, then the summed letters go."""

from __future__ import annotations

from collections.abc import Sequence

from derive.errors import NoMatrixForm
from derive.notation import algebra
from derive.notation.algebra import hadamard, scale, transpose
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Power, Tensor, Term
from derive.notation.index import Index, Range, Slot
from derive.notation.matrix import Matrix
from derive.notation.walk import free_letters, letters_of
from derive.vectorise.elimination import eliminated, laid_out
from derive.vectorise.gathers import gathers_opened
from derive.vectorise.laid import Laid, extent

EPSILON = "epsilon_"
"""The constant tensor ε_ijk of three axes whose sums with two vectors are cross products."""


def whole_tensor(tensor: Tensor) -> Matrix:
    """A tensor of at most two axes, as it was declared."""
    if len(tensor.axes) > 2:
        raise NoMatrixForm
    if tensor.row:
        return Matrix("tensor", (), None, tensor.axes[0], tensor)
    rows, columns = (*tensor.axes, None, None)[:2]
    return Matrix("tensor", (), rows, columns, tensor)


def laid_sum(expr: Expr, rows: Index | None, columns: Index | None) -> Matrix:
    """A sum of terms, each laid out on the wanted letters."""
    joined = _concatenation(expr, rows) if rows and not columns else None
    if joined is not None:
        return joined
    terms = [_term(term, rows, columns) for term in expr.terms]
    if not terms and (rows or columns):
        return scale(0, algebra.ones(extent(rows), extent(columns)))
    return algebra.add(extent(rows), extent(columns), *terms)


def _term(term: Term, rows: Index | None, columns: Index | None) -> Matrix:
    bound, factors = gathers_opened(term)
    left, bound, norms = _norms(factors, bound)
    left, bound, crossed = _crossed(left, bound)
    wanted = (rows, columns)
    operands = [_operand(factor, wanted) for factor in left]
    scalars = [o for o in operands if o.rows is None]
    operands = [*scalars, *norms, *crossed, *(o for o in operands if o.rows is not None)]
    waiting = list(bound)
    while waiting:
        letter = min(waiting, key=lambda x: _cost(x, operands))
        waiting.remove(letter)
        operands = eliminated(letter, operands, wanted)
    return scale(term.coefficient, laid_out(operands, rows, columns))


def _cost(letter: Index, operands: list[Laid]) -> tuple[int, bool]:
    """Letters that join the fewest matrices go first, columns before rows, so that matrices are not turned."""
    matrices = [o for o in operands if o.columns is not None and o.has(letter)]
    return len(matrices), bool(matrices) and matrices[0].rows is letter


def _norms(factors: Sequence[Factor], bound: tuple[Index, ...]) -> tuple[list[Factor], tuple[Index, ...], list[Laid]]:
    """Σ of squares over all letters of a base that nothing else reads: a squared norm."""
    for n, factor in enumerate(factors):
        if isinstance(factor, Power) and factor.exponent == 2:
            inside = tuple(letters_of(factor))
            rest = [f for m, f in enumerate(factors) if m != n]
            if inside and all(x in bound for x in inside) and not any(x in letters_of(f) for f in rest for x in inside):
                base = _inner(factor.base, ())
                norm = Laid(None, None, Matrix("norm2", (base.matrix,)))
                others, left, more = _norms(rest, tuple(x for x in bound if x not in inside))
                return others, left, [norm, *more]
    return list(factors), bound, []


def _concatenation(expr: Expr, rows: Index) -> Matrix | None:
    """a_i + b_{i−N}, each zero outside its own axis and the axes side by side: one vector below the other."""
    pieces: list[tuple[Range, Matrix]] = []
    for term in expr.terms:
        entry = term.factors[0] if len(term.factors) == 1 and not term.bound and term.coefficient == 1 else None
        if not isinstance(entry, Entry) or len(entry.slots) != 1 or entry.slots[0].coefficient(rows) != 1:
            return None
        offset = entry.slots[0] - rows.slot
        axis = entry.tensor.axes[0]
        pieces.append((Range(axis.lo - offset, axis.hi - offset), _column(entry.tensor)))
    ends = [rows.range.lo - 1, *(piece.hi for piece, _ in pieces)]
    side_by_side = all(piece.lo == end + 1 for (piece, _), end in zip(pieces, ends, strict=False))
    if len(pieces) < 2 or not side_by_side or ends[-1] != rows.range.hi:
        return None
    return Matrix("concatenate", tuple(matrix for _, matrix in pieces), rows.range)


def _column(tensor: Tensor) -> Matrix:
    matrix = whole_tensor(tensor)
    return transpose(matrix) if tensor.row else matrix


def _operand(factor: Factor, wanted: tuple[Index | None, ...]) -> Laid:
    if isinstance(factor, Entry):
        return _entry(factor)
    if isinstance(factor, Power):
        return _power(factor, wanted)
    if isinstance(factor, Apply):
        entrywise = not factor.slots and not any(a.letters for a in factor.args)
        return _applied(factor, wanted) if entrywise else _whole(factor, wanted)
    if isinstance(factor, Bracket):
        return _bracket(factor, wanted)
    if isinstance(factor, Slot) and not any(True for _ in factor.letters()):
        return Laid(None, None, Matrix("size", data=factor))
    raise NoMatrixForm


def _inner(expr: Expr, wanted: tuple[Index | None, ...], *also: Expr) -> Laid:
    """An expression of at most two letters, wanted ones first, the others as they are read."""
    rows, columns = _order([expr, *also], wanted)
    return Laid(rows, columns, laid_sum(expr, rows, columns))


def _order(exprs: Sequence[Expr], wanted: tuple[Index | None, ...]) -> tuple[Index | None, Index | None]:
    met = list(dict.fromkeys(x for e in exprs for x in free_letters(e)))
    letters = [x for x in wanted if x in met] + [x for x in met if x not in wanted]
    if len(letters) > 2:
        raise NoMatrixForm
    rows, columns = (*letters, None, None)[:2]
    return rows, columns


def _entry(entry: Entry) -> Laid:
    tensor = entry.tensor
    letters = [_single_letter(slot) for slot in entry.slots]
    met = [x for x in letters if x is not None]
    if not met:
        plain = whole_tensor(tensor) if not entry.slots else Matrix("entry", data=entry)
        return Laid(None, None, plain)
    whole = _sliced(tensor, entry.slots, letters)
    if len(met) == 1:
        return Laid(met[0], None, transpose(whole) if tensor.row or whole.rows is None else whole)
    if met[0] is met[1]:
        return Laid(met[0], None, Matrix("diagonal", (whole,), whole.rows))
    return Laid(met[0], met[1], whole)


def _single_letter(slot: Slot) -> Index | None:
    """The letter of `i` or `i + c`; None for a fixed position."""
    letters = list(dict.fromkeys(slot.letters()))
    if not letters:
        return None
    if len(letters) > 1 or slot.coefficient(letters[0]) != 1:
        raise NoMatrixForm
    return letters[0]


def _sliced(tensor: Tensor, slots: tuple[Slot, ...], letters: list[Index | None]) -> Matrix:
    """The tensor, or those of its rows and columns that the letters reach, in order."""
    matrix = whole_tensor(tensor)
    picks = tuple(_pick(slot, letter, axis) for slot, letter, axis in zip(slots, letters, tensor.axes, strict=True))
    if all(pick is None for pick in picks):
        return matrix
    sides = [_side(pick, axis) for pick, axis in zip(picks, tensor.axes, strict=True)]
    rows, columns = (None, sides[0]) if tensor.row else (*sides, None)[:2]
    data = (None, *picks) if tensor.row else (*picks, None)[:2]
    return Matrix("slice", (matrix,), rows, columns, data)


def _side(pick: Range | Slot | None, axis: Range) -> Range | None:
    """What a pick leaves of an axis: all of it, a part, nothing."""
    if pick is None:
        return axis
    return pick if isinstance(pick, Range) else None


def _pick(slot: Slot, letter: Index | None, axis: Range) -> Range | Slot | None:
    """None for the whole axis, a range for a part of it, a position for one."""
    if letter is None:
        return slot
    offset = slot - letter.slot
    reached = Range(letter.range.lo + offset, letter.range.hi + offset)
    if reached == axis:
        return None
    if not axis.contains(reached):
        raise NoMatrixForm
    return reached


def _power(factor: Power, wanted: tuple[Index | None, ...]) -> Laid:
    exponent = factor.exponent
    base = _inner(factor.base, wanted)
    if isinstance(exponent, Expr):
        if free_letters(exponent):
            raise NoMatrixForm
        raised = Matrix("power", (base.matrix, laid_sum(exponent, None, None)), base.matrix.rows, base.matrix.columns)
        return Laid(base.rows, base.columns, raised)
    return base if exponent == 1 else Laid(base.rows, base.columns, algebra.power(base.matrix, exponent))


def _applied(factor: Apply, wanted: tuple[Index | None, ...]) -> Laid:
    """A function entry by entry; an argument without letters stays a scalar."""
    bodies = [a.body for a in factor.args]
    rows, columns = _order(bodies, wanted)
    args = tuple(laid_sum(b, rows, columns) if free_letters(b) else laid_sum(b, None, None) for b in bodies)
    return Laid(rows, columns, Matrix("apply", args, extent(rows), extent(columns), factor))


def _whole(factor: Apply, wanted: tuple[Index | None, ...]) -> Laid:
    """softmax of a vector, or of each row of a matrix; f(x); ∂f/∂x; g(w)."""
    kept = [_single_letter(slot) for slot in (*factor.slots, *(s for _, slots in factor.partials for s in slots))]
    letters = [x for x in kept if x is not None]
    if len(factor.args) != 1 or len(letters) != len(kept) or len(letters) > 2:
        raise NoMatrixForm
    argument = factor.args[0]
    outer = [x for x in free_letters(argument.body) if x not in argument.letters]
    if not argument.letters:
        if outer or len(letters) != 1:
            raise NoMatrixForm
        return _shaped(letters, Matrix("whole", (laid_sum(argument.body, None, None),), letters[0].range, None, factor))
    if len(argument.letters) != 1 or len(outer) + len(letters) > 2 or len(outer) > 1:
        raise NoMatrixForm
    along = argument.letters[0]
    arg = laid_sum(argument.body, outer[0], along) if outer else laid_sum(argument.body, along, None)
    axes = [x.range for x in (*outer, *letters)]
    rows, columns = (*axes, None, None)[:2]
    return _shaped([*outer, *letters], Matrix("whole", (arg,), rows, columns, factor))


def _shaped(letters: list[Index], matrix: Matrix) -> Laid:
    rows, columns = (*letters, None, None)[:2]
    return Laid(rows, columns, matrix)


def _bracket(factor: Bracket, wanted: tuple[Index | None, ...]) -> Laid:
    left, right = factor.left, factor.right
    if isinstance(left, Expr) and isinstance(right, Expr):
        rows, columns = _order([left, right], wanted)
        args = tuple(laid_sum(s, rows, columns) if free_letters(s) else laid_sum(s, None, None) for s in (left, right))
        return Laid(rows, columns, Matrix("indicator", args, extent(rows), extent(columns), factor.relation))
    if factor.relation != "=" or not isinstance(left, Slot) or not isinstance(right, Slot):
        raise NoMatrixForm
    for one, two in ((left, right), (right, left)):
        if one.letter is not None:
            return _unit(one.letter, two)
    raise NoMatrixForm


def _unit(letter: Index, at: Slot) -> Laid:
    """[i = j]: the identity; [k = t] and [k = 2]: e_t and e_2; [k = t_n]: the matrix whose rows are unit vectors."""
    if at.letter is not None and at.letter.range == letter.range:
        return Laid(letter, at.letter, Matrix("identity", (), letter.range, letter.range))
    if all(isinstance(atom, str) for atom in at.atoms()):
        return Laid(letter, None, Matrix("one-hot", (), letter.range, None, at))
    entry = at.atom
    if not isinstance(entry, Entry) or entry.tensor.among is None or not letter.range.contains(entry.tensor.among):
        raise NoMatrixForm
    rows = [_single_letter(slot) for slot in entry.slots]
    if not rows:
        return Laid(letter, None, Matrix("one-hot", (), letter.range, None, entry))
    if len(rows) != 1 or rows[0] is None or entry.slots[0].letter is None or rows[0].range != entry.tensor.axes[0]:
        raise NoMatrixForm
    return Laid(rows[0], letter, Matrix("one-hot", (), rows[0].range, letter.range, entry))


def _crossed(factors: Sequence[Factor], bound: tuple[Index, ...]) -> tuple[list[Factor], tuple[Index, ...], list[Laid]]:
    """Σ_jk ε_ijk u_j v_k: the cross product u × v, at i."""
    for n, factor in enumerate(factors):
        if isinstance(factor, Entry) and factor.tensor.name == EPSILON:
            rest = [_operand(f, ()) for m, f in enumerate(factors) if m != n]
            letters = [slot.letter for slot in factor.slots]
            for turn in range(3):
                at, one, two = letters[turn:] + letters[:turn]
                u, v = [o for o in rest if one and o.has(one)], [o for o in rest if two and o.has(two)]
                if at and one in bound and two in bound and u and v and all(o.columns is None for o in u + v):
                    args = tuple(hadamard(*(o.matrix for o in side)) for side in (u, v))
                    joined = Laid(at, None, Matrix("cross", args, at.range))
                    others = [o for o in rest if o not in u and o not in v]
                    return [], tuple(x for x in bound if x is not one and x is not two), [joined, *others]
            raise NoMatrixForm
    return list(factors), bound, []
