"""The derivation's own line for the quantity of a claim, in the form and the notation in which it was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from derive.check.forms import Quantity
from derive.check.report import Claim
from derive.check.show_claim import head_of
from derive.check.symbols import Symbols
from derive.derivation import Derivation, Line
from derive.notation.expression import Tensor, bar
from derive.render.latex import equation
from derive.syntax.read import Unreadable, read
from derive.syntax.tree import Fraction, Name, Node, Relation, Times
from derive.typeset.chains import scalar_chain, vector_chain
from derive.typeset.document import scribe_for
from derive.typeset.scribe import Scribe
from derive.typeset.style import Notation, Style


def with_our_lines(symbols: Symbols, claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims, our line beside each wrong one."""
    return tuple(replace(c, ours=our_line(symbols, c)) if c.verdict == "wrong" else c for c in claims)


def our_line(symbols: Symbols, claim: Claim) -> str:
    """Our line in LaTeX; "" where the derivation has none for what the claim is about."""
    derivation, left = symbols.derivation, _left(claim)
    if left is None or is_between(symbols, left):
        return ""
    tensor = derivation.network.tensors.get(claim.name)
    own = next((t for t in beside(derivation) if t.name == claim.name), None)
    wanted = own if tensor is None else bar(tensor, derivation.cost) if head_of(symbols, left).is_bar else tensor
    if wanted is None:
        return ""
    lines = [line for line in (*derivation.forward, *derivation.backward) if line.tensor == wanted]
    scribe = scribe_for(
        derivation, Style("bar" if r"\bar" in claim.tex or r"\overline" in claim.tex else _notation(left))
    )
    return r",\quad ".join(_printed(lines, scribe, claim.form == "vector"))


def beside(derivation: Derivation) -> Iterator[Tensor]:
    """What a derivation has beside its network's quantities: multipliers and the F of conditions."""
    network = derivation.network
    own = {t.multiplier for t in network.tensors.values() if t.multiplier}
    yield from (line.tensor for line in derivation.backward if own and line.tensor.name in own)
    yield from (met.tensor for met in network.implicit.values())


def is_between(symbols: Symbols, left: Node) -> bool:
    """Whether a left side is ∂z/∂x, a derivative of one quantity by another and no error signal."""
    top = left.top if isinstance(left, Fraction) else None
    name = top.factors[-1] if isinstance(top, Times) else None
    met = symbols.meanings(name) if isinstance(name, Name) else ()
    quantities = [meaning.tensor.name for meaning in met if isinstance(meaning, Quantity)]
    return bool(quantities) and symbols.derivation.cost not in quantities


def _printed(lines: Iterable[Line], scribe: Scribe, vector: bool) -> list[str]:
    found = []
    for line in lines:
        chain = vector_chain(line, scribe) if vector else None
        found.append(equation(chain or scalar_chain(Line(line.left, line.entry_by_entry), scribe)))
    return found


def _left(claim: Claim) -> Node | None:
    try:
        nodes = read(claim.reading) if claim.reading else ()
    except (Unreadable, RecursionError):
        return None
    return nodes[0].sides[0] if nodes and isinstance(nodes[0], Relation) else None


def _notation(left: Node) -> Notation:
    """∂E/∂x, ∇ₓE or x̄: whichever the left side is."""
    if isinstance(left, Fraction):
        return "partial"
    mark = left.factors[0] if isinstance(left, Times) else left
    base = mark.base if isinstance(mark, Name) else ""
    return "nabla" if base == "nabla" else "d" if base == "d" and mark is not left else "bar"
