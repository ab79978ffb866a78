"""How the names that only LaTeX gives are printed: as they were written, where ours would look otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from derive.declare.latex.lefts import Left
from derive.declare.scope import Context
from derive.syntax.marks import flat, text_of
from derive.syntax.read import read
from derive.syntax.tree import Fenced, Name
from derive.syntax.unreadable import Unreadable


def forms(given: Mapping[str, str]) -> tuple[tuple[Name, str], ...]:
    """The names that a file prints in its own way, each with how."""
    found = []
    for name, tex in given.items():
        try:
            nodes = read(str(tex))
        except Unreadable:
            continue
        if len(nodes) == 1 and isinstance(nodes[0], Name):
            found.append((nodes[0], name))
    return tuple(found)


def printed(lefts: Sequence[Left], context: Context, squares: Collection[str]) -> dict[str, str]:
    """name -> LaTeX, for quantities in script letters, squares, and those whose mark stands above."""
    found: dict[str, str] = {}
    for left in lefts:
        if left.called in context.tensors or left.called in context.shapes or left.called in found:
            continue
        tex = _latex(left.name, left, left.called in squares)
        if tex:
            found[left.called] = tex
    return found


def _latex(name: Name, left: Left, square: bool) -> str:
    """The name without its positions; "" where it is printed so anyway."""
    slots = {id(slot) for slot in left.slots}
    above = [f"({text_of(n)})" for n in flat(name.sups) if isinstance(n, Fenced) and id(n.body) not in slots]
    above += ["2"] if square else []
    script = name.face in ("script", "double") or name.base == "ell" or "_" in name.base
    if not script and not above:
        return ""
    base = name.spelled if script else f"\\{name.base}" if len(name.base) > 1 else name.base
    if name.base.isalpha() and len(name.base) > 1 and "\\" not in name.spelled:
        return ""
    for accent in name.accents:
        base = f"{accent}{{{base}}}"
    below = [text_of(n) for n in flat(name.subs) if id(n) not in slots]
    return base + (f"_{{{''.join(below)}}}" if below else "") + (f"^{{{''.join(above)}}}" if above else "")
