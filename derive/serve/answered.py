"""Equal jobs done once, the last results kept, and of each page only the newest job of a kind waited for."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from derive.serve.limits import KEPT, KEPT_BYTES
from derive.serve.pool import Pool

PAGES = 500
"""Pages of which the newest job is remembered."""


class Overtaken(Exception):
    """The same page has asked for something newer."""


@dataclass(eq=False)
class Shared:
    """A job that is being done, and how many wait for it."""

    key: str
    task: asyncio.Task[str]
    waiting: int = 0


@dataclass(eq=False)
class Answered:
    pool: Pool
    kept: OrderedDict[str, str] = field(default_factory=OrderedDict)
    characters: int = 0
    doing: dict[str, Shared] = field(default_factory=dict)
    newest: OrderedDict[tuple[str, str], asyncio.Event] = field(default_factory=OrderedDict)

    async def result(self, job: Mapping[str, Any], page: str = "") -> str:
        """The result as JSON. Raises Overtaken, and what `Pool.run` raises."""
        overtaken = self._overtaking(page, str(job["kind"])) if page else asyncio.Event()
        key = hashlib.sha256(json.dumps(job, sort_keys=True).encode()).hexdigest()
        if key in self.kept:
            self.kept.move_to_end(key)
            return self.kept[key]
        shared = self.doing.get(key) or self._begun(key, job)
        return await self._waited(shared, overtaken)

    def _overtaking(self, page: str, kind: str) -> asyncio.Event:
        """Tells the page's job before this one that nobody waits for it any more."""
        if (before := self.newest.pop((page, kind), None)) is not None:
            before.set()
        self.newest[page, kind] = own = asyncio.Event()
        while len(self.newest) > PAGES:
            self.newest.popitem(last=False)
        return own

    def _begun(self, key: str, job: Mapping[str, Any]) -> Shared:
        self.doing[key] = shared = Shared(key, asyncio.ensure_future(self._done(key, job)))
        shared.task.add_done_callback(lambda _: self._ended(shared))
        return shared

    async def _done(self, key: str, job: Mapping[str, Any]) -> str:
        result = await self.pool.run(job, hashlib.sha256(str(job["yaml"]).encode()).hexdigest())
        text = json.dumps(result, ensure_ascii=False)
        if "ends" not in result:
            self._keep(key, text)
        return text

    def _keep(self, key: str, text: str) -> None:
        self.kept[key] = text
        self.characters += len(text)
        while len(self.kept) > KEPT or self.characters > KEPT_BYTES:
            self.characters -= len(self.kept.popitem(last=False)[1])

    def _ended(self, shared: Shared) -> None:
        if self.doing.get(shared.key) is shared:
            del self.doing[shared.key]
        if shared.task.done() and not shared.task.cancelled():
            shared.task.exception()  # told to those who wait; nobody else asks

    async def _waited(self, shared: Shared, overtaken: asyncio.Event) -> str:
        shared.waiting += 1
        newer = asyncio.ensure_future(overtaken.wait())
        try:
            await asyncio.wait((shared.task, newer), return_when=asyncio.FIRST_COMPLETED)
            if not shared.task.done() or shared.task.cancelled():
                raise Overtaken
            return shared.task.result()
        finally:
            newer.cancel()
            shared.waiting -= 1
            if shared.waiting == 0 and not shared.task.done():
                shared.task.cancel()
                self._ended(shared)
