"""One browser for a module of tests; each test has pages of its own, whose console must stay silent."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ARGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

Opened = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium: Debian's if it is there, else Playwright's own; without either its tests are skipped."""
    driver = pytest.importorskip("playwright.sync_api")
    with driver.sync_playwright() as found:
        try:
            opened = found.chromium.launch(executable_path=shutil.which("chromium"), args=list(ARGS))
        except driver.Error as error:
            pytest.skip(f"no browser: {str(error).splitlines()[0]}")
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Opened]:
    """open_page(html, **context) -> a page that shows it; the test fails if its console said anything."""
    said: list[str] = []
    contexts: list[Any] = []

    def opened(text: str, **options: Any) -> Any:
        path = tmp_path / f"{len(contexts)}.html"
        path.write_text(text, encoding="utf-8")
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(5000)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda asked: said.append(asked.url) if asked.url.startswith("http") else None)
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture
def new_page(browser: Any) -> Iterator[Opened]:
    """new_page(**context) -> an empty page; the test fails if it had an error, or asked for anything elsewhere."""
    wrong: list[str] = []
    contexts: list[Any] = []

    def make(**options: Any) -> Any:
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("request", lambda asked: wrong.append(asked.url) if _is_elsewhere(asked.url) else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert wrong == []


def _is_elsewhere(address: str) -> bool:
    return not address.startswith(("http://127.0.0.1:", "data:", "blob:", "file:", "about:"))
