"""dot, matmul, outer, batchedDot over ranks and dtypes."""
import numpy as np

from golden import DTYPES, Golden

g = Golden("linear")
rng = np.random.default_rng(2)
SHAPES = {"s": (), "v3": (3,), "v4": (4,), "m34": (3, 4), "m43": (4, 3), "m13": (1, 3), "m31": (3, 1), "t": (2, 3, 4), "u": (2, 4, 3), "u1": (1, 4, 2), "q": (5, 1, 4, 3), "e": (0, 3), "z": (3, 0)}
# Quarters: sums of products are exact, whatever their order.
A = {k: np.round(rng.normal(size=s) * 4) / 4 for k, s in SHAPES.items()}
for k, a in A.items():
    g.give(k, a)
for a in SHAPES:
    for b in SHAPES:
        for name, f in {"dot": np.dot, "matmul": np.matmul}.items():
            try:
                result = f(A[a], A[b])
            except ValueError:
                continue
            if result.size <= 250:
                g.case(name, [f"${a}", f"${b}"], result, anyZero=True)
for a, b in [("v3", "v4"), ("m34", "v3"), ("v3", "e"), ("s", "v3")]:
    g.case("outer", [f"${a}", f"${b}"], np.outer(A[a], A[b]))
g.case("batchedDot", ["$t", "$u"], A["t"] @ A["u"])
for p in DTYPES:
    for q in dict.fromkeys([p, "float32", "int32"]):
        left = g.give(f"l_{p}", np.array([[1, 0], [1, 1]]).astype(p))
        right = g.give(f"r_{q}", np.array([[1, 1], [0, 1]]).astype(q))
        result = np.array([[1, 0], [1, 1]]) @ np.array([[1, 1], [0, 1]])
        t = str(np.result_type(np.dtype(p), np.dtype(q)))
        g.case("dot", [left, right], result, {"int64": "float64", "bool": "int32"}.get(t, t))
g.write()
