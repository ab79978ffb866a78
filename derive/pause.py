"""Python's cycle collector kept from walking what stays: while much is built and nothing dropped, and in a command.

It would walk the growing derivation again and again, which costs more than the derivation and more than linear time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (50_000, 20, 100)
"""Thresholds for a command: it imports many modules, builds one derivation, and ends."""


@contextmanager
def collector_seldom() -> Iterator[None]:
    """For the whole life of a process: the collector runs seldom, and not over everything once more at the end."""
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.freeze()


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pauses the collector; leaves it as it was, also after an error."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
