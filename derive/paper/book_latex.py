"""A booklet in LaTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.document import Code, Document
from derive.paper.folded import folded
from derive.paper.kept import kept
from derive.paper.listing import Part, parts
from derive.render.latex import HEAD, body, escaped

if TYPE_CHECKING:
    from derive.paper.book import Book, Chapter
    from derive.picture.model import Drawing

CODE = "NumPy"
WIDTH = 84
"""Characters of code in a line, at \\small."""
HEADED = 4
"""Lines of a heading."""
GRAPHS = r"""\usepackage{tikz}
\newsavebox{\graphbox}
\newcommand{\graph}{%
  \ifdim\dimexpr\ht\graphbox+\dp\graphbox\relax>.82\textheight
    \savebox{\graphbox}{\resizebox*{!}{.82\textheight}{\usebox{\graphbox}}}\fi
  \ifdim\wd\graphbox>\linewidth
    \ifdim\wd\graphbox>1.5\linewidth\turned\else\framed{\resizebox{\linewidth}{!}{\usebox{\graphbox}}}\fi
  \else\framed{\usebox{\graphbox}}\fi}
\newcommand{\framed}[1]{\begin{center}#1\end{center}}
\newcommand{\turned}{%
  \ifdim\wd\graphbox>.88\textheight\savebox{\graphbox}{\resizebox{.88\textheight}{!}{\usebox{\graphbox}}}\fi
  \begin{center}\rotatebox{90}{\usebox{\graphbox}}\end{center}\clearpage}
"""
"""A picture as it is, at most as high or as wide as the text; turned on a page of its own where it is too wide."""
SETUP = r"""\usepackage{graphicx}
\usepackage[hidelinks]{hyperref}
\hypersetup{pdfcreator={},pdfproducer={},bookmarksnumbered}
\makeatletter
\def\verbatim@font{\normalfont\ttfamily\small}
\renewcommand*\l@section{\@dottedtocline{1}{0em}{2em}}
\newcommand{\room}[1][8]{\par\vskip 0pt plus #1\baselineskip\penalty-100\vskip 0pt plus -#1\baselineskip
  \vskip #1\baselineskip\penalty9999\vskip -#1\baselineskip\vskip 0pt}
\newcommand{\listing}{\topsep0pt\partopsep0pt\parskip0pt\relax}
\let\plainsubsection\subsection
\renewcommand{\subsection}{\room\plainsubsection}
\makeatother
\widowpenalty=10000 \clubpenalty=10000
\raggedbottom
"""
"""What keeps a heading from the foot of a page: there must be room for eight lines."""


def latex(book: Book) -> str:
    """The whole booklet."""
    drawn = any(chapter.graph is not None for chapter in book.chapters)
    head = f"{HEAD}{SETUP}{GRAPHS if drawn else ''}"
    title = f"{{\\centering\\LARGE\\bfseries {escaped(book.title)}\\par}}\n\\bigskip\n\\tableofcontents\n"
    chapters = "\n".join(_chapter(chapter) for chapter in book.chapters)
    return f"{head}\n\\begin{{document}}\n{title}\n{chapters}\\end{{document}}\n"


def _chapter(chapter: Chapter) -> str:
    graph = _graph(chapter.graph) if chapter.graph is not None else ""
    code = _listing(chapter.code) if chapter.code else ""
    title = escaped(chapter.title)
    head = f"\\clearpage\n\\section[{{{title}}}]{{\\raggedright {title}}}\n\n"
    return f"{head}{graph}{kept(body(chapter.body()))}{code}\n"


def _listing(code: str) -> str:
    """The code, a function on one page where it is no long one; the heading needs room for the first part too."""
    first, *others = parts(folded(code, WIDTH))
    head = f"\\room[{len(first.lines) + HEADED}]\n\\plainsubsection*{{{CODE}}}"
    found = "\n".join([_lines(first), *map(_part, others)])
    return f"{head}\n{{\\listing\n{found}\n}}\n"


def _part(part: Part) -> str:
    """Lines, and how much room they need where they stay together."""
    room = f"\\room[{len(part.lines)}]\n" if part.whole else ""
    return room + _lines(part)


def _lines(part: Part) -> str:
    above = f"\\vskip {part.gap}\\baselineskip\n" if part.gap else ""
    return above + body(Document("", (Code("\n".join(part.lines)),)), WIDTH).strip()


def _graph(drawing: Drawing) -> str:
    """The picture, made smaller where it is wider than the text."""
    from derive.picture.tikz import tikz

    return f"\\savebox{{\\graphbox}}{{%\n{tikz(drawing, fragment=True).rstrip()}}}\n\\graph\n\n"
