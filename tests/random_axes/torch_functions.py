"""PyTorch's functions by the names of the language, each of which refuses a point near a kink of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch.nn import functional as F

Number = torch.Tensor

CLOSE = 1e-7
"""Two sides of a comparison that are closer, and not the same, are near a kink: another point is drawn."""


class Unusable(Exception):
    """The case has no value, or no slope, at this point: a maximum of nothing, a root of 0, a kink."""


RELATIONS: Mapping[str, Callable[[float, float], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
SMOOTH: Mapping[str, Callable[..., Number]] = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "sin": torch.sin,
    "cos": torch.cos,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "erf": torch.erf,
    "softplus": F.softplus,
    "silu": F.silu,
    "gelu": F.gelu,
}
KINKED: Mapping[str, Callable[..., Number]] = {
    "relu": F.relu,
    "abs": torch.abs,
    "elu": F.elu,
    "leaky_relu": F.leaky_relu,
}
OF_TWO: Mapping[str, Callable[..., Number]] = {"max": torch.maximum, "min": torch.minimum}


def _near(values: Number) -> None:
    """Refuse a point near a tie for the largest; exact ties are shares."""
    gaps = (values.detach().max() - values.detach()).abs()
    if bool(((gaps > 0) & (gaps < CLOSE)).any()):
        raise Unusable("near a tie")


def _largest(values: Number) -> Number:
    _near(values)
    return torch.amax(values)


def _norm(values: Number) -> Number:
    if float(values.detach().abs().max()) < 1e-6:
        raise Unusable("the norm of 0")
    return torch.linalg.norm(values)


def _root(variance: Number) -> Number:
    if float(variance.detach()) < 1e-8:
        raise Unusable("the root of no variance")
    return torch.sqrt(variance)


REDUCE: Mapping[str, Callable[[Number], Number]] = {
    "sum": torch.sum,
    "mean": torch.mean,
    "prod": torch.prod,
    "norm": _norm,
    "logsumexp": lambda v: torch.logsumexp(v, 0),
    "max": _largest,
    "min": lambda v: -_largest(-v),
    "var": lambda v: torch.var(v, correction=0),
    "std": lambda v: _root(torch.var(v, correction=0)),
}
KEEP: Mapping[str, Callable[[Number, int], Number]] = {
    "softmax": lambda v, dim: torch.softmax(v, dim),
    "log_softmax": lambda v, dim: torch.log_softmax(v, dim),
    "cumsum": lambda v, dim: torch.cumsum(v, dim),
}


OPERATIONS: Mapping[str, Callable[[Number, Number], Number]] = {
    "+": torch.add,
    "-": torch.sub,
    "*": torch.mul,
    "/": torch.div,
    "**": torch.pow,
}


def kinked(function: Callable[..., Number]) -> Callable[..., Number]:
    def guarded(x: Number) -> Number:
        if bool((x.detach().abs() < CLOSE).any()):
            raise Unusable("near a kink")
        return function(x)

    return guarded


def paired(function: Callable[..., Number]) -> Callable[..., Number]:
    def guarded(a: Number, b: Number) -> Number:
        if bool(((a - b).detach().abs() < CLOSE).any()):
            raise Unusable("near a tie")
        return function(a, b)

    return guarded
