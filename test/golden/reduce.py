"""Reductions over axes, keepdims, dtypes, NaN, and nothing at all."""
import numpy as np
from scipy import special

from golden import DTYPES, FLOATS, Golden

np.seterr(all="ignore")
import warnings
warnings.simplefilter("ignore")
g = Golden("reduce")
nan, inf = np.nan, np.inf
rng = np.random.default_rng(1)


def wide(a, out):
    """NumPy widens integers to 64 bits; here to 32 bits of the same signedness."""
    return out.astype({"i": "int32", "b": "int32", "u": "uint32"}[a.dtype.kind]) if a.dtype.kind in "iub" else out.astype(a.dtype)


def exact(f):
    """Accumulated in float64, rounded once."""
    return lambda a, **o: f(a.astype("float64"), **o).astype(a.dtype) if a.dtype.kind == "f" else f(a, **o)


def averaged(f):
    return lambda a, **o: np.asarray(f(a.astype("float64"), **o)).astype(a.dtype if a.dtype.kind == "f" else "float64")


OPS = {
    "sum": lambda a, **o: wide(a, np.asarray(exact(np.sum)(a, **o))),
    "prod": lambda a, **o: wide(a, np.asarray(exact(np.prod)(a, **o))),
    "mean": averaged(np.mean), "variance": averaged(np.var), "std": averaged(np.std),
    "max": np.max, "min": np.min, "all": np.all, "any": np.any,
}
x = rng.integers(-3, 5, (2, 3, 4))
ARRAYS = {d: (x > 0 if d == "bool" else np.abs(x) if d[0] == "u" else x + (0.25 if d in FLOATS else 0)).astype(d) for d in DTYPES}
for d in DTYPES:
    g.give(f"x_{d}", ARRAYS[d])
    for name, f in OPS.items():
        for axis in [None, 1, (0, 2)]:
            options = {} if axis is None else {"axis": list(axis) if isinstance(axis, tuple) else axis}
            g.case(name, [f"$x_{d}", {"options": options}], f(ARRAYS[d], axis=axis))
    for name, f in {"argmax": np.argmax, "argmin": np.argmin}.items():
        for axis in [None, 0, -1]:
            g.case(name, [f"$x_{d}", {"options": {} if axis is None else {"axis": axis}}], f(ARRAYS[d], axis=axis), "int32")
for d in FLOATS + ["int32"]:
    for name, f in {**OPS, "argmax": np.argmax, "argmin": np.argmin, "ptp": np.ptp}.items():
        for axis in [-1, 0, None] + ([] if name.startswith("arg") else [(0, 1, 2), (-1, 0), ()]):
            options = {"keepdims": True} | ({} if axis is None else {"axis": list(axis) if isinstance(axis, tuple) else axis})
            result = f(ARRAYS[d], axis=axis, keepdims=True)
            g.case(name, [f"$x_{d}", {"options": options}], result, "int32" if name.startswith("arg") else None)
m = rng.normal(size=(3, 4))
M = g.give("m", m)
for axis in [None, 0, 1]:
    o = {} if axis is None else {"axis": axis}
    g.case("variance", [M, {"options": {**o, "ddof": 1}}], np.var(m, axis=axis, ddof=1))
    g.case("std", [M, {"options": {**o, "ddof": 1}}], np.std(m, axis=axis, ddof=1))
    g.case("logsumexp", [M, {"options": o}], special.logsumexp(m, axis=axis))
    g.case("logsumexp", [M, {"options": {**o, "keepdims": True}}], special.logsumexp(m, axis=axis, keepdims=True))
    flat = m.ravel() if axis is None else m
    for p in [1, 2, 3, 0.5, inf]:
        order = {} if p == 2 else {"ord": "Infinity" if p == inf else p}
        g.case("norm", [M, {"options": {**o, **order}}], np.linalg.norm(flat, ord=p, axis=axis))
for d in ["float32", "int32", "bool"]:
    for p in [1, 2, 3, inf]:
        order = {} if p == 2 else {"ord": "Infinity" if p == inf else p}
        floats = ARRAYS[d][0].astype("float64")
        result = np.linalg.norm(floats, ord=p, axis=1).astype("float32" if d == "float32" else "float64")
        g.case("norm", [{"call": ["at", f"$x_{d}", 0]}, {"options": {"axis": 1, **order}}], result)
g.case("norm", [M, {"options": {"axis": 1, "keepdims": True}}], np.linalg.norm(m, axis=1, keepdims=True))
g.case("ptp", [M, {"options": {"axis": 0}}], np.ptp(m, axis=0))

# NaN, infinities, ties, one element, nothing.
special_rows = np.array([[1, nan, 3], [inf, -inf, 1], [-0.0, 0.0, -0.0], [2, 2, 1], [-inf, -inf, -inf], [1000, 1001, 999.5]])
S = g.give("special", special_rows)
for name, f in {"sum": np.sum, "prod": np.prod, "mean": np.mean, "max": np.max, "min": np.min, "all": np.all, "any": np.any}.items():
    g.case(name, [S, {"options": {"axis": 1}}], f(special_rows, axis=1), anyZero=name in ("max", "min"))
for name, f in {"argmax": np.argmax, "argmin": np.argmin}.items():
    g.case(name, [S, {"options": {"axis": 1}}], f(special_rows, axis=1), "int32")
g.case("logsumexp", [S, {"options": {"axis": 1}}], special.logsumexp(special_rows, axis=1))
empty = np.zeros((0, 3))
E = g.give("empty", empty)
for name, f in {"sum": np.sum, "prod": np.prod, "mean": np.mean, "all": np.all, "any": np.any, "variance": np.var}.items():
    g.case(name, [E, {"options": {"axis": 0}}], f(empty, axis=0))
    g.case(name, [E, {"options": {"axis": 1}}], f(empty, axis=1))
    g.case(name, [E], f(empty))
g.case("max", [E, {"options": {"axis": 1}}], np.max(empty, axis=1))
g.case("argmax", [E, {"options": {"axis": 1}}], np.argmax(empty, axis=1), "int32")
one = np.array([[[5.0]]])
O = g.give("one", one)
for name, f in {"sum": np.sum, "max": np.max, "mean": np.mean, "std": np.std, "variance": np.var}.items():
    g.case(name, [O], f(one))
    g.case(name, [O, {"options": {"axis": 1}}], f(one, axis=1))
scalar = g.give("scalar", np.array(-3.5))
for name, f in {"sum": np.sum, "prod": np.prod, "mean": np.mean, "max": np.max, "std": np.std}.items():
    g.case(name, [scalar], f(np.array(-3.5)))
# Integers wrap at 32 bits.
big = np.array([2**31 - 1, 1], "int32")
g.case("sum", [g.give("big", big)], np.int32(-(2**31)))
g.case("prod", [g.give("big_prod", np.array([65536, 65536, 3], "int32"))], np.int32(0))
g.case("sum", [g.give("bytes", np.array([200, 200, 200], "uint8"))], np.uint32(600))
g.write()
