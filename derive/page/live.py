"""What a page shows of a derivation that is made again and again: in one notation, with nothing compressed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from derive.document import Document
from derive.page import picture
from derive.page.pack import drawn, shapes, sizes
from derive.page.passes import passes
from derive.page.rows import taken
from derive.typeset.document import scribe_for
from derive.typeset.style import Style

if TYPE_CHECKING:
    from derive.api import Derivation


def shown(derivation: Derivation, document: Document, style: Style) -> dict[str, Any]:
    """The graph, the passes, and what `script.LIVE` is told of them."""
    data, graph = derivation.data, picture(derivation)
    scribe = scribe_for(data, style)
    text, tex = taken(passes(data, document, scribe))
    about = {
        "notations": [style.notation], "rows": [], "tex": [tex], "shapes": shapes(data, scribe),
        "sizes": sizes(data, scribe), "drawn": drawn(data, graph), "valued": bool(data.values),
    }  # fmt: skip
    return {"graph": graph, "passes": text, "about": about}
