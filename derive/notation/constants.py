"""Constants whose numbers are known: everything that evaluates looks here, nothing else does.

A name maps to its number, or to its entries as nested tuples. `epsilon_` is the Levi-Civita symbol ε_ijk.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from derive.notation.expression import Tensor
from derive.notation.index import Range

Numbers: TypeAlias = "float | tuple[Numbers, ...]"

_THREE = Range.to(3)

KNOWN: Mapping[str, Numbers] = MappingProxyType(
    {
        "pi": math.pi,
        "epsilon_": tuple(
            tuple(tuple((i - j) * (j - k) * (k - i) / 2 for k in range(3)) for j in range(3)) for i in range(3)
        ),
    }
)

HELD = frozenset({"stop_gradient", "detach"})
"""Functions that are their argument's value, and through which no error signal passes: it is held fixed."""

PI = Tensor("pi", (), "constant")
EPSILON = Tensor("epsilon_", (_THREE, _THREE, _THREE), "constant")
