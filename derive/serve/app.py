"""The addresses, and what stands in front of them: the guard, the limits, and an answer to whatever goes wrong."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from derive.page.script import LIVE
from derive.serve.answered import Answered, Overtaken
from derive.serve.asked import Asked, Unfit, asked
from derive.serve.folder import Folder, NotHere
from derive.serve.guard import HEADER, SAFE, Guard
from derive.serve.limits import BODY, BODY_SECONDS, SECONDS, WHOLE_SECONDS
from derive.serve.page import first_page, offered, template, without_token
from derive.serve.pool import Busy, Ended, TookTooLong
from derive.serve.words import words

STATIC: Mapping[str, str] = {
    "app.js": "text/javascript",
    "complete.js": "text/javascript",
    "editor.js": "text/javascript",
    "codemirror.js": "text/javascript",
    "codemirror.txt": "text/plain",
    "style.css": "text/css",
    "icon.svg": "image/svg+xml",
}
POINTING = "pointing.js"
"""The script of pages, which here is told again and again what is shown."""
FAILURES: Mapping[type[Exception], tuple[int, str]] = {
    Unfit: (400, ""),
    NotHere: (404, ""),
    Overtaken: (409, "something newer was asked"),
    Busy: (503, "too much is asked at once; try again"),
    TookTooLong: (200, ""),
    Ended: (200, ""),
    ClientDisconnect: (400, "nobody listens"),
    Exception: (500, "this should not happen"),
}
"""What each failure is answered with; "" where it has words of its own."""
LONG = "this takes longer than a live page waits, {} seconds"
DIED = "this needs more time or memory than a live page may use"
SMALLER = "give smaller numbers for sizes and axes, or derive it with `derive FILE`"
LONGER = f"{SMALLER}; `derive serve --timeout S` waits longer"


@dataclass(frozen=True, slots=True)
class Site:
    """What the addresses share: name is the file that the page begins with."""

    guard: Guard
    folder: Folder
    answered: Answered
    name: str = ""

    def app(self) -> ASGIApp:
        routes = [
            Route("/", self.start, methods=["GET"]),
            Route("/static/{name}", self.static, methods=["GET"]),
            Route("/files", self.files, methods=["GET"]),
            Route("/file", self.file, methods=["GET"]),
            Route("/job", self.job, methods=["POST"]),
        ]
        return Guarded(Starlette(routes=routes, exception_handlers=dict.fromkeys(FAILURES, _answer)), self.guard)

    async def start(self, request: Request) -> Response:
        """The page; with the token in the address first a cookie, and the address without it."""
        if (given := request.query_params.get("token")) is None:
            return first_page(self.guard)
        if not self.guard.knows(given):
            return without_token()
        response = RedirectResponse("/", 303)
        response.set_cookie(self.guard.cookie, self.guard.token, httponly=True, samesite="strict", path="/")
        return response

    async def static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name == POINTING:
            return Response(LIVE, media_type="text/javascript")
        if name not in STATIC:
            return told(404, "there is nothing here")
        return Response(_static(name), media_type=STATIC[name])

    async def files(self, request: Request) -> Response:
        """What the page begins with."""
        pool = self.answered.pool
        found = {
            "files": await asyncio.to_thread(self.folder.names), "folder": self.folder.key, "first": self.name,
            "new": template(), "exports": offered(), "words": words(),
            "seconds": {kind: pool.most(kind) for kind in SECONDS},
        }  # fmt: skip
        return JSONResponse(found)

    async def file(self, request: Request) -> Response:
        """A file's text; for a page that looks again and again, null where it cannot be read any more."""
        name = request.query_params.get("name", "")
        try:
            return JSONResponse({"name": name, "text": await asyncio.to_thread(self.folder.text, name)})
        except NotHere:
            if "again" not in request.query_params:
                raise
            return JSONResponse({"name": name, "text": None})

    async def job(self, request: Request) -> Response:
        """One job; the page says its own name so that of its jobs only the newest is waited for."""
        given: Asked = asked(request.headers.get("content-type", ""), await body(request))
        return Response(await self.answered.result(given.job, given.page), media_type="application/json")


@cache
def _static(name: str) -> bytes:
    return files("derive.serve").joinpath("static", name).read_bytes()


async def body(request: Request) -> bytes:
    """What was sent, if it is not too much and comes in time. Raises Unfit."""
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or int(said) > BODY:
        raise Unfit("this is too much", 413)
    parts, length = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                length += len(part)
                if length > BODY:
                    raise Unfit("this is too much", 413)
                parts.append(part)
    except TimeoutError:
        raise Unfit("this came too slowly", 408) from None
    return b"".join(parts)


def told(status: int, what: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"refused": what}, status, headers)


def failed(error: Exception) -> Response:
    """What is answered where something went wrong: never more than one sentence."""
    if isinstance(error, TookTooLong | Ended):
        what, mend = (LONG.format(error), LONGER) if isinstance(error, TookTooLong) else (DIED, SMALLER)
        return JSONResponse({"problems": [{"line": 0, "column": 0, "what": what, "mend": mend, "other": None}]})
    if isinstance(error, Unfit):
        return told(error.status, str(error), {"connection": "close"} if error.status != 400 else None)
    status, what = FAILURES.get(type(error), FAILURES[Exception])
    if status == 500:
        print(f"derive serve: {type(error).__name__}: {str(error)[:200]!r}", file=sys.stderr)
    return told(status, what or str(error), {"retry-after": "1"} if status == 503 else None)


async def _answer(request: Request, error: Exception) -> Response:
    return failed(error)


@dataclass(frozen=True, slots=True)
class Guarded:
    """Refuses, before anything is read, whoever is not our page; and turns whatever goes wrong into an answer."""

    app: ASGIApp
    guard: Guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        reply = Reply(send)
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                await self._answer(scope, receive, reply)
        except (ClientDisconnect, TimeoutError):
            return
        except Exception as error:
            if not reply.begun:
                await failed(error)(scope, receive, reply)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
        if why := self.guard.refused(scope["method"], headers):
            await told(403, why, {"connection": "close"})(scope, receive, send)
        elif not self._known(scope, headers):
            await without_token()(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _known(self, scope: Scope, headers: list[tuple[str, str]]) -> bool:
        """By the cookie, and in what is posted by the header too; the first address brings the token itself."""
        given = dict(headers)
        if scope["method"] == "GET" and scope["path"] == "/" and b"token=" in scope["query_string"]:
            return True
        posted = scope["method"] in ("GET", "HEAD") or self.guard.knows(given.get(HEADER, ""))
        return posted and self.guard.in_cookie(given.get("cookie", ""))


@dataclass(slots=True)
class Reply:
    """Sends, with the headers that every answer has, and remembers whether it has begun."""

    send: Send
    begun: bool = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            kept: list[tuple[bytes, bytes]] = list(message.get("headers", []))
            met = {name for name, _ in kept}
            safe = [(name.encode(), value.encode()) for name, value in SAFE.items()]
            message = {**message, "headers": [*kept, *((name, value) for name, value in safe if name not in met)]}
        await self.send(message)
