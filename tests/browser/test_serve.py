"""The live page in a real browser: it derives as one types, marks what is wrong, judges an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("playwright.sync_api")
pytest.importorskip("uvicorn")

from tests.serving import RESIDUAL, Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

ANSWER = "\\bar{y} = y - s\n\\bar{z} = \\bar{h}\n\\bar{x} = \\frac{"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("serve") / "told") as begun:
        yield begun


@pytest.fixture
def page(server: Server, new_page: Callable[..., Page]) -> Page:
    made = new_page(viewport={"width": 1280, "height": 800})
    made.goto(server.address)
    made.wait_for_selector("#shown math", timeout=30_000)
    return made


def _append(page: Page, line: str, text: str) -> None:
    page.locator("#problem .cm-line", has_text=line).first.click()
    page.keyboard.press("End")
    page.keyboard.type(text)


def _checked(page: Page) -> None:
    page.wait_for_selector("#status[data-tone=good]", timeout=30_000)


def test_the_address_loses_its_token_and_the_derivation_is_there(page: Page) -> None:
    assert "token" not in page.url
    assert "residual network" in page.title()
    assert page.inner_text("#status").startswith("checked by numbers")


def test_the_derivation_follows_what_is_typed(page: Page) -> None:
    _append(page, "title: A residual", " typed 1 & <b>")
    page.wait_for_selector("#shown h1:has-text('typed 1 & <b>')", timeout=10_000)
    _checked(page)


def test_an_error_stands_at_its_place_with_its_mend(page: Page) -> None:
    _append(page, "z = W1 @ x", " + q")
    page.wait_for_selector("#wrong:visible", timeout=10_000)
    assert "line 10, column 21" in page.inner_text("#wrong")
    assert "declare it under" in page.inner_text("#wrong .mend")
    assert page.inner_text("#problem .cm-lintRange-error") == "q"
    assert page.is_visible("#older") and page.locator("#shown math").count()
    page.click("#wrong button")
    for _ in range(4):
        page.keyboard.press("Delete" if _ == 0 else "Backspace")
    page.keyboard.press("End")
    _checked(page)
    assert page.is_hidden("#wrong")


def test_an_answer_is_judged_while_it_is_written(page: Page) -> None:
    page.click("#tab-answer")
    page.click("#writing .cm-content")
    page.keyboard.insert_text(ANSWER)
    page.wait_for_selector("#verdicts li:nth-child(3)", timeout=20_000)
    said = [item.get_attribute("data-tone") for item in page.query_selector_all("#verdicts li")]
    assert said == ["good", "bad", "unsure"]
    marks = [mark.inner_text() for mark in page.query_selector_all(".verdicts-gutter .cm-gutterElement span")]
    assert marks == ["✓", "✗", "…"], "the line that is being written is not blamed yet"
    assert "missing" in page.inner_text("#verdicts li:nth-child(2)")
    page.click("#verdicts li:nth-child(2) button")
    page.keyboard.press("End")
    page.keyboard.insert_text("\\circ\\sigma'(z)")
    page.wait_for_selector("#verdicts li:nth-child(2)[data-tone=good]", timeout=20_000)


def test_stale_answers_are_dropped(page: Page) -> None:
    """The first request is held back until the second has been answered."""
    held: list[Any] = []

    def route(request: Any) -> None:
        held.append(request) if not held else request.continue_()

    page.route("**/job", route)
    _append(page, "title: A residual", " old")
    page.wait_for_timeout(200)
    page.keyboard.type(" new")
    page.wait_for_selector("#shown h1:has-text('old new')", timeout=10_000)
    assert held
    page.unroute("**/job")


def test_it_works_by_keyboard(page: Page) -> None:
    page.focus("#tab-derivation")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "tab-answer" and page.is_visible("#answer")
    page.keyboard.press("ArrowLeft")
    assert page.is_visible("#derivation") and page.is_hidden("#answer")
    page.focus("#problem .cm-content")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('#problem')"), "Tab leaves the editor"


def test_files_of_the_folder_are_opened(page: Page) -> None:
    page.select_option("#file", "mlp.yaml")
    page.wait_for_selector("#shown h1:not(:has-text('residual'))", timeout=20_000)
    page.select_option("#notation", "partial")
    _checked(page)
    page.reload()
    page.wait_for_selector("#shown math", timeout=20_000)
    assert page.input_value("#file") == "mlp.yaml", "a reload loses nothing"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server of a folder whose files the tests change."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "other.yaml").write_text(RESIDUAL.replace("title: A", "title: Another"), encoding="utf-8")
    (folder / "mine.yaml").write_text(RESIDUAL, encoding="utf-8")
    with serving(folder / "told", str(folder / "mine.yaml")) as begun:
        yield begun, folder


def test_nothing_that_is_written_is_lost(own: tuple[Server, Path], new_page: Callable[..., Page]) -> None:
    server, folder = own
    page = new_page(viewport={"width": 1280, "height": 800})
    page.goto(server.address)
    page.wait_for_selector("#passes math", timeout=30_000)

    def written(title: str) -> None:
        (folder / "mine.yaml").write_text(RESIDUAL.replace("title: A", f"title: {title}, a"), encoding="utf-8")
        page.evaluate("dispatchEvent(new Event('focus'))")

    written("From disk")
    page.wait_for_selector("#title:has-text('From disk')", timeout=10_000)
    assert page.is_hidden("#changed"), "nothing was changed here: it is read again"
    _append(page, "title: From disk", " and here")
    page.select_option("#file", "other.yaml")
    page.wait_for_selector("#title:has-text('Another')", timeout=10_000)
    page.select_option("#file", "mine.yaml")
    page.wait_for_selector("#title:has-text('and here')", timeout=10_000)
    assert "your changes to mine.yaml" in page.inner_text("#changed")
    written("Newest")
    page.wait_for_selector("#changed:has-text('changed on disk, and here')", timeout=10_000)
    assert "and here" in page.inner_text("#problem")
    page.click("#use-file")
    page.wait_for_selector("#title:has-text('Newest')", timeout=10_000)
    page.keyboard.press("Control+z")
    page.wait_for_selector("#title:has-text('and here')", timeout=10_000)
    (folder / "mine.yaml").rename(folder / "away.txt")
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.wait_for_selector("#changed:has-text('cannot be read any more')", timeout=10_000)
    assert "and here" in page.inner_text("#problem") and page.is_hidden("#use-file")
    written("Back")
    page.wait_for_selector("#use-file:visible", timeout=10_000)


def test_pointing_shows_where_a_term_comes_from(page: Page) -> None:
    term = page.locator("#passes .backward .term[data-e*='h>y']").first
    term.scroll_into_view_if_needed()
    term.hover()
    assert "h → y" in page.inner_text("#where")
    assert page.locator("#graph .edge.on").get_attribute("data-to") == "y"
    assert page.inner_text("#problem .pointed").strip() == "y = x + W2 @ h + b2"
    page.locator("#graph .edge .hit").first.dispatch_event("pointerover")
    assert page.locator("#passes .term.on").count()
    page.locator("#problem .cm-line", has_text="R = r.T @ h").click()
    assert page.locator("#passes .chain.own").count() >= 2, "the rows of the line that has the cursor"


def test_views_and_sizes_are_switched(page: Page) -> None:
    steps = page.locator("#passes .both [data-view=steps]:visible")
    assert steps.count()
    page.check("#switches [value=vector]")
    assert not steps.count()
    page.select_option("#switches [name=sizes]", "letters")
    assert page.locator("#passes .shape:visible").count()
    _append(page, "title: A residual", " again")
    page.wait_for_selector("#title:has-text('again')", timeout=10_000)
    assert not steps.count() and page.locator("#passes .shape:visible").count(), "they stay as one types"


def test_keys_names_and_values_are_completed(page: Page) -> None:
    offered = "#problem .cm-tooltip-autocomplete li"
    _append(page, "want: [x]", "\nclo")
    page.wait_for_selector(f"{offered}:has-text('closed_form')")
    page.wait_for_timeout(150)  # what is offered is not taken by a key that was meant for the text
    page.keyboard.press("Enter")
    page.keyboard.type("[")
    page.keyboard.type("W")
    page.wait_for_selector(f"{offered}:has-text('W2')")
    page.wait_for_timeout(150)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("]")
    assert "closed_form: [W2]" in page.inner_text("#problem")
    page.keyboard.type("\nboundary: c")
    page.wait_for_selector(f"{offered}:has-text('cases')")
    page.keyboard.press("Escape")
    _append(page, "h = sigma(z)", " + soft")
    page.wait_for_selector(f"{offered}:has-text('softmax')")


def test_what_takes_long_says_so(page: Page) -> None:
    waiting: list[Any] = []
    page.route("**/job", lambda route: waiting.append(route))
    _append(page, "title: A residual", " slowly")
    page.wait_for_selector("#status:has-text('working … 1 s of at most 20')", timeout=10_000)
    for one in waiting:
        one.continue_()


def test_everything_can_be_taken_away(page: Page, tmp_path: Path) -> None:
    groups = page.eval_on_selector_all("#format optgroup", "all => all.map(one => one.label)")
    assert groups == ["Derivation", "Computation graph", "Answer", "For a class"]
    page.select_option("#format", "svg")
    page.click("#export")
    page.wait_for_selector("#status[data-tone=bad]:has-text('→')", timeout=10_000)
    for form, says in (("latex", r"\documentclass"), ("numpy", "import numpy")):
        page.select_option("#format", form)
        with page.expect_download() as coming:
            page.click("#export")
        assert coming.value.suggested_filename.startswith("residual.")
        coming.value.save_as(tmp_path / "taken")
        assert says in (tmp_path / "taken").read_text(encoding="utf-8")


def test_axe_finds_nothing(page: Page) -> None:
    Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe
    _append(page, "z = W1 @ x", " + q")
    page.wait_for_selector("#wrong:visible", timeout=10_000)
    assert not _violations(Axe().run(page))
    page.click("#tab-answer")
    page.click("#writing .cm-content")
    page.keyboard.insert_text(ANSWER)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert not _violations(Axe().run(page))


def _violations(found: Any) -> list[str]:
    return [f"{v['id']}: {node['html'][:120]}" for v in found.response["violations"] for node in v["nodes"]]


@pytest.mark.parametrize("width", [400, 800, 1400])
def test_nothing_sticks_out(server: Server, new_page: Callable[..., Page], width: int) -> None:
    made = new_page(viewport={"width": width, "height": 800})
    made.goto(server.address)
    made.wait_for_selector("#shown math", timeout=30_000)
    made.locator("#passes .backward .term").last.hover()
    assert made.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not _violations(pytest.importorskip("axe_playwright_python.sync_playwright").Axe().run(made))
