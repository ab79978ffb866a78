"""The site in a browser: nothing in the console, nothing asked of another host, no barrier that axe-core finds."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

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
PAGES = (
    *("index", "tutorial/1-chain-rule", "tutorial/6-time", "reference/functions", "comparison"),
    *("gallery/index", "gallery/residual", "how-to/judge-answers"),
)


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def test_pages_are_quiet_local_and_without_barriers(address: str) -> None:
    from playwright.sync_api import sync_playwright

    script = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    met: list[str] = []
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=str(CHROMIUM), args=[*QUIET])
        for scheme in ("light", "dark"):
            page = browser.new_context(color_scheme=scheme).new_page()  # type: ignore[arg-type]
            page.on("console", lambda m: met.append(m.text) if m.type in ("error", "warning") else None)
            page.on("pageerror", lambda e: met.append(str(e)))
            page.on("request", lambda r: None if r.url.startswith((address, "data:", "blob:")) else met.append(r.url))
            for name in PAGES:
                page.goto(f"{address}/{name}.html")
                page.wait_for_timeout(200)
                page.evaluate(script)
                found = page.evaluate("axe.run()")["violations"]
                met.extend(f"{name}, {scheme}: {v['id']} {v['nodes'][0]['html'][:120]}" for v in found)
                width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                met.extend([f"{name} is {width} px too wide"] if width > 0 else [])
        browser.close()
    assert not met


def test_search_finds_a_page_opened_as_a_file(site: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=str(CHROMIUM), args=[*QUIET])
        page = browser.new_page()
        page.goto((site / "index.html").as_uri())
        page.locator(".md-search__input").first.click()
        page.keyboard.type("attention")
        page.wait_for_selector(".md-search-result__link", timeout=10_000)
        assert "attention" in page.inner_text(".md-search-result__list").lower()
        browser.close()
