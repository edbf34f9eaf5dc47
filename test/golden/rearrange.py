"""Decompositions over other ops: made, repeated, cut, turned, padded, diagonals, products over axes, writes to parts."""
import numpy as np

from golden import DTYPES, Golden

g = Golden("rearrange")
x = np.arange(24.0).reshape(2, 3, 4)
X = g.give("x", x)
m = np.arange(6, dtype="int32").reshape(2, 3)
M = g.give("m", m)
v = np.array([1.5, -2, 0, 4], "float32")
V = g.give("v", v)
b = np.array([[True, False, True]])
B = g.give("b", b)
s = g.give("s", np.array(7.0))
E = g.give("e", np.zeros((0, 3)))
options = lambda **kw: {"options": kw}
S = lambda *bounds: {"slice": [None, bounds[0], None] if len(bounds) == 1 else [*bounds, None][:3]}

# make
g.case("fill", [X, 2.5], np.full_like(x, 2.5))
g.case("fill", [M, 3], np.full_like(m, 3))
g.case("fill", [X, V], np.broadcast_to(v, (2, 3, 4)))
for args in [(0, 3, 4), (1, -1, 3), (0, 0, 1), (2, 3, 0)]:
    g.case("logspace", args, np.logspace(*args), rough=True)
g.case("logspace", [0, 2], np.logspace(0, 2), rough=True)
g.case("logspace", [0, 4, 5, 2], np.logspace(0, 4, 5, base=2), rough=True)
for n, k in [((3, 3), 0), ((2, 4), 1), ((4, 2), -1), ((3, 3), 5), ((3, 3), -5), ((0, 2), 0)]:
    g.case("tri", [*n, k], np.tri(*n, k))
g.case("tri", [3], np.tri(3))
g.case("tri", [2, 3, 0, "int8"], np.tri(2, 3, 0, "int8"))
for k in [0, 1, -1, 2, -3, 9]:
    for name, a in [(X, x), (M, m), (B, b), (E, np.zeros((0, 3)))]:
        g.case("tril", [name, k], np.tril(a, k))
        g.case("triu", [name, k], np.triu(a, k))
    g.case("diag", [V, k], np.diag(v, k))
    g.case("diag", [M, k], np.diag(m, k))
    g.case("diag", [E, k], np.diag(np.zeros((0, 3)), k))
g.case("diag", [M], np.diag(m))
g.case("diag", [V], np.diag(v))
nan = g.give("nan", np.array([[np.nan, 1], [2, np.inf]]))
g.case("tril", [nan], np.array([[np.nan, 0], [2, np.inf]]))
g.case("diag", [g.give("ends", np.array([np.nan, np.inf]))], np.array([[np.nan, 0], [0, np.inf]]))
g.case("trace", [M], np.int32(np.trace(m)))
g.case("trace", [nan], np.nan)
g.case("trace", [E], 0.0)
g.case("identityLike", [M], np.eye(2, 3, dtype="int32"))
g.case("identityLike", [nan], np.eye(2))
g.case("identityLike", [M, "float32"], np.eye(2, 3, dtype="float32"))
for indexing in ["xy", "ij"]:
    for part in range(3):
        if part < 2:
            g.case("meshgrid", [V, "$ends", options(indexing=indexing)], np.meshgrid(v, [np.nan, np.inf], indexing=indexing)[part], ["float32", "float64"][part], part=part)
        g.case("meshgrid", [V, "$ends", s, options(indexing=indexing)], np.meshgrid(v, [np.nan, np.inf], 7.0, indexing=indexing)[part], ["float32", "float64", "float64"][part], part=part)
g.case("meshgrid", [V], v, part=0)
g.case("meshgrid", [V, V], np.meshgrid(v, v)[1], part=1)
g.case("mgrid", [S(0, 3), S(1, 7, 2)], np.mgrid[0:3, 1:7:2], "int32")
g.case("mgrid", [S(4)], np.mgrid[:4], "int32")

# repeated, cut, turned, padded
for reps in [2, [2], [1, 2], [3, 1], [2, 1, 2], [2, 1, 1, 2], [0], [1, 1]]:
    for name, a in [(X, x), (M, m), (V, v)]:
        if np.size(reps) <= 3 or name is M:
            g.case("tile", [name, reps], np.tile(a, reps))
g.case("tile", [s, 3], np.tile(7.0, 3))
g.case("repeat", [M, 2], np.repeat(m, 2))
g.case("repeat", [s, 2], np.repeat(7.0, 2))
for axis in [0, 1, -1]:
    g.case("repeat", [X, 3, options(axis=axis)], np.repeat(x, 3, axis))
