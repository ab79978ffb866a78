"""How much anybody may ask for, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

BODY = 2_000_000
"""Bytes of one request."""
BODY_SECONDS = 10.0
"""In which they must have come."""
HEAD_SECONDS = 10.0
"""In which the lines above them must have come."""
WHOLE_SECONDS = 180.0
"""In which a request is answered, and its answer taken."""
CONNECTIONS = 1500
"""Open at once; further ones are closed."""
FILE = 1_000_000
"""Bytes of a file that is opened."""
FILES = 500
"""Files of a folder that are listed."""

SECONDS: Mapping[str, float] = MappingProxyType({"derive": 20.0, "whole": 60.0, "check": 30.0, "export": 90.0})
"""For a job of each kind; a worker that takes longer is ended."""
MEMORY = 2_000_000_000
"""Bytes that a worker may address."""
WRITTEN = 100_000_000
"""Bytes of a file that a worker may write: what TeX or typst makes."""
RESULT = 60_000_000
"""Bytes of what a worker may answer: the server, and then a browser, hold all of it."""
OPENED = 256
"""Files that a worker may have open."""
GRACE = 3.0
"""Seconds in which a worker may finish what nobody waits for any more: another one would take as long to begin."""
WAITING = 64
"""Jobs that wait for a worker; who comes later is told to come again."""
KEPT = 200
"""Answers that are kept, in case the same is asked again."""
KEPT_BYTES = 32_000_000
"""Characters of all of them."""
