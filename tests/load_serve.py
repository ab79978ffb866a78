"""python -m tests.load_serve [HOSTILE]: `derive serve` under 1,000 requests at once and 10,000 hostile ones.

Only against a server that it starts itself, on 127.0.0.1, and for at most ten minutes. Printed: what was answered, how
long a fresh derivation and the first page took meanwhile and afterwards, and what the server holds before and after.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from tests.serving import RESIDUAL, Server, serving

AT_ONCE = 1000
HOSTILE = 10_000
TOGETHER = 100
"""Hostile requests that are open at once."""
MOST_SECONDS = 600


def _job(n: int, **fields: str) -> Mapping[str, str]:
    return {"kind": "derive", "yaml": f"{RESIDUAL}\n# {n}", **fields}


DEEP = "[" * 100_000
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n" * 50
KINDS: Mapping[str, Callable[[Server, int], bytes]] = MappingProxyType(
    {
        "another host": lambda s, n: s.get("/", host="evil.example"),
        "another port": lambda s, n: s.get("/", host="127.0.0.1:1"),
        "no host": lambda s, n: s.get("/", host=""),
        "two hosts": lambda s, n: s.get("/").replace(b"\r\n\r\n", b"\r\nhost: evil.example\r\n\r\n"),
        "another origin": lambda s, n: s.post(_job(n), origin="http://evil.example"),
        "null origin": lambda s, n: s.post(_job(n), origin="null"),
        "cross-site": lambda s, n: s.post(_job(n), sec_fetch_site="cross-site"),
        "another port's page": lambda s, n: s.post(_job(n), sec_fetch_site="same-site"),
        "no cookie": lambda s, n: s.post(_job(n), cookie=""),
        "no token": lambda s, n: s.post(_job(n), x_derive_token=""),
        "a wrong token": lambda s, n: s.get(f"/?token={n}", cookie=""),
        "a strange cookie": lambda s, n: s.get("/", cookie='a="\\", \x01;;;=;' + "é" * 20),
        "a form": lambda s, n: s.post(b"kind=derive", content_type="application/x-www-form-urlencoded"),
        "no JSON": lambda s, n: s.post(b"\xff\xfe{" + bytes([n % 256])),
        "deep JSON": lambda s, n: s.post(DEEP.encode()),
        "a list": lambda s, n: s.post([1, 2, 3]),
        "wrong fields": lambda s, n: s.post({"kind": "__import__", "yaml": RESIDUAL}),
        "numbers": lambda s, n: s.post({"kind": "derive", "yaml": 10**30}),
        "a body that never comes": lambda s, n: s.post(b"", content_length="2000000"),
        "a body too large": lambda s, n: s.post(b"x", content_length="99999999999"),
        "a length that is none": lambda s, n: s.post(b"x", content_length="-5"),
        "two lengths": lambda s, n: s.head("POST /job", content_length="3", transfer_encoding="chunked") + b"0\r\n\r\n",
        "a chunk too large": lambda s, n: s.head("POST /job", transfer_encoding="chunked") + b"FFFFFFFFFFFFFFFF\r\nx",
        "a path out": lambda s, n: s.get("/file?name=../../../../etc/passwd"),
        "a path out, written otherwise": lambda s, n: s.get("/static/..%2f..%2f..%2fetc%2fpasswd"),
        "a path with a zero": lambda s, n: s.get("/file?name=a%00.yaml"),
        "an absolute path": lambda s, n: s.get("/file?name=/etc/passwd"),
        "no HTTP": lambda s, n: b"\x16\x03\x01\x02\x00\x01\x00" + os.urandom(64),
        "half a request": lambda s, n: b"GET / HT",
        "nothing": lambda s, n: b"",
        "a head too long": lambda s, n: s.get("/", x_long="x" * 100_000),
        "an address too long": lambda s, n: s.get("/" + "a" * 60_000),
        "another method": lambda s, n: s.head("TRACE /", connection="close"),
        "a socket for ever": lambda s, n: s.get("/", connection="Upgrade", upgrade="websocket", sec_websocket_key="x"),
        "many at once": lambda s, n: s.head("GET /nothing") * 50,
        "no YAML": lambda s, n: s.post({"kind": "derive", "yaml": f"{n}: [}}"}),
        "deep YAML": lambda s, n: s.post({"kind": "derive", "yaml": f"# {n}\n{DEEP[:5000]}"}),
        "aliases": lambda s, n: s.post({"kind": "derive", "yaml": f"# {n}\n{BOMB}"}),
        "halves of characters": lambda s, n: s.post({"kind": "derive", "yaml": f"title: \ud800{n}"}),
        "a deep formula": lambda s, n: s.post(_job(n, yaml=RESIDUAL.replace("W1 @ x", "(" * 999 + f"x{n}"))),
        "a name to break out": lambda s, n: s.post(_job(n, yaml=RESIDUAL.replace("title: A", f"title: </script>{n}"))),
        "a strange answer": lambda s, n: s.post(_job(n % 5, kind="check", answer="{" * 500 + "\\frac" * n)),
    }
)  # fmt: skip
"""What a request of each kind sends."""


@dataclass
class Load:
    server: Server
    statuses: Counter[str] = field(default_factory=Counter)
    waits: dict[str, list[float]] = field(default_factory=dict)
    number: int = 0

    async def ask(self, request: bytes, seconds: float = 60) -> tuple[str, float]:
        """The status, "closed" or "waiting", and how many seconds it took."""
        began = time.perf_counter()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        except OSError:
            return "refused", time.perf_counter() - began
        try:
            async with asyncio.timeout(seconds):
                return await _status(reader, writer, request), time.perf_counter() - began
        except TimeoutError:
            return "waiting", time.perf_counter() - began
        finally:
            writer.transport.abort()

    async def good(self, request: bytes) -> None:
        status, _ = await self.ask(request)
        self.statuses[status] += 1

    async def probe(self, when: str, stop: asyncio.Event) -> None:
        """The first page, and a derivation that was never asked before, again and again."""
        while not stop.is_set():
            self.number += 1
            asked = {"page": self.server.get("/"), "derivation": self.server.post(_job(10**7 + self.number))}
            for name, request in asked.items():
                status, took = await self.ask(request)
                self.waits.setdefault(f"{name} {when}", []).append(took)
                self.statuses[f"probe {status}"] += 1
            await asyncio.sleep(0.2)


async def _status(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> str:
    try:
        writer.write(request)
        await writer.drain()
        first = await reader.readline()
        while await reader.read(65536):
            pass
    except (ConnectionError, ValueError):
        return "closed"
    return first.split()[1].decode("latin-1") if first.startswith(b"HTTP/1.1 ") else "closed"


async def at_once(load: Load, count: int) -> None:
    """This many requests of our page, all of them begun before the first is answered."""
    kinds = [
        load.server.get("/"),
        load.server.get("/static/app.js"),
        load.server.post(_job(0)),
        load.server.get("/files"),
    ]
    fresh = [load.server.post(_job(n)) for n in range(20)]
    asked = [fresh[n // 50] if n % 50 == 0 else kinds[n % 4] for n in range(count)]
    await asyncio.gather(*(load.good(request) for request in asked))


async def hostile(load: Load, count: int) -> Counter[str]:
    """This many of all kinds in turn, some at once."""
    met: Counter[str] = Counter()
    gate = asyncio.Semaphore(TOGETHER)
    kinds = list(KINDS.items())

    async def one(n: int) -> None:
        name, make = kinds[n % len(kinds)]
        async with gate:
            status, _ = await load.ask(make(load.server, n), 0.5 if name in PATIENT else 60)
        met[f"{name}: {status}"] += 1

    await asyncio.gather(*(one(n) for n in range(count)))
    return met


PATIENT = ("a body that never comes", "half a request", "nothing", "a chunk too large", "two lengths", "many at once")
"""Kinds that keep a connection open: given up by the client."""


async def with_probe(load: Load, when: str, work: asyncio.Future[None] | asyncio.Future[Counter[str]]) -> float:
    stop = asyncio.Event()
    probing = asyncio.ensure_future(load.probe(when, stop))
    began = time.perf_counter()
    await work
    stop.set()
    await probing
    return time.perf_counter() - began


def held(process: int) -> dict[str, int]:
    """Files, processes and memory (MB) of the server."""
    status = Path(f"/proc/{process}/status").read_text()
    memory = next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return {"files": len(os.listdir(f"/proc/{process}/fd")), "workers": len(children), "MB": int(memory) // 1000}


def worked(process: int) -> float:
    """Seconds of the processor that the server's workers have had."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    stats = [Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split() for child in children]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


