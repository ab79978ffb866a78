"""A booklet in Typst."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.paper.folded import folded
from derive.paper.listing import Part, parts
from derive.render.typst import LEVELS, body, escaped, head, raw
from derive.render.typst_math import quoted

if TYPE_CHECKING:
    from derive.paper.book import Book, Chapter
    from derive.picture.model import Drawing

CODE = "NumPy"
WIDTH = 84
"""Characters of code in a line."""
SETUP = """\
#let part(gap, whole, code) = block(above: (gap + 1) * 0.65em, below: 0.65em, breakable: not whole, code)
#show heading.where(level: 1, outlined: true): set heading(numbering: "1")
#show heading.where(level: 1, outlined: true): it => { pagebreak(weak: true); it }
#let graph(picture) = context {
  let drawn(..how) = image(bytes(picture), format: "svg", ..how)
  let (width, height) = measure(drawn())
  if width > 24cm {
    align(center, rotate(-90deg, reflow: true, drawn(width: calc.min(width, 22cm))))
    pagebreak()
  } else {
    align(center, drawn(width: width * calc.min(1, 16cm / width, 21cm / height)))
  }
}
"""
"""A picture as it is, made as wide as the text, or turned on a page of its own where it would be too small so."""
FACE, OURS = "font-family:", "font-family:'New Computer Modern',"
"""Pictures have the letters of the text."""


def typst(book: Book) -> str:
    """The whole booklet in one file."""
    title = f'#align(center, text(size: 17pt, weight: "bold")[{escaped(book.title)}])\n#v(1em)\n#outline(depth: 1)\n'
    return f"{head(book.title)}{SETUP}\n{title}\n" + "".join(_chapter(chapter) for chapter in book.chapters)


def _chapter(chapter: Chapter) -> str:
    graph = f"#graph({_graph(chapter.graph)})\n\n" if chapter.graph is not None else ""
    return f"= {escaped(chapter.title)}\n\n{graph}{body(chapter.body())}{_listing(chapter.code)}\n"


def _listing(code: str) -> str:
    """The code, a function on one page where it is no long one."""
    if not code:
        return ""
    return f"{LEVELS[3]} {CODE}\n\n" + "".join(_part(part) for part in parts(folded(code, WIDTH)))


def _part(part: Part) -> str:
    code = raw("\n".join(part.lines), "python")
    return f"#part({part.gap}, {'true' if part.whole else 'false'}, {code})\n"


def _graph(drawing: Drawing) -> str:
    from derive.picture.svg import svg

    return "\\n".join(quoted(line)[1:-1] for line in svg(drawing).replace(FACE, OURS).split("\n")).join('""')
