"""What labels and positions are in NumPy: h[t - 1], masks, conditions, means of rows and columns."""

from __future__ import annotations

from derive.notation.bounds import surely_inside
from derive.notation.expression import Bracket, Entry
from derive.notation.matrix import Matrix
from derive.notation.walk import letters_of
from derive.render.numpy_code import Code, call, indexed
from derive.render.numpy_scalar import Coder


def labelled(expr: Matrix, coder: Coder) -> Code:
    """h[t - 1]: all that an array is at positions of its labels; zeros where they leave their axes."""
    assert isinstance(expr.data, Entry)
    tensor, labels = expr.data.tensor, expr.data.tensor.labels
    pairs = [(expr.data.slots[n], tensor.axes[n]) for n in labels]
    places = [coder.slot(slot - axis.lo) for slot, axis in pairs]
    leading = labels == tuple(range(len(labels)))
    name = coder.entry(Entry(tensor))
    if not all(surely_inside(slot, axis) for slot, axis in pairs):
        coder.helpers["at"] = None
        first = ", ".join(map(str, range(len(labels))))
        array = name if leading else call("np.moveaxis", name, f"({', '.join(map(str, labels))},)", f"({first},)")
        return call("at", array, *places)
    here = dict(zip(labels, places, strict=True))
    every = [here.get(n, Code(":")) for n in range(max(labels, default=-1) + 1)]
    return indexed(name.text, every) if every else name


def condition(expr: Matrix, coder: Coder) -> Code:
    assert isinstance(expr.data, Bracket)
    return coder.factor(expr.data)


def mask(expr: Matrix, coder: Coder) -> Code:
    """[[1.0 if j <= i else 0.0 for j …] for i …]: of the letters that are not in scope the columns' comes first."""
    assert isinstance(expr.data, Bracket)
    letters = [x for x in letters_of(expr.data) if x not in coder.scope]
    inner = coder.entering(*letters)
    text = inner.factor(expr.data).text
    for letter in letters:
        text = f"[{text} for {inner.scope[letter]} in {inner.range(letter.range).text}]"
    return call("np.array", text)


def mean(expr: Matrix, argument: Code) -> Code:
    """The mean over the axes that are gone."""
    if expr.rows is None and expr.columns is None:
        return call("np.mean", argument)
    return call("np.mean", argument, f"axis={1 if expr.rows is not None else 0}")
