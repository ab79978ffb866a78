"""A network from Python: the keys of a problem file as arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from derive.declare.load import read_source
from derive.declare.marks import Source
from derive.declare.network import Network


class Keys(TypedDict, total=False):
    """The keys of a problem file, and what Python may give for each."""

    sizes: Mapping[str, str | int] | None
    equations: str | Sequence[str] | None
    equations_latex: str | Sequence[str] | None
    indices: Mapping[str, str | int] | None
    labels: Mapping[str, Any] | None
    inputs: Mapping[str, Sequence[str | int]] | None
    parameters: Mapping[str, Sequence[str | int]] | None
    constants: Mapping[str, Sequence[str | int]] | None
    hidden: Mapping[str, Sequence[str | int]] | None
    classes: Mapping[str, Any] | None
    functions: Mapping[str, str] | None
    define: Mapping[str, str] | None
    facts: str | Sequence[str]
    constrained: str | None
    implicit: Mapping[str, str] | None
    stationary: str | Sequence[str] | Mapping[str, str] | None
    cost: str | Sequence[str] | None
    want: Sequence[str]
    closed_form: Sequence[str]
    fold: Sequence[str]
    forward: Sequence[str]
    hvp: Sequence[str]
    hessian: Sequence[str]
    gauss_newton: Sequence[str] | Mapping[str, str]
    jacobian: Sequence[str] | Mapping[str, str | Sequence[str]]
    over: str | None
    of: str | None
    title: str
    print: Mapping[str, str] | None
    notation: Mapping[str, str] | None
    values: Mapping[str, Any] | None
    notes: Sequence[str]
    boundary: str | None
    questions: Mapping[str, Any] | None


def build_network(**keys: Unpack[Keys]) -> Network:
    """A network from Python; each argument is the key of a problem file of that name; None leaves it out.

    Raises DeriveError as for a file, without places.
    """
    data = {"version": 1, **{key: _plain(value) for key, value in keys.items() if value is not None}}
    written = data.get("equations", data.get("equations_latex", ""))
    text = "\n".join(map(str, written)) if isinstance(written, list) else str(written)
    return read_source(Source("<python>", text, data))


def _plain(value: Any) -> Any:
    """Mappings, sequences and NumPy arrays as the plain data that a file would hold."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value
