"""The pages of all problem files in a real browser: silent, no wider than a telephone, nothing for axe-core to find.

Every rule of axe-core runs on every page, in light. Of contrast, which alone depends on colours and is slow where there
are thousands of letters, axe-core gets in light and in dark one element of each combination of colour, background, size
and weight on the page: all others of it come out the same. Text in graphs, which axe-core does not judge, is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.problem_files import FILES, answers, derived, has_equations

RULES = """skip => axe.run(document, skip ? {rules: {"color-contrast": {enabled: false}}} : {})
  .then(r => r.violations.map(v => v.id + " " + v.nodes[0].html.slice(0, 200)))"""
CONTRAST = """() => {
  const shown = el => { for (let e = el; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor; if (!c.endsWith(", 0)")) return c; } return ""; };
  const one = new Map();
  for (const el of document.querySelectorAll("body *:not(svg *)")) {
    if (![...el.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !el.checkVisibility()) continue;
    const s = getComputedStyle(el), key = [s.color, shown(el), s.fontSize, s.fontWeight].join(" ");
    if (!one.has(key)) one.set(key, el);
  }
  return axe.run({include: [...one.values()]}, {runOnly: ["color-contrast"]})
    .then(r => r.violations.flatMap(v => v.nodes.map(n => n.html.slice(0, 120) + " " + n.failureSummary)));
}"""
"""Of each combination of colours and sizes the first element that has a text of its own."""
DRAWN = """() => {
  const parts = c => (c.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const line = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = c => { const [r, g, b] = parts(c).map(v => line(v / 255));
    return .2126 * r + .7152 * g + .0722 * b; };
  const filled = el => el && getComputedStyle(el).fill.startsWith("rgb(") ? getComputedStyle(el).fill : "";
  return [...document.querySelectorAll("#graph svg text")].filter(t => t.textContent.trim()).map(t => {
    const under = filled(t.parentElement.querySelector(".shape")) || filled(document.querySelector("#graph .paper"));
    const pair = [light(getComputedStyle(t).fill), light(under)].sort((a, b) => b - a);
    return [t.textContent, (pair[0] + .05) / (pair[1] + .05)]; }).filter(([, ratio]) => ratio < 4.5);
}"""
"""Text in the graph whose contrast to what is below it is under 4.5."""
POINTED = """() => {
  const wrong = [], said = (el, ...more) => wrong.push([...more, el.textContent.slice(0, 60)].join(" "));
  const on = s => document.querySelectorAll(s + ".on").length, graph = document.querySelector("#graph svg");
  const point = el => el.dispatchEvent(new Event("focusin", {bubbles: true}));
  for (const row of document.querySelectorAll("#passes .chain[data-q]")) {
    const terms = row.querySelectorAll(".term"), [name, cost] = row.dataset.q.split(" ");
    if (!terms.length && !row.querySelector(".said") && name !== cost) said(row, "no term:");
    for (const t of terms) { point(t);
      if (graph && !on("#graph .edge")) said(t, "no edge:", t.dataset.e);
      if (!on(".yaml li")) said(t, "no line of the file:", t.dataset.e); }
  }
  for (const g of document.querySelectorAll("#graph .edge")) { point(g);
    if (!on(".term") || !on(".yaml li")) said(g, "nothing for", g.dataset.from, g.dataset.to); }
  return wrong; }"""
"""Terms without an edge or a line in the file, lines without a term, edges without one; Ē = 1 comes from nowhere."""
Looked = Callable[[Path], Any]


@pytest.fixture(scope="module")
def look(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Looked, list[str]]]:
    """look(path) -> one page for all, which shows the page of that file; what it said, or asked for."""
    folder, said = tmp_path_factory.mktemp("pages"), []
    page = browser.new_page(viewport={"width": 400, "height": 800})
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda asked: said.append(asked.url) if asked.url.startswith("http") else None)

    def looked(path: Path) -> Any:
        place = folder / f"{path.stem}.html"
        place.write_text((derived(path) if has_equations(path) else answers(path)).html(), encoding="utf-8")
        page.set_viewport_size({"width": 400, "height": 800})
        page.emulate_media(color_scheme="light")
        page.goto(place.as_uri())
        return page

    yield looked, said
    page.close()


@pytest.fixture(scope="module")
def axe() -> str:
    package = pytest.importorskip("axe_playwright_python")
    return next(Path(package.__file__).parent.rglob("axe.min.js")).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_is_silent_fits_and_axe_finds_nothing(path: Path, look: tuple[Looked, list[str]], axe: str) -> None:
    looked, said = look
    page = looked(path)
    if has_equations(path):
        page.wait_for_selector("#switches:visible")
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert page.evaluate(POINTED) == []
    page.evaluate(axe)
    assert page.evaluate(RULES, True) == []
    for scheme, width in (("light", 900), ("dark", 1400)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(DRAWN) == []
    assert said == []
