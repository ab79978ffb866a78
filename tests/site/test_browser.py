"""The site in a browser: nothing in the console, nothing asked of another host, no barrier that axe-core finds.

Colours are looked at on some pages, since that is slow; with DERIVE_ALL_COLOURS on all of them.
"""

from __future__ import annotations

import functools
import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
pytest.importorskip("playwright", reason="needs the extra `test`")
axe = pytest.importorskip("axe_playwright_python", reason="needs the extra `test`")
if not CHROMIUM.exists():
    pytest.skip("needs Debian's chromium", allow_module_level=True)

QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
COLOURED = ("index", "tutorial/2-one-unit", "how-to/judge-answers", "gallery/index", "gallery/residual", "comparison")
"""Pages that have all colours of the site: links, code, messages, graphs, mathematics, tables, buttons."""
ALONE = "-page"
"""The end of the names of derivations that are pages of their own; tests/browser has them."""
QUICK = "preload: false, resultTypes: ['violations']"
STRUCTURE = f"{{{QUICK}, rules: {{'color-contrast': {{enabled: false}}}}}}"
COLOURS = f"{{{QUICK}, runOnly: ['color-contrast', 'link-in-text-block']}}"
WHOLE, OWN = "document", "document.querySelector('.md-content') ?? document"
"""What is looked at; all but a page's own part is the same on every page."""


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=str(CHROMIUM), args=[*QUIET])
        yield browser
        browser.close()


def watched(browser: Any, home: str) -> tuple[Any, list[str]]:
    """A new page, and what is wrong on it as it comes: words in the console, requests that leave home."""
    page, met = browser.new_page(), []
    page.on("console", lambda m: met.append(f"{page.url}: {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: met.append(f"{page.url}: {e}"))
    page.on("request", lambda r: None if r.url.startswith((home, "data:", "blob:")) else met.append(r.url))
    return page, met


def barriers(page: Any, rules: str, part: str = WHOLE) -> list[str]:
    """What axe-core finds on the page."""
    found = page.evaluate(f"axe.run({part}, {rules}).then(r => r.violations)")
    return [f"{page.url}: {v['id']} {v['nodes'][0]['html'][:120]}" for v in found]


def script() -> str:
    return (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def test_all_pages_are_quiet_local_narrow_and_without_barriers(address: str, browser: Any, site: Path) -> None:
    page, met = watched(browser, address)
    names = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html") if ALONE not in path.name)
    for name in names:
        page.goto(f"{address}/{name}")
        page.evaluate(script())
        met += barriers(page, STRUCTURE, OWN)
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        met += [f"{name} is {width} px too wide"] if width > 0 else []
    page.close()
    assert len(names) > 80
    assert not met


def test_all_round_the_pages_and_their_colours_in_light_and_in_dark(address: str, browser: Any, site: Path) -> None:
    page, met = watched(browser, address)
    every = [str(path.relative_to(site).with_suffix("")) for path in sorted(site.rglob("*.html"))]
    for name in every if os.environ.get("DERIVE_ALL_COLOURS") else COLOURED:
        page.emulate_media(color_scheme="light")
        page.goto(f"{address}/{name}.html")
        page.evaluate(script())
        met += barriers(page, STRUCTURE)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(300)  # the theme's colours fade over
            met += [f"{scheme}: {barrier}" for barrier in barriers(page, COLOURS)]
    page.close()
    assert not met


@pytest.mark.parametrize("opened", ["from a server", "as a file"])
def test_search_finds_a_page_and_asks_nobody_else(opened: str, address: str, browser: Any, site: Path) -> None:
    home = address if opened == "from a server" else "file://"
    page, met = watched(browser, home)
    page.goto(f"{address}/index.html" if opened == "from a server" else (site / "index.html").as_uri())
    page.locator(".md-search__input").first.click()
    page.keyboard.type("attention")
    page.wait_for_selector(".md-search-result__link", timeout=10_000)
    assert "attention" in page.inner_text(".md-search-result__list").lower()
    page.evaluate(script())
    met += barriers(page, STRUCTURE) + barriers(page, COLOURS)
    page.close()
    assert not met