g.case("repeat", [X, 0, 1], np.repeat(x, 0, 1))
g.case("repeat", [M, [2, 0, 1], options(axis=1)], np.repeat(m, [2, 0, 1], 1))
g.case("repeat", [M, [2], options(axis=1)], np.repeat(m, [2], 1))
g.case("repeat", [V, [1, 0, 2, 1]], np.repeat(v, [1, 0, 2, 1]))
for part in range(2):
    g.case("split", [X, 2, options(axis=2)], np.split(x, 2, 2)[part], part=part)
    g.case("split", [M, 2], np.split(m, 2)[part], part=part)
for part in range(3):
    g.case("split", [X, [1, 0, 3], options(axis=-1)], np.split(x, [1, 1], 2)[part], part=part)
    g.case("split", [M, 3, 1], np.split(m, 3, 1)[part], part=part)
for axis in [None, 0, 1, -1, [0, 2]]:
    at = [] if axis is None else [options(axis=axis)]
    g.case("flip", [X, *at], np.flip(x, tuple(axis) if isinstance(axis, list) else axis))
g.case("flip", [V], v[::-1])
g.case("flip", [E], np.zeros((0, 3)))
g.case("flip", [s], 7.0)
for shift in [1, -1, 5, 0, -9]:
    g.case("roll", [X, shift], np.roll(x, shift))
    for axis in [0, 1, -1]:
        g.case("roll", [X, shift, options(axis=axis)], np.roll(x, shift, axis))
g.case("roll", [X, [1, 2], options(axis=[0, 2])], np.roll(x, (1, 2), (0, 2)))
g.case("roll", [X, 1, [0, 1]], np.roll(x, 1, (0, 1)))
g.case("roll", [E, 2, 0], np.zeros((0, 3)))
for mode in ["constant", "edge", "wrap"]:
    at = options(mode=mode) if mode != "constant" else {"options": {}}
    for name, a, widths in [(V, v, 2), (V, v, [1, 3]), (V, v, [0, 0]), (M, m, 1), (M, m, [0, 2]), (M, m, [[1, 0], [2, 3]]), (M, m, [[1, 2]]), (V, v, [[2, 7]]), (B, b, 1)]:
        g.case("pad", [name, widths, at], np.pad(a, widths, mode))
g.case("pad", [M, [[1, 0], [0, 2]], options(value=-1)], np.pad(m, [[1, 0], [0, 2]], constant_values=-1))
g.case("pad", [E, [[1, 0], [0, 1]]], np.pad(np.zeros((0, 3)), [[1, 0], [0, 1]]))

# reductions
holes = np.array([[1, np.nan, 3], [np.nan, np.nan, np.nan], [np.inf, 1, -2]])
H = g.give("holes", holes)
for axis in [None, 0, 1]:
    at = [] if axis is None else [options(axis=axis)]
    g.case("nansum", [H, *at], np.nansum(holes, axis))
    g.case("nansum", [M, *at], np.nansum(m, axis), "int32")
g.case("average", [X], np.average(x))
g.case("average", [X, options(axis=1, keepdims=True)], np.average(x, 1, keepdims=True))
w = np.array([1.0, 2, 0.5])
W = g.give("w", w)
g.case("average", [X, options(axis=1, weights=W)], np.average(x, 1, w))
g.case("average", [X, options(axis=1, weights=W, keepdims=True)], np.average(x, 1, w, keepdims=True))
g.case("average", [M, options(axis=-1, weights=W)], np.average(m, -1, w))
g.case("average", [X, options(weights=X)], np.average(x, weights=x))
g.case("average", [X, options(axis=[0, 2], weights=X)], (x * x).sum((0, 2)) / x.sum((0, 2)))

# along an axis, and writes to parts
i = np.array([[2, 0, -1], [1, 1, -3]], "int32")
I = g.give("i", i)
for axis in [0, 1, -1]:
    j = i % 2 - (i < 0) * 2 if axis == 0 else i
    g.case("takeAlongAxis", [M, g.give(f"j{axis}", j.astype("int32")), options(axis=axis)], np.take_along_axis(m, j, axis))
g.case("takeAlongAxis", [M, I], np.take_along_axis(m, i, -1))
wide = np.array([[[3], [0], [1]], [[2], [2], [-4]]], "int8")
g.case("takeAlongAxis", [X, g.give("wide", wide)], np.take_along_axis(x, wide.astype(int), -1))
g.case("takeAlongAxis", [X, g.give("thin", wide[:1]), 2], np.take_along_axis(x, wide[:1].astype(int), 2))
g.case("takeAlongAxis", [V, g.give("k", np.array([3, 3, 0, -1, 2], "int16"))], v[[3, 3, 0, -1, 2]])


