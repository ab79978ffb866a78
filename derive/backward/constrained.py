"""The bars of parameters that facts bind, along the constraint.

The backward pass takes every entry as independent: W̄. Where A = Aᵀ is kept, a_ij and a_ji are one number, and the
derivative in it is Ā + Āᵀ − Ā ∘ I (Petersen & Pedersen 2012, the Matrix Cookbook, section 2.8). The gradient within the
symmetric matrices, with ⟨A, B⟩ = Σ_ij a_ij b_ij, is the projection ½ (Ā + Āᵀ). Where no entry moves by itself, as with
QᵀQ = I or ‖u‖ = 1, the projection is all there is: on the directions that keep the constraint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from derive.backward.surface import held, projection
from derive.declare.network import Network
from derive.derivation import Constrained, Derivation, Line, Step
from derive.notation.common import expanded
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Expr, Tensor, bar, of
from derive.notation.fact import Fact
from derive.notation.index import Index, Slot
from derive.notation.matrix import MatrixEquation
from derive.notation.product import add
from derive.notation.walk import substitute
from derive.operators.known import Known
from derive.operators.stated import PROPERTIES, entries_of
from derive.vectorise import shortest, vectorised
from derive.vectorise.known import with_facts

DECLARED = ("parameter", "input")
TANGENT = tuple(row.name for row in PROPERTIES.values() if row.tangent is not None)


def constraints(network: Network) -> dict[Tensor, Fact]:
    """The declared quantities that a fact binds, each with its fact: of several the one that leaves least free."""
    found: dict[Tensor, Fact] = {}
    for fact in network.facts:
        tensor = _bound(fact)
        if tensor is not None and tensor.role in DECLARED and (tensor not in found or fact.kind == "diagonal"):
            found[tensor] = fact
    for tensor, fact in _surfaces(network):
        found.setdefault(tensor, fact)
    return found


def _surfaces(network: Network) -> Iterator[tuple[Tensor, Fact]]:
    """The declared quantities that one equation binds, and no other fact but that they lie between two ends."""
    for fact in network.facts:
        tensor = held(fact)
        others = (f for f in network.facts if f is not fact and f.kind != "within")
        if tensor is not None and tensor.role in DECLARED and not any(tensor in f.tensors for f in others):
            yield tensor, fact


def partners(network: Network, names: Sequence[str]) -> tuple[str, ...]:
    """The quantities that the named ones are tied to."""
    if not network.facts or network.constrained == "entries":
        return ()
    met = {tensor.name: fact for tensor, fact in constraints(network).items()}
    return tuple(t.name for name in names if name in met and (t := _tied_to(met[name])) is not None)


def with_constrained(derivation: Derivation, known: Known) -> Derivation:
    """The derivation with the bars of its wanted parameters along what binds them, as far as it is asked for."""
    network = derivation.network
    bound = {tensor.name: fact for tensor, fact in constraints(network).items()}
    names = [name for name in derivation.wanted if name in bound] if network.constrained != "entries" else []
    found = tuple(c for name in names for c in _of(derivation, name, bound[name], known))
    return replace(derivation, constrained=found)


def _bound(fact: Fact) -> Tensor | None:
    """The tensor that a fact binds so that it has a derivative along it; of two that are tied the second."""
    row = PROPERTIES.get(fact.kind)
    if row is not None and (row.along is not None or row.tangent is not None):
        return fact.whole
    return _second(fact)


def _second(fact: Fact) -> Tensor | None:
    """The U of T_ij = U_ji."""
    one, other = fact.left.factor, fact.right.factor
    if fact.kind != "equal" or not isinstance(one, Entry) or not isinstance(other, Entry):
        return None
    plain = all(_is_plain(entry, fact.letters) for entry in (one, other))
    declared = one.tensor.role in DECLARED and other.tensor.role in DECLARED
    return other.tensor if plain and declared and one.tensor != other.tensor else None


def _is_plain(entry: Entry, letters: Sequence[Index]) -> bool:
    own = [slot.letter for slot in entry.slots]
    ranges = tuple(x.range for x in own if x is not None)
    return len(own) == len(letters) and set(own) == set(letters) and ranges == entry.tensor.axes


def _tied_to(fact: Fact) -> Tensor | None:
    return fact.tensors[0] if _second(fact) is not None else None


def _of(derivation: Derivation, name: str, fact: Fact, known: Known) -> Iterator[Constrained]:
    for line in derivation.backward:
        if line.tensor.name != name or not all(slot.letter for slot in line.left.slots):
            continue
        rules = rules_of(line, fact)
        for convention, rule in rules.items():
            if convention == "along" or "along" not in rules or derivation.network.constrained == "projected":
                yield _constrained(line, fact, convention, rule, known, derivation)


def rules_of(line: Line, fact: Fact) -> dict[str, Expr]:
    """A convention -> what the bar of a line is along a fact that binds its quantity."""
    if not all(slot.letter for slot in line.left.slots):
        return {}
    if fact.kind == "equal":
        tensor = held(fact)
        return {"along": _tied(line, fact)} if tensor is None else {"projected": projection(fact, line.left, tensor)}
    row, at = PROPERTIES[fact.kind], entries_of(line.left, fact.square)
    i, j = (line.left.slots[n] for n in fact.square)
    if row.tangent is not None:
        itself = entries_of(Entry(fact.tensors[0], line.left.slots), fact.square)
        letters = (fact.letters[-2].apart(), fact.letters[-1].apart())
        return {"projected": row.tangent(itself, at, i, j, letters)}
    rules = {"along": row.along, "projected": row.projected}
    return {convention: rule(at, i, j) for convention, rule in rules.items() if rule is not None}


def _tied(line: Line, fact: Fact) -> Expr:
    """Ū_ji + T̄_ij, for T_ij = U_ji: both move together."""
    one, other = fact.left.factor, fact.right.factor
    assert isinstance(one, Entry) and isinstance(other, Entry)
    own: dict[Index, Slot] = {s.letter: at for s, at in zip(other.slots, line.left.slots, strict=True) if s.letter}
    there = of(Entry(bar(one.tensor, line.tensor.cost[-1]), one.slots))
    return add(of(line.left), substitute(there, own))


def _constrained(
    line: Line, fact: Fact, convention: str, right: Expr, known: Known, derivation: Derivation
) -> Constrained:
    curved = fact.kind in TANGENT or held(fact) is not None
    own, form = (known, vectorised) if curved else (_of_bar(line, known), _summed)
    made = Line(line.left, (Step("substituted", right),), place=fact.place).with_vector(form)
    return Constrained(fact, convention, with_facts(made, own, form=form))


def _summed(equation: Equation) -> MatrixEquation | None:
    """2 S̄ − S̄ ∘ I rather than S̄ ∘ (2 1 1ᵀ − I)."""
    return shortest((Equation(equation.left, expanded(equation.right), equation.place), equation))


def _of_bar(line: Line, known: Known) -> Known:
    """What is known of a bar: that it is symmetric where its line is."""
    own = line.scalar.letters
    square = len(own) > 1 and own[-1].range == own[-2].range
    if not square or not known.is_symmetric(line.scalar.right, own[-2], own[-1]):
        return Known(())
    return Known((Fact("symmetric", "", of(line.left), own),))
