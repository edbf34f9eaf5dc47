"""Arrays made of shapes and ranges."""
import numpy as np

from golden import DTYPES, Golden

g = Golden("make")
x = np.array([[1.5, -2.0], [3.0, 4.0]], "float32")
X = g.give("x", x)
i = g.give("i", np.array([1, 2, 3], "int8"))
for d in DTYPES:
    g.case("zeros", [[2, 3], d], np.zeros((2, 3), d))
    g.case("ones", [[2], d], np.ones(2, d))
    g.case("full", [[2, 2], 1, d], np.full((2, 2), 1, d))
    g.case("eye", [2, 3, 1, d], np.eye(2, 3, 1, d))
g.case("zeros", [[2]], np.zeros(2))
g.case("ones", [[]], np.ones(()))
g.case("zeros", [[0, 3]], np.zeros((0, 3)))
g.case("full", [[3], 2.5], np.full(3, 2.5))
g.case("full", [[3], 2.5, "float32"], np.full(3, 2.5, "float32"))
g.case("zerosLike", [X], np.zeros_like(x))
g.case("onesLike", [X], np.ones_like(x))
g.case("onesLike", [i], np.ones(3, "int8"))
g.case("onesLike", [X, "int32"], np.ones((2, 2), "int32"))
g.case("fullLike", [X, 0.1], np.full_like(x, 0.1))
g.case("fullLike", [i, 7], np.full(3, 7, "int8"))
for n, m, k in [(3, None, 0), (2, 4, 0), (4, 2, 0), (3, 3, 1), (3, 3, -1), (3, 3, 5), (0, 3, 0)]:
    g.case("eye", [n, m if m is not None else n, k], np.eye(n, m, k))
g.case("eye", [3], np.eye(3))
g.case("identity", [3], np.identity(3))
g.case("identity", [2, "float32"], np.identity(2, "float32"))
for args in [(5,), (0,), (-3,), (2, 7), (7, 2), (0, 10, 3), (10, 0, -3), (10, 0, 3), (1, 10, 3)]:
    g.case("arange", args, np.arange(*args), "int32")
for args in [(2.5,), (0.5, 3), (0, 1, 0.25), (1, 0, -0.3)]:
    g.case("arange", args, np.arange(*args), "float64")
g.case("arange", [0, 4, 1, "float32"], np.arange(4, dtype="float32"))
for args in [(0, 1, 5), (2, 3, 1), (1, 1, 3), (5, -5, 11), (0, 1, 0)]:
    g.case("linspace", args, np.linspace(*args))
g.case("linspace", [0, 1], np.linspace(0, 1))
g.write()
