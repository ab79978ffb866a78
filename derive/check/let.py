"""Names that an answer has for the problem's quantities, as its writer gives them: L = J, \\ell = J, W^{(1)} = A."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from derive.derivation import Derivation
from derive.errors import DeriveError, Problem
from derive.syntax.read import Unreadable, read
from derive.syntax.tree import Name


def renamed(derivation: Derivation, let: Mapping[str, str]) -> dict[str, str]:
    """The answer's names, in LaTeX, and what the problem calls these. Raises DeriveError."""
    return {_own(name): _called(derivation, name, called.strip()) for name, called in let.items()}


def _own(text: str) -> str:
    try:
        found = read(text)
    except (Unreadable, RecursionError):
        found = ()
    only = found[0] if len(found) == 1 else None
    if not isinstance(only, Name):
        raise DeriveError(Problem(None, f"let: {text!r} is no name", "write it as in the answer, such as L or W^{(1)}"))
    return text


def _called(derivation: Derivation, name: str, called: str) -> str:
    tensors = derivation.network.tensors
    if called in tensors:
        return called
    close = get_close_matches(called, tensors, 1)
    mend = f"did you mean {close[0]}?" if close else f"there are {', '.join(tensors)}"
    if name.strip() in tensors:
        mend = f"the answer's name comes first: {called} = {name.strip()}"
    raise DeriveError(Problem(None, f"let: {called or 'nothing'} is no quantity of this problem", mend))
