"""One network of a run, in a process of its own or here."""

from __future__ import annotations

import torch

from tests.random_axes.compare import Outcome, timed
from tests.random_axes.costs import network

Found = tuple[int, Outcome, float]
torch.set_num_threads(1)


def one(work: tuple[int, bool]) -> Found:
    """The network of a seed; with derive's own self-check or without."""
    seed, whole = work
    return (seed, *timed(network(seed), seed, whole))
