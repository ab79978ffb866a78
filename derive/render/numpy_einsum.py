"""Sums of products of whole arrays as np.einsum; None where an equation is more than that."""

from __future__ import annotations

from derive.notation.equation import Equation
from derive.notation.expression import Entry, Expr, Factor, Power, Term
from derive.notation.index import Index, Slot
from derive.render.numpy_code import Code, added, binary, call, magnitude
from derive.render.numpy_scalar import Coder

ALPHABET = "ijklmnopqrstuvwxyzabcdefghIJKLMNOPQRSTUVWXYZABCDEFGH"


def einsum(equation: Equation, coder: Coder) -> Code | None:
    """The right side as a sum of einsums, or None."""
    own = tuple(slot.letter for slot in equation.left.slots)
    axes = equation.left.tensor.axes
    if any(x is None or x.range != axis for x, axis in zip(own, axes, strict=True)) or len(set(own)) < len(own):
        return None
    letters = [x for x in own if x is not None]
    parts = [(t.coefficient < 0, _term(t, letters, coder)) for t in equation.right.terms]
    if not parts or not letters:
        return None
    found = [(minus, code) for minus, code in parts if code is not None]
    return added(found) if len(found) == len(parts) else None


def _term(term: Term, own: list[Index], coder: Coder) -> Code | None:
    entries = [f for f in term.factors if isinstance(f, Entry) and f.slots]
    scalars = [f for f in term.factors if not (isinstance(f, Entry) and f.slots)]
    letters = [*own, *term.bound]
    if not all(_is_plain(e, letters) for e in entries) or not all(_is_number(f) for f in scalars):
        return None
    if len(letters) > len(ALPHABET):
        return None
    names = dict(zip(letters, ALPHABET, strict=False))
    read = [_subscript(e, names) for e in entries]
    operands = [coder.entry(e.at(())) for e in entries]
    for letter in letters:
        if not any(names[letter] in subscript for subscript in read):
            read.append(names[letter])
            operands.append(call("np.ones", coder.slot(letter.range.size)))
    out = "".join(names[x] for x in own)
    product = operands[0] if read == [out] else call("np.einsum", f'"{",".join(read)}->{out}"', *operands)
    size = magnitude(term.coefficient)
    front = [size] if size else []
    return binary("*", *front, *([coder.product(scalars)] if scalars else []), product)


def _is_plain(entry: Entry, letters: list[Index]) -> bool:
    return all(
        slot.letter in letters and slot.letter is not None and slot.letter.range == axis
        for slot, axis in zip(entry.slots, entry.tensor.axes, strict=True)
    )


def _subscript(entry: Entry, names: dict[Index, str]) -> str:
    return "".join(names[slot.letter] for slot in entry.slots if slot.letter is not None)


def _is_number(factor: Factor) -> bool:
    """A size, a scalar, or a whole power of one."""
    if isinstance(factor, Power) and not isinstance(factor.exponent, Expr):
        inner = factor.base.factor
        return inner is not None and _is_number(inner)
    if isinstance(factor, Slot):
        return all(isinstance(atom, str) for atom in factor.atoms())
    return isinstance(factor, Entry) and not factor.slots
