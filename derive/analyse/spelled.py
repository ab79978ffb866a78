"""Index form as plain text, in the spelling of problem files: what JSON says of an expression.

w̄₁ = ȳ relu′(h₁ w₁) h₁     "ybar*relu'(h1*w1)*h1"
"""

from __future__ import annotations

from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Lambda, Power, Term
from derive.notation.index import Index, Slot


def spelled(expr: Expr) -> str:
    """A sum of terms."""
    text = ""
    for n, term in enumerate(expr.terms):
        sign = ("-" if term.coefficient < 0 else "") if n == 0 else " - " if term.coefficient < 0 else " + "
        text += sign + _term(term)
    return text or "0"


def _term(term: Term) -> str:
    size = abs(term.coefficient)
    parts = [*([str(size)] if size != 1 or not term.factors else []), *map(_factor, term.factors)]
    product = "*".join(parts)
    return f"sum({', '.join(x.name for x in term.bound)}, {product})" if term.bound else product


def _factor(factor: Factor) -> str:
    if isinstance(factor, Entry):
        return _entry(factor)
    if isinstance(factor, Slot):
        return _slot(factor) if factor.letter or factor.is_number else f"({_slot(factor)})"
    if isinstance(factor, Power):
        return _power(factor)
    if isinstance(factor, Apply):
        slots = f"[{', '.join(map(_slot, factor.slots))}]" if factor.slots else ""
        return f"{factor.function}{chr(39) * len(factor.partials)}({', '.join(map(_argument, factor.args))}){slots}"
    if isinstance(factor, Bracket):
        sides = [_slot(s) if isinstance(s, Slot) else spelled(s) for s in (factor.left, factor.right)]
        return f"[{sides[0]} {'==' if factor.relation == '=' else factor.relation} {sides[1]}]"
    return f"d{_entry(factor.of)}/d{_entry(factor.wrt)}"


def _entry(entry: Entry) -> str:
    slots = f"[{', '.join(map(_slot, entry.slots))}]" if entry.slots else ""
    return f"{entry.tensor.name}{'bar' * len(entry.tensor.cost)}{slots}"


def _power(factor: Power) -> str:
    base = spelled(factor.base)
    whole = base if factor.base.factor is not None else f"({base})"
    if not isinstance(factor.exponent, Expr):
        return whole if factor.exponent == 1 else f"{whole}**({factor.exponent})"
    return f"{whole}**({spelled(factor.exponent)})"


def _argument(argument: Lambda) -> str:
    return ", ".join([*(x.name for x in argument.letters), spelled(argument.body)])


def _slot(slot: Slot) -> str:
    parts = [(c, "*".join(_atom(a) for a in m)) for m, c in slot.parts]
    text = ""
    for n, (c, product) in enumerate(parts):
        sign = ("-" if c < 0 else "") if n == 0 else " - " if c < 0 else " + "
        text += sign + (product if abs(c) == 1 else f"{abs(c)}*{product}")
    if slot.constant or not parts:
        sign = "" if not parts else " - " if slot.constant < 0 else " + "
        text += f"{sign}{abs(slot.constant) if parts else slot.constant}"
    return text


def _atom(atom: object) -> str:
    if isinstance(atom, Index):
        return atom.name
    return _entry(atom) if isinstance(atom, Entry) else str(atom)
