"""Networks of no file in problems/: equal uses, conditions, facts, tangents, Hessians, several costs, values."""

from __future__ import annotations

from collections.abc import Mapping

import derive
from derive.page import page
from derive.typeset.style import Notation

USES = """
version: 1
title: Four equal layers
define:
  layer(h, A, c): |
    s = A @ h + c
    y = sin(s)
sizes: {N: 5, M: 2}
inputs: {x: [N], t: [N]}
parameters: {A1: [N, N], c1: [N], A2: [N, N], c2: [N], A3: [N, N], c3: [N], A4: [N, N], c4: [N]}
equations: |
  h1 = layer(x, A1, c1)
  h2 = layer(h1, A2, c2)
  h3 = layer(h2, A3, c3)
  h4 = layer(h3, A4, c4)
  C = 1/(2*N)*norm(h4 - t)**2
cost: C
want: [A1, c4, x]
"""
MOVED = """
version: 1
title: Curvature <of> a fork
sizes: {D: inputs, H: units}
inputs: {u: [D], d: [D]}
parameters: {P: [H, D], q: [H]}
equations: |
  a = P @ u
  g = tanh(a)
  k = exp(a)
  s = q.T @ g
  J = 1/2*s**2 + sum(i, k[i])
cost: J
want: [P, q]
forward: [u]
hvp: [q]
hessian: [q]
"""
BOUND = """
version: 1
title: A symmetric and a triangular weight
sizes: {N: units}
inputs: {x: [N], t: [N]}
parameters: {A: [N, N], L: [N, N]}
equations: |
  v = A @ x
  w = L @ v
  E = 1/2*norm(w - t)**2
cost: E
want: [A, L]
facts: [A symmetric, L lower]
"""
IMPLICIT = """
version: 1
title: A fixed point
sizes: {N: inputs, K: units}
inputs: {x: [N], t: [K]}
parameters: {A: [K, K], B: [K, N]}
implicit: {y: y == sigmoid(c)}
equations: |
  c = A @ y + B @ x
  E = 1/2*norm(y - t)**2
cost: E
want: [A, B, x]
"""
LOOP = """
version: 1
title: A recurrence that reads itself
sizes: {T: steps, N: units}
labels: {t: T}
inputs: {x: [T, N], h0: [N]}
parameters: {A: [N, N]}
equations: |
  h[0] = h0
  h[t] = A @ h[t-1] + x[t]
  E = 1/2*sum(t, norm(h[t])**2)
cost: E
want: [A, h0]
"""
COSTS = """
version: 1
title: Two costs
sizes: {N: inputs, M: outputs}
inputs: {x: [N], t: [M]}
parameters: {W: [M, N]}
equations: |
  y = W @ x
  E = 1/2*norm(y - t)**2
  R = 1/2*norm(W)**2
cost: [E, R]
want: [W]
"""
NUMBERS = """
version: 1
title: Numbers
sizes: {N: inputs, K: outputs}
inputs: {x: [N], t: [K]}
parameters: {W: [K, N]}
equations: |
  y = W @ x
  E = sum(k, (y[k] - t[k])**2)/(2*K*N)
cost: E
want: [W, x]
values: {x: [1, 2, 3], t: [1, 0], W: [[1, 0, -1], [2, 1, 0]]}
"""
NETWORKS: Mapping[str, str] = {
    "uses": USES, "moved": MOVED, "bound": BOUND, "implicit": IMPLICIT, "loop": LOOP, "costs": COSTS,
    "numbers": NUMBERS,
}  # fmt: skip


def page_of(text: str, notation: Notation = "bar") -> str:
    """The page of a network that stands in no file."""
    return page(derive.parse(text).derive(check=False), notation, source=text)
