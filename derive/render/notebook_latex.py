"""A document as LaTeX that MathJax reads as well: words as they are, mathematics between dollars and in displays.

A notebook's MathJax knows mathematics alone: no sections, no lists, no tables but arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derive.document import Block, Code, Display, Document, Heading, Items, Prose, Table, Together
from derive.render.latex import escaped, latex, words


def notebook_latex(document: Document) -> str:
    """The whole document, its paragraphs apart."""
    title = [escaped(document.title)] if document.title else []
    return "\n\n".join([*title, *_parts(document.blocks)])


def _parts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Together):
            yield from _parts(block.blocks)
        else:
            yield _part(block)


def _part(block: Heading | Prose | Items | Display | Table | Code) -> str:
    if isinstance(block, Display):
        return latex(Document("", (block,)), fragment=True).strip()
    if isinstance(block, Heading):
        return escaped(block.text)
    if isinstance(block, Prose):
        return words(block.words)
    if isinstance(block, Items):
        return "\n\n".join(rf"$\bullet$ {words(item)}" for item in block.items)
    return _array(block) if isinstance(block, Table) else _typed(block)


def _array(table: Table) -> str:
    rows = [" & ".join(rf"\text{{{words(cell)}}}" for cell in line) for line in (table.head, *table.rows)]
    rows[0] += r" \\ \hline" if rows[1:] else ""
    body = rows[0] + "\n" + " \\\\\n".join(rows[1:])
    return f"\\[\n\\begin{{array}}{{{'l' * len(table.head)}}}\n{body}\n\\end{{array}}\n\\]"


def _typed(block: Code) -> str:
    lines = (rf"\texttt{{{escaped(line)}}}" for line in block.text.split("\n"))
    return "\\[\n\\begin{array}{l}\n" + " \\\\\n".join(lines) + "\n\\end{array}\n\\]"
