"""Python's cycle collector paused while much is built and nothing dropped.

It would walk the growing derivation again and again, which costs more than the derivation and more than linear time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
