"""uvicorn's HTTP/1.1, for a server that somebody may try to hold up: connections that say nothing are closed."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from derive.serve.limits import CONNECTIONS, HEAD_SECONDS, WHOLE_SECONDS


class Patient(H11Protocol):
    """For a while: the head of a request must come within seconds, and what is answered must be taken."""

    head: asyncio.TimerHandle | None = None
    taken: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS:
            transport.abort()
            return
        self._expect_head()
        self.taken = self.loop.call_later(WHOLE_SECONDS, self._look)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop("head")
        elif self.head is None:
            self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop("head")
        self._stop("taken")
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self.head = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _look(self) -> None:
        """What has not been taken in all this time never will be."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.taken = self.loop.call_later(WHOLE_SECONDS, self._look)

    def _stop(self, name: str) -> None:
        if (timer := getattr(self, name)) is not None:
            timer.cancel()
            setattr(self, name, None)
