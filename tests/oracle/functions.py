"""PyTorch functions in the place of abstract ones: the referee asks for values and slopes, autograd gives them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from derive.referee.dual import Array, Integers, real_part
from derive.referee.functions import Argument

Plain = Callable[[Sequence[torch.Tensor], Sequence[torch.Tensor]], torch.Tensor]
"""A function of its arguments and its slots. An argument's own positions lead (a scalar has none); the axes after them,
like those of a slot, are only gone over."""


@dataclass(frozen=True)
class Autograd:
    """A function of the referee from one of PyTorch, with partials of every order."""

    plain: Plain

    def __call__(
        self, args: Sequence[Argument], slots: Sequence[Integers], partials: Sequence[tuple[int, Sequence[Integers]]]
    ) -> Array:
        places = [at for _, position in partials for at in position]
        beside = np.broadcast_shapes(*(np.shape(a) for a in (*slots, *places)), *(_beside(a) for a in args))
        given = [_wide(a, beside) for a in args]
        value = self.plain(given, [torch.as_tensor(np.broadcast_to(s, beside).copy()) for s in slots])
        for n, position in partials:
            (slope,) = torch.autograd.grad(value.sum(), given[n], create_graph=True)
            value = _at(slope, args[n], position, beside)
        return np.asarray(value.detach())


def _beside(argument: Argument) -> tuple[int, ...]:
    return real_part(argument.value).shape[len(argument.positions) :]


def _wide(argument: Argument, beside: tuple[int, ...]) -> torch.Tensor:
    """The argument, repeated over all axes beside its own, so that each repetition has a slope of its own."""
    plain, inner = real_part(argument.value), _beside(argument)
    own = plain.shape[: len(argument.positions)]
    array = np.reshape(plain, own + (1,) * (len(beside) - len(inner)) + inner)
    return torch.tensor(np.broadcast_to(array, own + beside).copy(), requires_grad=True)


def _at(slope: torch.Tensor, argument: Argument, at: Sequence[Integers], beside: tuple[int, ...]) -> torch.Tensor:
    """The slope by the entry at a position of the argument."""
    lows = [int(known.min()) for known in argument.positions]
    own = [np.broadcast_to(place - low, beside) for place, low in zip(at, lows, strict=True)]
    index = tuple(torch.as_tensor(i.copy()) for i in (*own, *np.indices(beside)))
    return slope[index] if index else slope
