"""The page of a derivation in a real browser: pointing, switches, keyboard, touch, copying, without JavaScript."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.browser.conftest import Opened
from tests.browser.test_pages import POINTED
from tests.page.networks import NETWORKS, page_of
from tests.problem_files import FOLDER, derived


@cache
def written(name: str) -> str:
    """The page of a problem file, or of a network that no file has."""
    name, _, notation = name.partition(" in ")
    if notation:
        return page_of(NETWORKS[name], "partial")
    return page_of(NETWORKS[name]) if name in NETWORKS else derived(FOLDER / f"{name}.yaml").html()


QUANTITIES = "all => all.map(t => t.closest('.chain').dataset.q)"


def shown(page: Any, selector: str) -> int:
    count: int = page.locator(f"{selector}:visible").count()
    return count


@pytest.fixture
def ready(open_page: Opened) -> Opened:
    """ready(name, **context) -> the page of that network, its script at work."""

    def opened(name: str, **options: Any) -> Any:
        page = open_page(written(name), **{"viewport": {"width": 1400, "height": 900}, **options})
        page.wait_for_selector("#switches:visible")
        return page

    return opened


def test_pointing_at_a_term_shows_its_edge_and_its_line(ready: Opened) -> None:
    page = ready("residual")
    page.locator('.view[data-view="vector"] .chain[data-q="h E"] .term').nth(1).hover()
    marked = page.locator("#graph .edge.on")
    assert [marked.get_attribute("data-from"), marked.get_attribute("data-to")] == ["h", "y"]
    assert page.locator(".yaml li.on").inner_text().strip() == "y = x + W2 @ h + b2"
    assert page.locator("#where mfrac").count() == 1, "its chain-rule line"


def test_pointing_at_an_edge_shows_its_terms(ready: Opened) -> None:
    page = ready("residual")
    page.locator('#graph .edge[data-from="h"][data-to="y"]').focus()
    on = page.locator(".term.on")
    assert {found.evaluate("t => t.closest('.chain').dataset.q") for found in on.all()} == {"y", "h E"}
    assert page.locator(".yaml li.on").inner_text().strip() == "y = x + W2 @ h + b2"


def test_switches(ready: Opened) -> None:
    page = ready("residual")
    whole = shown(page, ".chain")
    page.get_by_label("vector", exact=True).check()
    assert 0 < shown(page, ".chain") < whole
    page.get_by_label("scalar", exact=True).check()
    assert shown(page, ".pass.backward mfrac") == 0, "the chain rule is a step"
    page.get_by_label("all", exact=True).check()
    assert page.get_by_label("Sizes").locator("option").all_inner_texts() == ["hidden", "as letters"], "it gives none"
    page.get_by_label("Sizes").select_option("letters")
    assert shown(page, ".chain .shape") > 0
    page.get_by_label("Notation").select_option("partial")
    page.wait_for_function("!document.querySelector('.pass.backward .left mover')")


@pytest.mark.parametrize("name", NETWORKS)
def test_everything_is_pointable_in_networks_that_nobody_has_seen(name: str, ready: Opened) -> None:
    assert ready(name).evaluate(POINTED) == []


def test_equal_layers_are_pointed_at_together(ready: Opened) -> None:
    page = ready("uses")
    page.locator('.view[data-view="vector"] .chain[data-q="s2"] .term').nth(0).hover()
    assert page.locator("#graph .edge.on").evaluate_all("all => all.map(g => g.dataset.from + g.dataset.to)") == [
        "A4s4", "h4s4",
    ]  # fmt: skip
    page.locator('#graph .edge[data-from="A4"]').focus()
    assert {"s1", "s2"} <= set(page.locator(".term.on").evaluate_all(QUANTITIES))


def test_sizes_are_letters_or_numbers(ready: Opened) -> None:
    page = ready("numbers")
    letters = "all => all.filter(mi => mi.textContent === 'N').length"
    shape, cost = page.locator('.chain[data-q="W E"] .shape').last, page.locator('.chain[data-q="E"]').last
    before = cost.text_content()
    page.get_by_label("Sizes").select_option("letters")
    assert shape.is_visible() and shape.text_content() == "∈ℝK×N"
    page.get_by_label("Sizes").select_option("numbers")
    assert shape.text_content() == "∈ℝ2×3"
    assert page.locator("#passes .display mi").evaluate_all(letters) == 0
    assert page.locator("#passes p mi").evaluate_all(letters) == 1, "Sizes: N = 3, not 3 = 3"
    assert "2·2·3" in cost.text_content(), "numbers side by side are no number"
    page.get_by_label("Notation").select_option("partial")
    assert page.locator("#passes .display mi").evaluate_all(letters) == 0
    page.get_by_label("Notation").select_option("bar")
    page.get_by_label("Sizes").select_option("")
    assert cost.text_content() == before


@pytest.mark.parametrize("name", ["numbers", "staged"])
def test_numbers_where_there_are_values(name: str, ready: Opened) -> None:
    page = ready(name)
    assert shown(page, ".chain .value") > 3
    page.get_by_label("numbers", exact=True).uncheck()
    assert shown(page, ".chain .value") == 0
    page.get_by_label("numbers", exact=True).check()
    assert shown(page, ".chain .value") > 3
    assert ready("residual").get_by_label("numbers", exact=True).count() == 0


def test_every_notation_is_what_its_own_page_shows(ready: Opened) -> None:
    """The page made in ∂'s, and the page made in bars and switched to ∂'s, read the same."""
    text = "document.querySelector('#passes').textContent"
    page = ready("moved")
    first = page.evaluate(text)
    page.get_by_label("Notation").select_option("partial")
    switched = page.evaluate(text)
    page.get_by_label("Notation").select_option("bar")
    assert page.evaluate(text) == first != switched
    page = ready("moved in partials")
    assert page.evaluate(text) == switched


def test_touch(ready: Opened) -> None:
    page = ready("residual", has_touch=True, is_mobile=True, viewport={"width": 400, "height": 800})
    page.locator('.view[data-view="vector"] .chain[data-q="h E"] .term').nth(1).tap()
    assert page.locator("#graph .edge.on").get_attribute("data-to") == "y"
    assert page.locator("#where").is_visible()
    page.locator("h1").tap()
    assert page.locator("#where").is_hidden() and page.locator("#passes .on").count() == 0
    page.locator('#graph .edge[data-from="h"][data-to="y"] .hit').dispatch_event("click")
    assert page.locator(".term.on").count() > 1


def test_pointing_at_a_node_shows_its_lines(ready: Opened) -> None:
    page = ready("residual")
    page.locator("#graph #n-h").hover()
    assert page.locator(".chain.on").evaluate_all("all => [...new Set(all.map(r => r.dataset.q))]") == ["h", "h E"]
    page.mouse.move(5, 5)
    assert page.locator(".on").count() == 0 and page.locator("#where").is_hidden()


def test_the_graph_by_keyboard(ready: Opened) -> None:
    page = ready("residual")
    page.locator("#graph").focus()
    met = set()
    for _ in range(60):
        page.keyboard.press("ArrowRight")
        met.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert {"Edge from h to y", "W2"} <= met
    assert page.locator(".on").count() > 0


def test_keyboard(ready: Opened) -> None:
    page = ready("residual")
    page.locator('.chain[data-q="z"]').first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".yaml li.on").inner_text().strip() == "z = W1 @ x + b1"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.q") == "h"
    page.keyboard.press("Escape")
    assert page.locator("#where").is_hidden()


def test_copies_a_line_as_latex(ready: Opened) -> None:
    page = ready("residual")
    page.evaluate("navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); }")
    page.locator('.view[data-view="vector"] .chain[data-q="h E"]').focus()
    page.keyboard.press("c")
    assert page.evaluate("window.copied") == r"\bar{\mathbf{h}} = \mathbf{r} + \mathbf{W}^{(2)T} \bar{\mathbf{y}}"
    page.locator("#copy-all").click()
    copied = page.evaluate("window.copied").splitlines()
    assert (copied[0], copied[-1]) == (r"\begin{gather*}", r"\end{gather*}") and copied[1].endswith(r" \\")


def test_without_javascript_all_is_there(open_page: Opened) -> None:
    page = open_page(written("residual"), java_script_enabled=False)
    assert page.locator("form").is_hidden()
    assert shown(page, ".chain") == page.locator(".chain").count() > 20


@pytest.mark.parametrize("name", ["residual", "lstm", "transformer_block"])
def test_on_paper_it_is_light_fits_and_has_nothing_to_press(name: str, ready: Opened) -> None:
    page = ready(name, color_scheme="dark")
    page.locator(".term").first.focus()
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 670, "height": 980})
    assert shown(page, ":is(form, button, #where)") == 0
    colours = "() => ['body', '#graph .paper'].map(s => getComputedStyle(document.querySelector(s)))"
    assert page.evaluate(f"({colours})().map((s, n) => n ? s.fill : s.backgroundColor)") == ["rgb(255, 255, 255)"] * 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 670
