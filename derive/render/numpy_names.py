"""Python's names for what a derivation has: quantities, bars, sizes, functions, letters."""

from __future__ import annotations

import keyword
import re
import unicodedata
from dataclasses import dataclass, field

from derive.declare.network import Network
from derive.notation.constants import KNOWN
from derive.notation.expression import CURLY, DOT, Apply, Tensor
from derive.notation.index import Index
from derive.operators import TABLE
from derive.typeset.reader import GREEK

RESERVED = (
    "np", "math", "at", "one_hot", "forward", "backward", "polygamma", "sum", "range", "float", "int", "values",
    "newton", "after",
)  # fmt: skip


@dataclass(frozen=True)
class Identifiers:
    """A name of its own for everything; asked in a fixed order, so that equal input gives equal names."""

    network: Network
    cost: str
    _given: dict[tuple[str, ...], str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=lambda: {*RESERVED, *keyword.kwlist, *keyword.softkwlist})

    def __post_init__(self) -> None:
        for name in (*self.network.tensors, *KNOWN):
            self._name(("tensor", name), name)
        for name in self.network.sizes:
            self._name(("size", name), name)
        for name in self.network.functions:
            self._name(("function", name), name)

    def tensor(self, tensor: Tensor) -> str:
        """x, x_bar, x_dot, x_bar_dot; x_in_w for the derivative in w; x_bar_F under another cost than the first, and
        x_bar_E_F for the bar under F of that under E: as SymPy's xbar_E_F."""
        costs = tuple(operator for operator in tensor.cost if operator != DOT and not operator.startswith(CURLY))
        bars = ("bar", *(costs if costs != (self.cost,) else ())) if costs else ()
        parts = (_change(operator) for operator in tensor.cost[len(costs) :])
        return self._name(("tensor", tensor.name, *tensor.cost), "_".join([tensor.name, *bars, *parts]))

    def size(self, name: str) -> str:
        return self._name(("size", name), name)

    def function(self, apply: Apply) -> str:
        """sigma, sigma_prime, sigma_prime2; phi_1 and phi_12 by its arguments; f_slope, f_slope2 of a whole array;
        softmax_where of those entries that count."""
        name, order = apply.function, len(apply.partials)
        if len(apply.args) > 1 and is_known(apply, self.network) and TABLE[apply.function].axes:
            name += "_where"
        if is_known(apply, self.network) and TABLE[apply.function].position:
            first = apply.args[0].letters[0].range.lo.constant
            name += f"_from_{first}" if first != 1 else ""
        if order and apply.partials[0][1]:
            suffix = "_slope" + (str(order) if order > 1 else "")
        elif len(apply.args) > 1:
            suffix = "_" + "".join(str(n + 1) for n, _ in apply.partials) if order else ""
        else:
            suffix = ("_prime" + (str(order) if order > 1 else "")) if order else ""
        return self._name(("function", name + suffix), name + suffix)

    def letter(self, letter: Index, scope: dict[Index, str]) -> str:
        """A loop variable, unlike everything else and every letter in scope."""
        base = _ascii(letter.name)
        tries = [base, *(f"{base}{n}" for n in range(1, len(scope) + 3)), *(f"{base}_{n}" for n in range(1000))]
        return next(name for name in tries if name not in self._taken and name not in scope.values())

    def ahead(self, code: str, function: str) -> str:
        """svd_u_1: what a function gives of one matrix, for the loops after it."""
        given = sum(key[:2] == ("ahead", function) for key in self._given)
        return self._name(("ahead", function, code), f"{function}_{given + 1}")

    def _name(self, key: tuple[str, ...], wanted: str) -> str:
        if key not in self._given:
            name = _ascii(wanted)
            while name in self._taken:
                name += "_"
            self._taken.add(name)
            self._given[key] = name
        return self._given[key]


def _change(operator: str) -> str:
    """The name of a tangent, or of a derivative in a quantity."""
    return "dot" if operator == DOT else f"in_{operator.removeprefix(CURLY)}"


def _ascii(text: str) -> str:
    """A valid identifier in ASCII."""
    greek = {char: name for name, char in GREEK.items() if name != "lamda"}
    spelled = unicodedata.normalize("NFKD", "".join(greek.get(c, c) for c in text))
    kept = re.sub(r"[^0-9A-Za-z_]", "", spelled.encode("ascii", "ignore").decode())
    return kept if kept[:1].isalpha() or kept[:1] == "_" else f"v{kept}"


def is_known(apply: Apply, network: Network) -> bool:
    """Whether a function is one of the table's, not one that is passed in."""
    return apply.function in TABLE and apply.function not in network.functions
