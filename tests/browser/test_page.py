"""The page of a derivation in a real browser: nothing said on the console, pointing, switches, keyboard, axe-core."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from derive.api import load
from tests.browser.conftest import Opened

PROBLEMS = Path(__file__).parent.parent.parent / "problems"
LOOKED_AT = ("residual", "attention", "lstm")
WIDTHS = (400, 900, 1400)
NAMES = sorted(path.stem for path in PROBLEMS.glob("*.yaml"))


@cache
def written(name: str) -> str:
    """The page of a problem file, or of the answers to its questions."""
    network = load(PROBLEMS / f"{name}.yaml")
    return (network.derive(check=False) if network.declared.equations else network.answers()).html()


def shown(page: Any, selector: str) -> int:
    count: int = page.locator(f"{selector}:visible").count()
    return count


@pytest.mark.parametrize("name", NAMES)
def test_loads_in_silence_and_fits_a_telephone(name: str, open_page: Opened) -> None:
    page = open_page(written(name), viewport={"width": 400, "height": 800})
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", LOOKED_AT)
def test_axe_finds_no_violation(name: str, scheme: str, open_page: Opened) -> None:
    package = pytest.importorskip("axe_playwright_python")
    script = next(Path(package.__file__).parent.rglob("axe.min.js")).read_text(encoding="utf-8")
    for width in WIDTHS:
        page = open_page(written(name), viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
        page.evaluate(script)
        found = page.evaluate("axe.run().then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html.slice(0, 200)))")
        assert found == []


def test_pointing_at_a_term_shows_its_edge_and_its_line(open_page: Opened) -> None:
    page = open_page(written("residual"), viewport={"width": 1400, "height": 900})
    page.locator('.view[data-view="vector"] .chain[data-q="h E"] .term').nth(1).hover()
    marked = page.locator("#graph .edge.on")
    assert [marked.get_attribute("data-from"), marked.get_attribute("data-to")] == ["h", "y"]
    assert page.locator(".yaml li.on").inner_text().strip() == "y = x + W2 @ h + b2"
    assert page.locator("#where mfrac").count() == 1, "its chain-rule line"


def test_pointing_at_an_edge_shows_its_terms(open_page: Opened) -> None:
    page = open_page(written("residual"), viewport={"width": 1400, "height": 900})
    page.locator('#graph .edge[data-from="h"][data-to="y"]').focus()
    on = page.locator(".term.on")
    assert {found.evaluate("t => t.closest('.chain').dataset.q") for found in on.all()} == {"y", "h E"}
    assert page.locator(".yaml li.on").inner_text().strip() == "y = x + W2 @ h + b2"


def test_switches(open_page: Opened) -> None:
    page = open_page(written("residual"))
    whole = shown(page, ".chain")
    page.get_by_label("vector", exact=True).check()
    assert 0 < shown(page, ".chain") < whole
    page.get_by_label("scalar", exact=True).check()
    assert shown(page, ".pass.backward mfrac") == 0, "the chain rule is a step"
    page.get_by_label("sizes").check()
    page.get_by_label("all", exact=True).check()
    assert shown(page, ".chain .shape") > 0
    page.get_by_label("Notation").select_option("partial")
    page.wait_for_function("!document.querySelector('.pass.backward .left mover')")


def test_keyboard(open_page: Opened) -> None:
    page = open_page(written("residual"))
    page.locator('.chain[data-q="z"]').first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".yaml li.on").inner_text().strip() == "z = W1 @ x + b1"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.q") == "h"
    page.keyboard.press("Escape")
    assert page.locator("#where").is_hidden()


def test_copies_a_line_as_latex(open_page: Opened) -> None:
    page = open_page(written("residual"))
    page.evaluate("navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); }")
    page.locator('.view[data-view="vector"] .chain[data-q="h E"]').focus()
    page.keyboard.press("c")
    assert page.evaluate("window.copied") == r"\bar{\mathbf{h}} = \mathbf{r} + \mathbf{W}^{(2)T} \bar{\mathbf{y}}"


def test_without_javascript_all_is_there(open_page: Opened) -> None:
    page = open_page(written("residual"), java_script_enabled=False)
    assert page.locator("form").is_hidden()
    assert shown(page, ".chain") == page.locator(".chain").count() > 20
