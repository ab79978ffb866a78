"""The keys of a problem file, declared once. Import this only when a file is read: pydantic takes its time.

The model validates (see `schema`), and its JSON Schema is what editors use.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from derive.declare.keys import EXPECTED, FUNCTION, LATEX, NAME, NETWORK, QUESTIONS

Name: TypeAlias = Annotated[str, Field(pattern=NAME)]
Positive: TypeAlias = Annotated[int, Field(ge=1)]
Axis: TypeAlias = Positive | str
Shapes: TypeAlias = dict[Name, list[Axis]]
Function: TypeAlias = Annotated[str, Field(pattern=FUNCTION)]
STRICT = ConfigDict(extra="forbid", strict=True)
INSTEAD = [LATEX if key == "equations" else key for key in NETWORK]
CONDITIONS = ["sizes", "implicit"]
NEEDED: dict[str, Any] = {
    "anyOf": [
        {"required": list(NETWORK)},
        {"required": INSTEAD},
        {"required": CONDITIONS},
        {"required": ["questions"]},
    ],
    "not": {"required": ["equations", LATEX]},
}
ASKED: dict[str, Any] = {"propertyNames": {"enum": list(QUESTIONS)}}


class Classes(BaseModel):
    """An array of integers, each a class among so many."""

    model_config = STRICT
    axes: list[Axis] = []
    among: Axis


class Label(BaseModel):
    """A label's range, and whether it is shown above or below."""

    model_config = STRICT
    to: Axis
    shown: Literal["superscript", "subscript"] = Field("superscript", alias="as")


def _key(name: str, default: Any) -> Any:
    return Field(default, description=EXPECTED[name])


class ProblemFile(BaseModel):
    """A network: sizes, declarations, equations, and what is asked for.

    A file that asks questions may have no equations.
    """

    model_config = ConfigDict(**STRICT, json_schema_extra=NEEDED)
    version: Literal[1] = _key("version", ...)
    title: str = _key("title", "")
    sizes: dict[Name, Positive | str] = _key("sizes", {})
    indices: dict[Name, Axis] = _key("indices", {})
    labels: dict[Name, Axis | Label] = _key("labels", {})
    inputs: Shapes = _key("inputs", {})
    parameters: Shapes = _key("parameters", {})
    constants: Shapes = _key("constants", {})
    hidden: Shapes = _key("hidden", {})
    classes: dict[Name, Axis | Classes] = _key("classes", {})
    functions: dict[Name, Function] = _key("functions", {})
    define: dict[str, str] = _key("define", {})
    equations: str | list[str] = _key("equations", [])
    equations_latex: str | list[str] = _key("equations_latex", [])
    implicit: dict[str, str] = _key("implicit", {})
    stationary: str | list[str] | dict[Name, str] = _key("stationary", {})
    facts: str | list[str] = _key("facts", [])
    constrained: Literal["entries", "along", "projected"] = _key("constrained", "along")
    cost: str | list[str] | None = _key("cost", None)
    want: list[str] = _key("want", [])
    closed_form: list[str] = _key("closed_form", [])
    fold: list[str] = _key("fold", [])
    forward: list[str] = _key("forward", [])
    hvp: list[str] = _key("hvp", [])
    hessian: list[str] = _key("hessian", [])
    gauss_newton: list[str] | dict[Name, str] = _key("gauss_newton", [])
    jacobian: list[str] | dict[Name, str | list[str]] = _key("jacobian", {})
    over: Literal["forward", "reverse"] | None = _key("over", None)
    of: Name | None = _key("of", None)
    boundary: Literal["zero", "cases"] = _key("boundary", "zero")
    print: dict[str, str] = _key("print", {})
    notation: dict[str, str] = _key("notation", {})
    values: dict[str, int | float | list[Any]] = _key("values", {})
    questions: dict[str, Any] = Field({}, description=EXPECTED["questions"], json_schema_extra=ASKED)
    notes: str | list[str] = _key("notes", [])
