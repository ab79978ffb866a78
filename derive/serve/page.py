"""The page itself: its HTML, with what the server knows put in."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from starlette.responses import HTMLResponse, Response

from derive.page.style import PAGE
from derive.render.html import STYLE
from derive.serve.guard import Guard

REFUSED = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>derive</title></head>
<body><main><h1>This page needs its key</h1>
<p>Open the address that <code>derive serve</code> printed in the terminal, with its <code>?token=</code>.</p>
</main></body></html>
"""


@cache
def template() -> str:
    """What a page without a file begins with."""
    return files("derive").joinpath("templates/new.yaml").read_text(encoding="utf-8")


@cache
def offered() -> list[dict[str, str]]:
    """The formats to take away, as the page lists them."""
    from derive.serve.exports import EXPORTS

    return [{"format": key, "name": one.name, "suffix": one.suffix, "group": one.group} for key, one in EXPORTS.items()]


def first_page(guard: Guard) -> Response:
    return HTMLResponse(_page().replace("@TOKEN@", guard.token))


@cache
def _page() -> str:
    text = files("derive.serve").joinpath("static", "index.html").read_text(encoding="utf-8")
    return text.replace("/*STYLE*/", STYLE + PAGE)


def without_token() -> Response:
    return HTMLResponse(REFUSED, 403, {"connection": "close"})