async def run(server: Server, count: int) -> Load:
    load = Load(server)
    await with_probe(load, "before", asyncio.ensure_future(asyncio.sleep(3)))
    print("before:", held(server.process.pid))
    took = await with_probe(load, "at once", asyncio.ensure_future(at_once(load, AT_ONCE)))
    print(f"{AT_ONCE} requests at once: {took:.1f} s; {dict(load.statuses)}")
    work = asyncio.ensure_future(hostile(load, count))
    took = await with_probe(load, "meanwhile", work)
    print(f"{count} hostile requests: {took:.1f} s; by status {by_status(work.result())}")
    await asyncio.sleep(12)
    began = worked(server.process.pid)
    await with_probe(load, "after", asyncio.ensure_future(asyncio.sleep(3)))
    each = (worked(server.process.pid) - began) / len(load.waits["derivation after"])
    print("after:", held(server.process.pid), f"a derivation takes {1e3 * each:.0f} ms of the processor")
    for name, waits in load.waits.items():
        print(f"{name}: median {1e3 * statistics.median(waits):.0f} ms, longest {1e3 * max(waits):.0f} ms")
    return load


def by_status(met: Counter[str]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for name, count in met.items():
        found[name.rpartition(": ")[2]] += count
    return dict(found)


async def bounded(server: Server, count: int) -> None:
    async with asyncio.timeout(MOST_SECONDS):
        await run(server, count)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else HOSTILE
    with tempfile.TemporaryDirectory() as place:
        told = Path(place, "told")
        with serving(told) as server:
            asyncio.run(bounded(server, count))
        text = told.read_text(encoding="utf-8")
    print("printed by the server:", repr(text))
    sys.exit("Traceback" in text)


if __name__ == "__main__":
    main()
