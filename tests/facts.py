"""Numbers for tests that satisfy the facts of a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from derive.declare.network import Network
from derive.referee.stated import satisfied
from derive.referee.world import World


def satisfying(network: Network, arrays: Mapping[str, Any], sizes: Mapping[str, int], seed: int = 0) -> dict[str, Any]:
    """Arrays by name, changed so that all facts about them hold."""
    if not network.facts:
        return dict(arrays)
    found = {(name, ()): np.asarray(array, float) for name, array in arrays.items()}
    world = World(dict(sizes), facts=network.facts)
    done = satisfied(found, world, np.random.default_rng(seed))
    return {name: done[(name, ())] if done[(name, ())] is not found[(name, ())] else arrays[name] for name in arrays}
