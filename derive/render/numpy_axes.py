"""Definitions in NumPy of the functions of a whole axis: along the last axis, of all entries or where w is not 0."""

from __future__ import annotations

from derive.notation.expression import Apply
from derive.operators import TABLE
from derive.render.numpy_factors import FACTORED

_TOP = "np.max(x, axis=-1, keepdims=True)"
_TOP_WHERE = "np.max(x, axis=-1, keepdims=True, where=w, initial=np.min(x))"
PLAIN = {
    "softmax": f"    e = np.exp(x - {_TOP})\n    return e / np.sum(e, axis=-1, keepdims=True)",
    "logsumexp": f"    m = {_TOP}\n    return np.log(np.sum(np.exp(x - m), axis=-1)) + m[..., 0]",
    "log_softmax": f"    d = x - {_TOP}\n    return d - np.log(np.sum(np.exp(d), axis=-1, keepdims=True))",
    "amax": "    return np.max(x, axis=-1)",
    "amin": "    return np.min(x, axis=-1)",
    "amax_slope": f"    e = x == {_TOP}\n    return e / np.sum(e, axis=-1, keepdims=True)",
    "amin_slope": f"    e = x == {_TOP.replace('max', 'min')}\n    return e / np.sum(e, axis=-1, keepdims=True)",
    "amax_first_slope": f"    e = x == {_TOP}\n    return 1.0 * (e & (np.cumsum(e, axis=-1) == 1))",
    "amin_first_slope": f"    e = x == {_TOP.replace('max', 'min')}\n"
    "    return 1.0 * (e & (np.cumsum(e, axis=-1) == 1))",
    "prod": "    return np.prod(x, axis=-1)",
    "var": "    return np.var(x, axis=-1)",
    "std": "    return np.std(x, axis=-1)",
    "sample_var": "    return np.var(x, axis=-1, ddof=1)",
    "sample_std": "    return np.std(x, axis=-1, ddof=1)",
    "inv": "    return np.linalg.inv(x)",
    "det": "    return np.linalg.det(x)",
    "logdet": "    return np.linalg.slogdet(x)[1]",
    "argmax": "    return np.argmax(x, axis=-1) + {first}",
    "argmin": "    return np.argmin(x, axis=-1) + {first}",
    **FACTORED,
}
WHERE = {
    "softmax": f"    e = w * np.exp(np.where(w, x - {_TOP_WHERE}, 0.0))\n"
    "    return e / np.sum(e, axis=-1, keepdims=True)",
    "logsumexp": f"    m = {_TOP_WHERE}\n"
    "    return np.log(np.sum(w * np.exp(np.where(w, x - m, 0.0)), axis=-1)) + m[..., 0]",
    "log_softmax": f"    d = np.where(w, x - {_TOP_WHERE}, 0.0)\n"
    "    return w * (d - np.log(np.sum(w * np.exp(d), axis=-1, keepdims=True)))",
    "amax": "    return np.max(x, axis=-1, where=w, initial=-np.inf)",
    "amin": "    return np.min(x, axis=-1, where=w, initial=np.inf)",
    "amax_slope": f"    e = w & (x == {_TOP_WHERE})\n    return e / np.sum(e, axis=-1, keepdims=True)",
    "amin_slope": "    e = w & (x == np.min(x, axis=-1, keepdims=True, where=w, initial=np.max(x)))\n"
    "    return e / np.sum(e, axis=-1, keepdims=True)",
    "amax_first_slope": f"    e = w & (x == {_TOP_WHERE})\n    return 1.0 * (e & (np.cumsum(e, axis=-1) == 1))",
    "amin_first_slope": "    e = w & (x == np.min(x, axis=-1, keepdims=True, where=w, initial=np.max(x)))\n"
    "    return 1.0 * (e & (np.cumsum(e, axis=-1) == 1))",
    "prod": "    return np.prod(x, axis=-1, where=w)",
    "var": "    return np.var(x, axis=-1, where=w)",
    "std": "    return np.std(x, axis=-1, where=w)",
    "sample_var": "    return np.var(x, axis=-1, ddof=1, where=w)",
    "sample_std": "    return np.std(x, axis=-1, ddof=1, where=w)",
    "argmax": "    return np.argmax(np.where(w, x, -np.inf), axis=-1) + {first}",
    "argmin": "    return np.argmin(np.where(w, x, np.inf), axis=-1) + {first}",
}


def is_along(apply: Apply) -> bool:
    """Whether a function of the table is of a whole axis."""
    return apply.function in TABLE and TABLE[apply.function].axes > 0


def definition(apply: Apply, name: str) -> str:
    """def softmax(x), or softmax_where(x, w)."""
    key = apply.function + "_slope" if apply.partials else apply.function.removesuffix("_first")
    first = apply.args[0].letters[0].range.lo.constant
    if len(apply.args) == 1:
        return f"def {name}(x):\n{PLAIN[key].format(first=first)}"
    counted = "w = np.broadcast_to(np.asarray(w) > 0, np.shape(x))"
    return f"def {name}(x, w):\n    {counted}\n{WHERE[key].format(first=first)}"
