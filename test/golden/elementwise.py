"""Elementwise ops: values over dtypes, special values, and broadcasting."""
import numpy as np
from scipy import special

from golden import DTYPES, FLOATS, Golden

np.seterr(all="ignore")
g = Golden("elementwise")
nan, inf = np.nan, np.inf

SAMPLES = {
    "float": [-2.5, -1.5, -1.0, -0.75, -0.5, -1e-9, -0.0, 0.0, 1e-9, 0.25, 0.5, 1.0, 1.5, 2.5, 3.75, 30.0, nan, inf, -inf],
    "int": [-100, -7, -3, -2, -1, 0, 1, 2, 3, 5, 11, 100],
    "uint": [0, 1, 2, 3, 5, 11, 100, 200],
    "bool": [False, True],
}
kind = lambda d: "float" if d in FLOATS else "bool" if d == "bool" else "uint" if d[0] == "u" else "int"
X = {d: np.array(SAMPLES[kind(d)], d) for d in DTYPES}
for d in DTYPES:
    g.give(f"x_{d}", X[d])


def float_of(d):
    """Integers of 16 bits and less give float32 (NumPy's float16 has no typed array here), wider ones float64."""
    return d if d in FLOATS else "float32" if np.dtype(d).itemsize <= 2 else "float64"



sigmoid = lambda x: special.expit(x)
softplus = lambda x: np.logaddexp(0, x)
silu = lambda x: x * sigmoid(x)


def elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def ultra(x):
    """Theano nnet/sigm.py."""
    h = 0.5 * x
    a = np.abs(h)
    z = np.where(a < 1.7, 1.5 * a / (1 + a), np.where(a < 3, 0.935409070603099 + 0.0458812946797165 * (a - 1.7), 0.99505475368673))
    return 0.5 * (np.where(h >= 0, z, -z) + 1)


# Floats out. float32: computed in float64, rounded once.
TO_FLOAT = {
    "sqrt": np.sqrt, "cbrt": np.cbrt, "reciprocal": np.reciprocal, "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log, "log2": np.log2,
    "log10": np.log10, "log1p": np.log1p, "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
    "sigmoid": sigmoid, "softplus": softplus,
}
for name, f in TO_FLOAT.items():
    for d in DTYPES:
        g.case(name, [f"$x_{d}"], f(X[d].astype("float64")), float_of(d))

# Compositions, on floats.
finite = {d: X[d][np.isfinite(X[d])] for d in FLOATS}
for d in FLOATS:
    x = g.give(f"finite_{d}", finite[d])
    v = finite[d].astype("float64")
    for name, f in {
        "hardSigmoid": lambda x: np.clip(0.2 * x + 0.5, 0, 1), "ultraFastSigmoid": ultra, "relu": lambda x: np.maximum(x, 0), "leakyRelu": lambda x: np.where(x > 0, x, 0.01 * x),
        "elu": elu, "selu": lambda x: 1.0507009873554805 * elu(x, 1.6732632423543772), "silu": silu, "swish": silu, "mish": lambda x: x * np.tanh(softplus(x)),
    }.items():
        g.case(name, [x], f(v), d, rough=True)
    g.case("relu", [x, 0.1], np.where(v > 0, v, 0.1 * v), d, rough=True)
    g.case("elu", [x, 0.5], elu(v, 0.5), d, rough=True)

# The dtype stays. Bools count as the integers 0 and 1.
SAME = {"neg": np.negative, "abs": np.abs, "sign": np.sign, "sqr": np.square}
for name, f in SAME.items():
    for d in DTYPES:
        x = X[d].astype("int32") if d == "bool" else X[d]
        g.case(name, [f"$x_{d}"], f(x), anyZero=name == "sign")
for name, f in {"round": np.round, "trunc": np.trunc, "floor": np.floor, "ceil": np.ceil}.items():
    for d in DTYPES[:-1]:
        g.case(name, [f"$x_{d}"], f(X[d]), d)
halves = g.give("halves", np.array([-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 0.49999999999999994, 4503599627370497.0]))
g.case("round", [halves], np.round(np.array([-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 0.49999999999999994, 4503599627370497.0])))
for name, f in {"isnan": np.isnan, "isinf": np.isinf}.items():
    for d in FLOATS:
        g.case(name, [f"$x_{d}"], f(X[d]))

# Two operands: every pair of special floats, then the dtypes pairwise, then with literals.
grid = np.array([-inf, -2.5, -1.0, -0.0, 0.0, 0.5, 1.0, 3.0, inf, nan])
a, b = g.give("grid_a", grid.reshape(-1, 1)), g.give("grid_b", grid)
A, B = grid.reshape(-1, 1), grid
ARITHMETIC = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.true_divide, "maximum": np.maximum, "minimum": np.minimum}
COMPARE = {"eq": np.equal, "neq": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal}
for name, f in {**ARITHMETIC, **COMPARE, "mod": np.mod, "atan2": np.arctan2, "hypot": np.hypot}.items():
    g.case(name, [a, b], f(A, B), anyZero=name in ("maximum", "minimum", "mod"))
# JavaScript's ** differs from C's pow for a base of ±1 and a NaN or infinite exponent: NaN.
power = np.where((np.abs(A) == 1) & ~np.isfinite(B), nan, np.power(A, B))
g.case("pow", [a, b], np.where(np.isnan(B) & (A == 1), nan, power))
positive = np.array([7.0, -7.0, 6.5, -6.5, 0.3, 1e16, -1e16])
g.case("mod", [g.give("mod_a", positive), 3], np.mod(positive, 3))
g.case("mod", ["$mod_a", -3], np.mod(positive, -3))
g.case("floorDiv", ["$mod_a", 4], np.floor_divide(positive, 4))
g.case("floorDiv", ["$mod_a", -4], np.floor_divide(positive, -4))

