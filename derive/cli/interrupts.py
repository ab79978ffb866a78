"""Ctrl-C: noted wherever it comes, and ignored once all is said."""

from __future__ import annotations

import signal
import threading
from typing import Any


class Interrupts:
    """Notes a Ctrl-C before it is raised; from the end on there is nothing to interrupt."""

    def __init__(self) -> None:
        self.met = False
        self._handle(self._note)

    def ignore(self) -> None:
        self._handle(signal.SIG_IGN)

    def _note(self, *_: object) -> None:
        self.met = True
        raise KeyboardInterrupt

    def _handle(self, handler: Any) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, handler)
