"""A form that forgets names: two expressions that differ in bound letters and in the order of factors have one key.

It serves to collect like terms. Equality of what looks different is decided by numbers, never here.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Lambda, Number, Power, Tensor, Term
from derive.notation.index import Atom, Index, Range, Slot

Names = Mapping[Index, str]


def key(expr: Expr, names: Names | None = None) -> str:
    """The canonical key of an expression; `names` are the letters bound around it."""
    return "+".join(sorted(f"{term.coefficient}*{term_key(term, names)}" for term in expr.terms))


def term_key(term: Term, names: Names | None = None) -> str:
    """The canonical key of a term without its coefficient."""
    outer = dict(names or {})
    if not term.bound:
        return "·".join(sorted(factor_key(f, outer) for f in term.factors))
    depth = len(outer)
    blind = {**outer, **{letter: f"?{range_key(letter.range, outer)}" for letter in term.bound}}
    ordered = sorted(term.factors, key=lambda f: factor_key(f, blind))
    inner = {**outer, **_numbered(ordered, term.bound, depth)}
    ranges = ",".join(f"{inner[x]}∈{range_key(x.range, outer)}" for x in sorted(term.bound, key=lambda x: inner[x]))
    return f"Σ({ranges})" + "·".join(sorted(factor_key(f, inner) for f in ordered))


def factor_key(factor: Factor, names: Names) -> str:
    """The canonical key of a factor."""
    if isinstance(factor, Entry):
        return f"{tensor_key(factor.tensor)}[{_slots(factor.slots, names)}]"
    if isinstance(factor, Slot):
        return f"#{slot_key(factor, names)}"
    if isinstance(factor, Power):
        return f"({key(factor.base, names)})^{_exponent(factor.exponent, names)}"
    if isinstance(factor, Apply):
        arguments = ";".join(_argument(a, names) for a in factor.args)
        partials = ";".join(sorted(f"{n}@{_slots(slots, names)}" for n, slots in factor.partials))
        return f"{factor.function}[{_slots(factor.slots, names)}]'{partials}({arguments})"
    if isinstance(factor, Bracket):
        return _bracket(factor, names)
    return f"∂{factor_key(factor.of, names)}/∂{factor_key(factor.wrt, names)}"


def tensor_key(tensor: Tensor) -> str:
    return "~".join((tensor.name, *tensor.cost))


def slot_key(slot: Slot, names: Names) -> str:
    if not slot.parts:
        return str(slot.constant)
    if not slot.constant and len(slot.parts) == 1 and len(slot.parts[0][0]) == 1:  # a letter or a size, as most are
        return f"{slot.parts[0][1]}*{_atom(slot.parts[0][0][0], names)}"
    parts = sorted(f"{c}" + "".join("*" + _atom(a, names) for a in m) for m, c in slot.parts)
    return "+".join([*parts, str(slot.constant)] if slot.constant else parts)


def range_key(axis: Range, names: Names) -> str:
    return f"{slot_key(axis.lo, names)}..{slot_key(axis.hi, names)}"


def _numbered(factors: list[Factor], bound: tuple[Index, ...], depth: int) -> dict[Index, str]:
    """Bound letters numbered as they first occur in the ordered factors."""
    from derive.notation.walk import letters_of

    met = dict.fromkeys(x for f in factors for x in letters_of(f) if x in bound)
    met.update(dict.fromkeys(bound))
    return {letter: f"{depth + n}:" for n, letter in enumerate(met)}


def _slots(slots: tuple[Slot, ...], names: Names) -> str:
    return ",".join(slot_key(slot, names) for slot in slots)


def _atom(atom: Atom, names: Names) -> str:
    if isinstance(atom, Index):
        return names.get(atom) or f"{atom.name}'{id(atom)}"
    return atom if isinstance(atom, str) else factor_key(atom, names)


def _exponent(exponent: Number | Expr, names: Names) -> str:
    return str(exponent) if isinstance(exponent, (int, Fraction)) else key(exponent, names)


def _argument(argument: Lambda, names: Names) -> str:
    depth = len(names)
    inner = {**names, **{letter: f"{depth + n}:" for n, letter in enumerate(argument.letters)}}
    ranges = ",".join(range_key(x.range, names) for x in argument.letters)
    return f"λ{ranges}." + key(argument.body, inner)


def _bracket(bracket: Bracket, names: Names) -> str:
    sides = [slot_key(s, names) if isinstance(s, Slot) else key(s, names) for s in (bracket.left, bracket.right)]
    return f"[{bracket.relation.join(sorted(sides) if bracket.relation in ('=', '!=') else sides)}]"
