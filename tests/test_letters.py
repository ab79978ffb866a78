"""The letters of every printed line: none is both bound and free, bound twice, or a quantity's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from derive.declare.load import load, parse_problem
from derive.declare.network import Network
from derive.derivation import Derivation, Line
from derive.document import Fenced, Fraction, Math, Operator, Over, Raw, Root, Row, Script, Summation, Symbol
from derive.errors import DeriveError
from derive.notation.expression import Entry, Expr, Tensor
from derive.notation.walk import factors
from derive.pipeline import derive_network
from derive.render.terminal import text
from derive.typeset.chains import scalar_chain
from derive.typeset.document import scribe_for
from derive.typeset.scribe import Scribe
from tests.golden import PROBLEMS
from tests.random_networks import problem
from tests.render import labelled

RENAMED = {"x": "l", "w": "m", "h": "n"}
"""Names that summed letters would like to have: then those have to give way."""


class Letters:
    """What a box says about its letters: `bound` by a Σ, `free` outside of it, `twice` bound in one nesting."""

    def __init__(self) -> None:
        self.bound: set[str] = set()
        self.free: set[str] = set()
        self.twice: set[str] = set()

    def read(self, box: Math, scope: frozenset[str] = frozenset()) -> None:
        if isinstance(box, Row):
            self._row(box, scope)
        elif isinstance(box, (Symbol, Script)) and (text(box) in scope or isinstance(box, Symbol)):
            self._name(box, scope)
        elif isinstance(box, Script) and isinstance(box.base, Fenced) and box.sub is not None:
            self._collected(box, scope)
        elif not isinstance(box, (Operator, Raw, Over)):  # an accented letter looks like no other
            for part in _parts(box):
                self.read(part, scope)

    def _collected(self, box: Script, scope: frozenset[str]) -> None:
        """(a_ij)_ij is the matrix of all a_ij, whose letters are its own; (A⁻¹)_ij is an entry of A⁻¹."""
        inner, below = Letters(), Letters()
        inner.read(box.base, scope)
        below.read(box.sub or Row(()), frozenset())
        own = inner.free & below.free
        self.bound |= inner.bound
        self.twice |= inner.twice | (own & inner.bound)
        self.free |= (inner.free | {name for name in below.free if name not in scope}) - own
        if box.sup is not None:
            self.read(box.sup, scope)

    def _name(self, box: Math, scope: frozenset[str]) -> None:
        if text(box) not in scope and isinstance(box, Symbol) and box.face == "italic":
            self.free.add(box.text)

    def _row(self, row: Row, scope: frozenset[str]) -> None:
        """A Σ reaches to the next + or =."""
        inner = scope
        for item in row.items:
            if isinstance(item, Operator) and item.kind in ("plus", "relation"):
                inner = scope
            elif isinstance(item, Summation):
                inner = self._sum(item, inner)
            else:
                self.read(item, inner)

    def _sum(self, sign: Summation, scope: frozenset[str]) -> frozenset[str]:
        assert isinstance(sign.lower, Row)
        letter, _, *first = sign.lower.items
        name = text(letter)
        if name in scope:
            self.twice.add(name)
        self.bound.add(name)
        for limit in (*first, *([sign.upper] if sign.upper is not None else [])):
            self.read(limit, scope)
        return scope | {name}


def _parts(box: Script | Fraction | Fenced | Summation | Root | Symbol) -> tuple[Math, ...]:
    if isinstance(box, Script):
        return tuple(part for part in (box.base, box.sub, box.sup) if part is not None)
    if isinstance(box, Fraction):
        return box.top, box.bottom
    return (box.body,) if isinstance(box, (Fenced, Root)) else ()


def tensors(expr: Expr) -> Iterator[Tensor]:
    return (factor.tensor for factor in factors(expr) if isinstance(factor, Entry))


def name_of(tensor: Tensor, scribe: Scribe) -> str:
    """The letter that an entry of a tensor is called by, without an accent."""
    box = scribe.names.entry(replace(tensor, cost=()), (Symbol("·"),) * len(tensor.axes))
    return text(box.base if isinstance(box, Script) and len(tensor.axes) else box)


def complaints(line: Line, scribe: Scribe) -> list[str]:
    if line.steps[-1].rule == "upstream":
        return []
    chain = scalar_chain(line, scribe)
    found = []
    own = {text(scribe.binding(line.scalar.letters).letter(letter)) for letter in line.scalar.letters}
    quantities = {name_of(t, scribe) for step in line.steps for t in (line.tensor, *tensors(step.right)) if not t.cost}
    for right in chain.rights:
        read = Letters()
        read.read(chain.left)
        read.read(right)
        found += [f"{x} is bound twice" for x in sorted(read.twice)]
        found += [f"{x} is bound and free" for x in sorted(read.bound & (read.free | own))]
        found += [f"{x} is a letter and a quantity" for x in sorted((read.bound | own) & quantities)]
    return [f"{what}: {text(chain.left)} = {' = '.join(map(text, chain.rights))}" for what in found]


def all_complaints(derivation: Derivation) -> list[str]:
    scribe = scribe_for(derivation)
    lines = (*derivation.forward, *derivation.backward, *derivation.closed)
    return [said for line in lines for said in complaints(line, scribe)]


def everything(source: str) -> Derivation:
    network = parse_problem(source)
    wanted = tuple(t.name for t in network.tensors.values() if t.role in ("input", "parameter"))
    return derive_network(network, wanted, closed=wanted[:2])


@examples(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), length=st.integers(1, 9), cost=st.booleans(), renamed=st.booleans())
def test_letters_of_random_networks(seed: int, length: int, cost: bool, renamed: bool) -> None:
    source = problem(seed, length, False, cost)
    if renamed:
        source = re.sub(r"\b([xwh])(\d+)\b", lambda met: RENAMED[met[1]] + met[2], source)
    assert all_complaints(everything(source)) == [], source


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)
def test_letters_of_problems(path: object) -> None:
    network = load(str(path))
    assert all_complaints(_with_closed_forms(network)) == []


def _with_closed_forms(network: Network) -> Derivation:
    """A recurrence has none."""
    try:
        return derive_network(network, closed=tuple(network.want))
    except DeriveError:
        return derive_network(network)


@pytest.mark.parametrize("shown", ["superscript", "subscript"])
@pytest.mark.parametrize("make", [labelled.rnn_backward, labelled.heads, labelled.layers])
def test_letters_of_labels(make: Callable[[], Derivation], shown: str) -> None:
    assert all_complaints(labelled.with_style(make(), shown)) == []


def test_what_is_wrong_is_seen() -> None:
    """Σ_i a_i + b_i, Σ_i Σ_i a_i."""
    i, sign = Symbol("i"), Summation(Row((Symbol("i"), Operator("=", "relation"), Symbol("1", "upright"))), Symbol("N"))
    a, b = (Script(Symbol(name), i) for name in "ab")
    read = Letters()
    read.read(Row((sign, a, Operator("+", "plus"), b)))
    assert read.bound & read.free == {"i"} and not read.twice
    read.read(Row((sign, sign, a)))
    assert read.twice == {"i"}
