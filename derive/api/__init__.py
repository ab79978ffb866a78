"""What users hold in their hands.

d = derive.load("problems/residual.yaml").derive()
d["y"].forward.scalar, d["y"].forward.vector       SymPy equations
d["x"].scalar, d["x"].vector, d["x"].steps         the same for the bar, and the steps that lead there
d.latex(), d.numpy(), d.to_dict(), d.selfcheck()
d.check(text)                                      a derivation that somebody wrote, judged line by line
"""

from __future__ import annotations

from derive.api.derivation import CheckFailed, Derivation
from derive.api.network import Network, load, parse
from derive.api.printed import Answers, Printed
from derive.api.views import Forward, Quantity, Step, View
from derive.errors import DeriveError

__all__ = [
    "Answers",
    "CheckFailed",
    "Derivation",
    "DeriveError",
    "Forward",
    "Network",
    "Printed",
    "Quantity",
    "Step",
    "View",
    "load",
    "parse",
]