LEFT = {d: np.array([1, 1] if d == "bool" else [7, 120] if d in ("int8", "uint8") else [7, 3000], d) for d in DTYPES}
RIGHT = {d: np.array([0, 1] if d == "bool" else [2, 10], d) for d in DTYPES}
for d in DTYPES:
    g.give(f"l_{d}", LEFT[d])
    g.give(f"r_{d}", RIGHT[d])


def common(p, q):
    """NumPy's promotion; its int64 (int32 with uint32) is float64 here, and bools are integers."""
    t = str(np.result_type(np.dtype(p), np.dtype(q)))
    return {"int64": "float64", "bool": "int32"}.get(t, t)


for p in DTYPES:
    for q in DTYPES:
        t = common(p, q)
        left, right = LEFT[p].astype(t), RIGHT[q].astype(t)
        g.case("add", [f"$l_{p}", f"$r_{q}"], left + right)
        g.case("mul", [f"$l_{p}", f"$r_{q}"], left * right)
        g.case("sub", [f"$l_{p}", f"$r_{q}"], left - right)
        quotient = np.true_divide(LEFT[p].astype("float64"), RIGHT[q].astype("float64"))
        both = p not in FLOATS and q not in FLOATS
        g.case("div", [f"$l_{p}", f"$r_{q}"], quotient, "float64" if both else t)
        g.case("lt", [f"$l_{p}", f"$r_{q}"], LEFT[p].astype("float64") < RIGHT[q].astype("float64"))
        top = np.result_type(np.dtype(p), np.dtype(q))
        g.case("maximum", [f"$l_{p}", f"$r_{q}"], np.maximum(LEFT[p], RIGHT[q]), "float64" if top == np.int64 else None)
for d in DTYPES[:-1]:
    g.case("mod", [f"$l_{d}", f"$r_{d}"], np.mod(LEFT[d], RIGHT[d]))
    g.case("floorDiv", [f"$l_{d}", f"$r_{d}"], np.floor_divide(LEFT[d], RIGHT[d]))
    g.case("pow", [f"$r_{d}", 2], RIGHT[d] ** 2)
    g.case("mul", [f"$l_{d}", 3], LEFT[d] * LEFT[d].dtype.type(3))
    g.case("add", [f"$l_{d}", 2.5], np.add(LEFT[d], 2.5))
    g.case("sub", [1, f"$r_{d}"], 1 - RIGHT[d])
    g.case("div", [1, f"$r_{d}"], np.true_divide(1, RIGHT[d].astype("float64")), d if d in FLOATS else "float64")
    g.case("clip", [f"$l_{d}", 3, 100], np.clip(LEFT[d], 3, 100))

# where, clip, isclose, allclose, cast
c = g.give("c", np.array([[True], [False], [True]]))
C = np.array([[True], [False], [True]])
for d in DTYPES:
    g.case("where", [c, f"$l_{d}", f"$r_{d}"], np.where(C, LEFT[d], RIGHT[d]))
g.case("where", [c, "$l_float32", 0], np.where(C, LEFT["float32"], np.float32(0)))
g.case("where", [c, "$l_int8", "$r_float32"], np.where(C, LEFT["int8"], RIGHT["float32"]))
g.case("clip", ["$x_float64", -1, 1.5], np.clip(X["float64"], -1, 1.5))
near = np.array([1.0, 1.00000001, 1.1, 0.0, 1e-9, inf, -inf, nan])
other = np.array([1.0, 1.0, 1.0, 1e-9, 0.0, inf, inf, nan])
g.give("near", near)
g.give("other", other)
g.case("isclose", ["$near", "$other"], np.isclose(near, other))
g.case("isclose", ["$near", "$other", {"options": {"equalNan": True}}], np.isclose(near, other, equal_nan=True))
g.case("isclose", ["$near", "$other", {"options": {"rtol": 0.2, "atol": 0}}], np.isclose(near, other, rtol=0.2, atol=0))
g.case("allclose", ["$near", "$other"], np.allclose(near, other))
g.case("allclose", ["$near", "$near"], np.allclose(near, near))
g.case("allclose", ["$l_float64", "$l_float64"], True)
whole = np.array([-1.9, -1.0, -0.0, 0.0, 1.0, 1.9, 100.25])
g.give("whole", whole)
wide = np.array([0, 1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, -1, -128, -129, 2147483647], "int32")
g.give("wide", wide)
for d in DTYPES:
    g.case("cast", ["$wide", d], wide.astype(d))
    if d[0] != "u":
        g.case("cast", ["$whole", d], whole.astype(d))
    g.case("cast", [f"$x_{d}", "float32"], X[d].astype("float32"))

# Broadcasting: ranks, lengths of 1 on either side, nothing at all.
SHAPES = [((3, 1), (1, 4)), ((4,), (3, 4)), ((), (2, 2)), ((2, 1, 3), (2, 1)), ((0, 3), (1, 3)), ((1, 0), (2, 1)), ((1,), (1,)), ((), ()), ((1, 1), (1,)), ((0,), (1,)), ((1,), (5,))]
for i, (s, t) in enumerate(SHAPES):
    p, q = np.arange(np.prod(s), dtype="float64").reshape(s) + 0.5, np.arange(np.prod(t), dtype="float64").reshape(t) * 10
    g.give(f"s{i}", p)
    g.give(f"t{i}", q)
    g.case("add", [f"$s{i}", f"$t{i}"], p + q)
    g.case("lt", [f"$s{i}", f"$t{i}"], p < q)
    g.case("where", [f"$s{i}", f"$t{i}", -1], np.where(p != 0, q, -1))
g.write()
