"""What stands above a value as its exponent: z², A⁻¹, A⁺, Aᵗ, 2^z."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from derive.check.factored import PSEUDO, power, pseudo_inverse
from derive.check.forms import spelled
from derive.check.functions import inverted
from derive.check.surgery import all_nodes
from derive.check.values import NUMBER, Disagree, Unknown, Value, elementwise, same
from derive.syntax.marks import text_of
from derive.syntax.tree import Fenced, Name, Node, Number, Scripted, Sum, Times

if TYPE_CHECKING:
    from derive.check.evaluate import Evaluator


def raised(ev: Evaluator, value: Value, exponent: Node) -> Value:
    if _is_pseudo_transpose(exponent) and value.rows and value.columns and "pinv" in ev.symbols.used:
        return pseudo_inverse(value).transposed
    if text_of(exponent) in PSEUDO and value.rows and value.columns and "pinv" in ev.symbols.used:
        return pseudo_inverse(value)
    if isinstance(exponent, Sum) and exponent.signs == ("-",):
        if ev.is_transpose(exponent.terms[0]):
            return inverted(value).transposed
        only = exponent.terms[0]
        whole = isinstance(only, Number) and only.text.isdigit() and value.rows and value.columns
        if whole and same(value.rows, value.columns) and not value.is_identity:
            return power(value, ev.value(exponent))  # S^{-2}, as S^{-1} is no power entry by entry
        if value.rows and value.columns and same(value.rows, value.columns) and text_of(exponent.terms[0]) == "1":
            return inverted(value)
    by = ev.value(exponent)
    if "matrix_power" in ev.symbols.used and by.is_scalar and value.rows and same(value.rows, value.columns):
        return power(value, by)
    if not by.is_scalar:
        return _power_of(ev, value, by)
    if ev.reading.powers != "entries" and _is_product(ev, value, by, exponent):
        return power(value, by)
    if value.is_scalar or not (value.rows and value.columns):
        return elementwise(value, by, np.power)
    if is_diagonal(value):
        return _of_diagonal(value, by)
    if not same(value.rows, value.columns) or by.name != NUMBER:
        return elementwise(value, by, np.power)
    raise Unknown("a power of a square matrix: by entries, or as a product?")


def is_diagonal(value: Value) -> bool:
    """Whether only the diagonal of a square matrix is not 0: its powers by entries and as products are the same."""
    if value.rows is None or value.rows.is_open or not same(value.rows, value.columns):
        return False
    return not np.any(value.array * (1 - np.eye(value.rows.length)))


def _of_diagonal(value: Value, by: Value) -> Value:
    """diag(v)ⁿ, diag(v)^(−1/2): of the entries on the diagonal."""
    assert value.rows
    on = np.eye(value.rows.length)
    return Value(np.where(on, np.power(np.where(on, value.array, 1.0), by.array), 0.0), value.rows, value.columns)


def _is_product(ev: Evaluator, value: Value, by: Value, exponent: Node) -> bool:
    """Whether a power is that of a square matrix by labels and sizes."""
    if by.name == NUMBER or not (value.rows and value.columns and same(value.rows, value.columns)):
        return False
    names = [node for node in all_nodes(exponent) if isinstance(node, Name)]
    return bool(names) and all(ev.symbols.size(n) or spelled(n) in ev.letters.scope for n in names)


def _power_of(ev: Evaluator, value: Value, by: Value) -> Value:
    """e^z entry by entry; e^A of a square A may be a series of products."""
    if by.is_odd or not value.is_scalar:
        raise Disagree(f"an exponent that is {by.shape}")
    if by.rows and by.columns and same(by.rows, by.columns):
        raise Unknown("a number to the power of a square matrix: by entries, or as a series?")
    return elementwise(value, by, np.power)


def _is_pseudo_transpose(node: Node) -> bool:
    """The +T of A^{+T}."""
    return isinstance(node, Sum) and node.signs == ("+",) and text_of(node.terms[0]) in ("T", "top")


def multiplies(ev: Evaluator, node: Node) -> bool:
    """Whether this is AᵀA, a product of matrices that nobody takes the root of entry by entry."""
    if isinstance(node, Fenced):
        return multiplies(ev, node.body)
    if not isinstance(node, Times) or any(node.joins):
        return False
    found = [ev.value(f) for f in node.factors if isinstance(f, (Name, Scripted))]
    return sum(value.rows is not None and value.columns is not None for value in found) > 1
