"""A `derive serve` of its own for tests: a process on a free port, and raw requests to it."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RESIDUAL = Path("problems/residual.yaml").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[str]
    port: int
    token: str
    told: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/?token={self.token}"

    @property
    def cookie(self) -> str:
        return f"derive-{self.port}={self.token}"

    def head(self, line: str, **others: str) -> bytes:
        """A request's head as our page sends it; others replace its lines, "" leaves one out."""
        lines = {"host": f"127.0.0.1:{self.port}", "cookie": self.cookie, "x_derive_token": self.token, **others}
        told = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items() if value)
        return f"{line} HTTP/1.1\r\n{told}\r\n".encode("latin-1")

    def post(self, job: Any, **others: str) -> bytes:
        """A whole request for a job."""
        body = job if isinstance(job, bytes) else json.dumps(job).encode()
        given = {"content_type": "application/json", "content_length": str(len(body)), "connection": "close", **others}
        return self.head("POST /job", **given) + body

    def get(self, path: str, **others: str) -> bytes:
        return self.head(f"GET {path}", **{"connection": "close", **others})

    def asked(self, request: bytes, seconds: float = 30) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of what is answered; status 0 where the connection was closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as line:
            line.sendall(request)
            return _parsed(b"".join(_received(line)))

    def job(self, **fields: str) -> dict[str, Any]:
        """The result of a job."""
        given = {"kind": "derive", "yaml": RESIDUAL, **fields}
        status, _, body = self.asked(self.post(given))
        assert status == 200, body
        found: dict[str, Any] = json.loads(body)
        return found


def _received(line: socket.socket) -> Iterator[bytes]:
    try:
        while part := line.recv(65536):
            yield part
    except ConnectionError:
        return


def _parsed(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(first.split()[1]) if first else 0, headers, body


@contextmanager
def serving(told: Path, place: str = "problems/residual.yaml", *options: str) -> Iterator[Server]:
    """A server until the end of the block; told: the file of what it prints where something goes wrong."""
    command = [sys.executable, "-m", "derive", "serve", place, "--no-browser", "--port", "0", *options]
    with told.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8")
        try:
            port, token = _address(process)
            yield Server(process, port, token, told)
        finally:
            _end(process)


def _address(process: subprocess.Popen[str], seconds: float = 30) -> tuple[int, str]:
    assert process.stdout
    until, read = time.monotonic() + seconds, ""
    while time.monotonic() < until and process.poll() is None:
        if select.select([process.stdout], [], [], 0.5)[0]:
            read += os.read(process.stdout.fileno(), 65536).decode()
        if found := re.search(r"http://127\.0\.0\.1:(\d+)/\?token=(\S+)", read):
            return int(found[1]), found[2]
    raise AssertionError(f"derive serve did not begin: {read}")


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