def write(name, a, value, y, *reads):
    """Each read is an index; the part is the last read of the one before."""
    part, key, put, more = name, [], a.copy(), a.copy()
    for entries in reads:
        part = {"call": ["at", part, *entries]}
    target = more
    for entries in reads[:-1]:
        target = target[tuple(entries)]
    last = tuple(slice(*e["slice"]) if isinstance(e, dict) else e for e in reads[-1])
    target[last] += np.asarray(y).astype(a.dtype)
    target = put
    for entries in reads[:-1]:
        target = target[tuple(entries)]
    target[last] = y
    g.case("setSubtensor", [part, value], put)
    g.case("incSubtensor", [part, value], more)


write(V, v, 7, 7, [3])
write(V, v, g.give("two", np.array([1.0, 2], "float32")), np.array([1.0, 2]), [S(1, 3)])
write(M, m, 5, 5, [1])
write(M, m, 5, 5, [S(None, None), 1])
write(M, m, 5, 5, [1], [2])
write(X, x, V, v, [1], [0])
write(X, x, V, v, [1], [S(0, 2)])
cut = g.give("cut", np.arange(10.0))
g.case("setSubtensor", [{"call": ["at", {"call": ["at", cut, S(2, 8)]}, S(1, 3)]}, -1], np.array([2.0, -1, -1, 5, 6, 7]))
g.case("incSubtensor", [{"call": ["at", V, g.give("twice", np.array([1, 1, -1], "int32"))]}, 10], np.array([1.5, 18, 0, 14], "float32"))
g.case("incSubtensor", [{"call": ["take", M, "$twice", options(axis=1)]}, 10], np.array([[0, 21, 12], [3, 24, 15]], "int32"))

# products over axes; quarters, whose sums are exact
rng = np.random.default_rng(5)
SHAPES = {"a2": (3, 4), "a3": (2, 3, 4), "b3": (4, 3, 2), "a4": (2, 3, 4, 2), "c1": (4,), "c2": (5, 4), "one": (1, 3)}
A = {k: np.round(rng.normal(size=n) * 4) / 4 for k, n in SHAPES.items()}
for k, a in A.items():
    g.give(k, a)
for p, q, axes in [("a2", "b3", 1), ("a3", "b3", [[2, 1], [0, 1]]), ("a3", "b3", [[-1], [0]]), ("a3", "b3", [[1, 2, 0], [1, 0, 2]]), ("a2", "c2", 0), ("a3", "b3", [2, 0]), ("c1", "c1", 1), ("a4", "a3", [[0, 1, 2], [0, 1, 2]])]:
    g.case("tensordot", [f"${p}", f"${q}", axes], np.tensordot(A[p], A[q], axes), anyZero=True)
g.case("tensordot", ["$a3", "$a2"], np.tensordot(A["a3"], A["a2"]), anyZero=True)
g.case("tensordot", ["$a3", "$a2", options(axes=2)], np.tensordot(A["a3"], A["a2"]), anyZero=True)
for p, q in [("a2", "c2"), ("c1", "c2"), ("a3", "c1"), ("c1", "c1"), ("a3", "c2")]:
    g.case("inner", [f"${p}", f"${q}"], np.inner(A[p], A[q]), anyZero=True)
g.case("inner", [s, "$c1"], 7 * A["c1"], anyZero=True)
batched = lambda subscripts, p, q: np.einsum(subscripts, A[p], A[q])
g.case("batchedTensordot", ["$a3", "$a4", 2], batched("nij,nijk->nk", "a3", "a4"), anyZero=True)
g.case("batchedTensordot", ["$a3", "$a4"], batched("nij,nijk->nk", "a3", "a4"), anyZero=True)
g.case("batchedTensordot", ["$a3", "$a4", [[2], [2]]], batched("nij,nkjl->nikl", "a3", "a4"), anyZero=True)
g.case("batchedTensordot", ["$a3", "$a3", [[1, 2], [1, 2]]], batched("nij,nij->n", "a3", "a3"), anyZero=True)
for p, q in [("a2", "b3"), ("c1", "c1"), ("a2", "one"), ("c1", "a2"), ("a2", "c1")]:
    if np.kron(A[p], A[q]).size < 300:
        g.case("kron", [f"${p}", f"${q}"], np.kron(A[p], A[q]), anyZero=True)
g.case("kron", [M, M], np.kron(m, m))
g.case("kron", [s, V], 7 * v.astype("float64"), anyZero=True)
g.write()
