"""The server, from its socket to its end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from derive.errors import DeriveError, Problem
from derive.serve.answered import Answered
from derive.serve.app import Site
from derive.serve.folder import Folder
from derive.serve.guard import Guard
from derive.serve.pool import Pool
from derive.serve.protocol import Patient

HOST = "127.0.0.1"
USUAL = 8470
BACKLOG = 1024
FILES = 4096
"""Files that may be open: a connection is one."""


@dataclass(frozen=True, slots=True)
class Serving:
    """root: the folder whose files may be opened.  name: the file in it that the page begins with."""

    root: Path
    name: str = ""
    port: int | None = None
    browser: bool = True
    workers: int = 2
    timeout: float | None = None


def serve(given: Serving) -> None:
    """Until Ctrl-C. Raises DeriveError if the port is taken."""
    _more_files()
    with _bound(given.port) as listening:
        guard = Guard(listening.getsockname()[1])
        with suppress(KeyboardInterrupt):
            asyncio.run(_until_stopped(given, guard, listening))


def _bound(port: int | None) -> socket.socket:
    """A socket of this machine alone; without a wish the usual port, or any that is free."""
    for wish in (USUAL, 0) if port is None else (port,):
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, wish))
            listening.listen(BACKLOG)  # who reads the address may ask at once
            return listening
        except OSError as error:
            listening.close()
            problem = Problem(None, f"port {wish}: {error.strerror or error}", "choose another with --port")
    raise DeriveError(problem)


async def _until_stopped(given: Serving, guard: Guard, listening: socket.socket) -> None:
    asyncio.get_running_loop().set_exception_handler(_say)
    pool = Pool(given.workers, given.timeout)
    site = Site(guard, Folder(given.root), Answered(pool), given.name)
    server = Server(_config(site))
    pool.start()
    print(f"derive serves {given.root} at\n  {guard.address}\nCtrl-C ends it.", flush=True)
    if given.browser:
        asyncio.get_running_loop().call_later(0.2, _open, guard.address)
    try:
        await server.serve([listening])
    finally:
        await pool.stop()
        print("\nended", file=sys.stderr)


def _config(site: Site) -> uvicorn.Config:
    return uvicorn.Config(
        site.app(),
        http=Patient,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=32_768,
    )


class Server(uvicorn.Server):
    """Ctrl-C ends it, and is no failure."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {one: signal.signal(one, self._stop) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.handle_exit(number, frame)


def _open(address: str) -> None:
    """In a thread that nothing waits for: some browsers return only when they are closed."""
    if _has_screen():
        threading.Thread(target=_show, args=(address,), daemon=True).start()


def _show(address: str) -> None:
    with suppress(webbrowser.Error, OSError):
        webbrowser.open(address)


def _has_screen() -> bool:
    """Without one only a browser of text could be opened, in this very terminal: the address stands there already."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def _say(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What goes wrong below the addresses, in a line; a connection that was broken off is nothing to tell."""
    error = context.get("exception")
    if not isinstance(error, ConnectionError):
        print(f"derive serve: {context.get('message')}: {error!r}"[:300], file=sys.stderr)


def _more_files() -> None:
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft < most:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
