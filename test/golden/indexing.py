"""Basic indexing, slices of every sign, masks, integer arrays, take, pick, oneHot."""
import itertools

import numpy as np

from golden import Golden

g = Golden("indexing")
x = np.arange(24.0).reshape(2, 3, 4)
X = g.give("x", x)
v = np.arange(10, dtype="int32") * 10
V = g.give("v", v)
m = np.arange(12, dtype="float32").reshape(3, 4)
M = g.give("m", m)
S = lambda start=None, stop=None, step=None: {"slice": [start, stop, step]}
N = {"newaxis": 1}


def at(name, a, *entries):
    def python(e):
        if isinstance(e, dict):
            return slice(*e["slice"]) if "slice" in e else None
        return e
    g.case("at", [name, *entries], a[tuple(python(e) for e in entries)])


for i in [0, 3, 9, -1, -10]:
    at(V, v, i)
for i in [0, 1, -1, -2]:
    at(X, x, i)
at(X, x, 1, 2)
at(X, x, -1, 0, 3)
at(X, x, S(), 1)
at(X, x, S(), S(), -1)
at(X, x, N, 1, S(1, 3), N)
at(X, x, S(None, None, -1), 0, S(3, 0, -2))
at(X, x, 0, S(1, None), S(None, None, 2))
at(X, x, S(0, 0), S(), N)
at(V, v, N)
at(V, v, S(), N)
at(M, m, S(1, -1), 0, N)
bounds = [None, -12, -4, -1, 0, 2, 9, 10, 14]
for start, stop in itertools.product(bounds, bounds):
    for step in [None, 3, -1, -2]:
        at(V, v, S(start, stop, step))
at(g.give("empty", np.zeros((0, 2))), np.zeros((0, 2)), S(0, 5), 1)
at("$empty", np.zeros((0, 2)), S(None, None, -1))

# One integer array or mask.
i = np.array([2, 0, -1, 2], "int32")
I = g.give("i", i)
i2 = np.array([[0, 1], [1, 0]], "int16")
I2 = g.give("i2", i2)
g.case("at", [V, I], v[i])
g.case("at", [M, I], m[i])
g.case("at", [M, S(), I], m[:, i])
g.case("at", [X, I2], x[i2])
g.case("at", [X, S(), S(1, None), I2], x[:, 1:, i2])
g.case("at", [X, 1, I], x[1, i])
mask = v % 20 == 0
K = g.give("mask", mask)
g.case("at", [V, K], v[mask])
g.case("at", [V, g.give("none", np.zeros(10, bool))], v[np.zeros(10, bool)])
rows = np.array([True, False, True])
R = g.give("rows", rows)
g.case("at", [M, R], m[rows])
g.case("at", [X, S(), R], x[:, rows])
mm = m % 3 == 1
MM = g.give("mm", mm)
g.case("at", [M, MM], m[mm])
g.case("at", [X, S(), MM], x[:, mm])

for axis in [0, 1, 2, -1]:
    g.case("take", [X, g.give("t", np.array([1, 0, 1], "int32")), {"options": {"axis": axis}}], np.take(x, [1, 0, 1], axis))
    g.case("take", [X, I2, {"options": {"axis": axis}}], np.take(x, i2, axis))
g.case("take", [X, g.give("flat", np.array([23, 0, -1], "int32"))], np.take(x, [23, 0, -1]))
g.case("take", [X, 5], np.take(x, 5))
g.case("take", [M, 2, {"options": {"axis": 1}}], np.take(m, 2, 1))
far = np.array([-7, -1, 0, 3, 4, 11], "int32")
F = g.give("far", far)
for mode in ["wrap", "clip"]:
    g.case("take", [M, F, {"options": {"axis": 1, "mode": mode}}], np.take(m, far, 1, mode=mode))
    g.case("take", [M, F, {"options": {"mode": mode}}], np.take(m, far, mode=mode))
g.case("take", [M, g.give("nothing", np.zeros(0, "int32")), {"options": {"axis": 0}}], m[np.zeros(0, int)])

p = np.array([3, 0, 2], "int32")
g.case("pick", [M, g.give("p", p)], m[np.arange(3), p])
p2 = np.array([[0, 1, 2], [3, 3, 0]], "uint8")
g.case("pick", [X, g.give("p2", p2)], np.take_along_axis(x, p2[..., None].astype(int), -1)[..., 0])
g.case("pick", [V, 4], v[4])
g.case("oneHot", ["$p", 4], np.eye(4)[p])
g.case("oneHot", ["$p2", 5, "float32"], np.eye(5, dtype="float32")[p2])
g.case("oneHot", [2, 3], np.eye(3)[2])
g.case("oneHot", [g.give("outside", np.array([-1, 1, 7], "int32")), 3], np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]], float))


def write(name, a, value, y, *entries):
    """x[entries] = y and x[entries] += y, on a copy: the ops `set` and `inc` of load.ts."""
    key = tuple(slice(*e["slice"]) if isinstance(e, dict) else e for e in entries)
    put, more = a.copy(), a.copy()
    put[key] = y
    more[key] += np.asarray(y).astype(a.dtype)
    g.case("set", [name, list(entries), value], put)
    g.case("inc", [name, list(entries), value], more)


write(V, v, 7, 7, 3)
write(V, v, 7, 7, -1)
write(V, v, g.give("two", np.array([1, 2], "int32")), np.array([1, 2]), S(1, 3))
write(V, v, "$two", np.array([1, 2]), S(8, 1, -4))
write(M, m, 0.5, 0.5, 1, 2)
write(M, m, g.give("four", np.array([1, 2, 3, 4], "float32")), np.array([1, 2, 3, 4]), 1)
write(M, m, "$four", np.array([1, 2, 3, 4]), S())
write(M, m, g.give("col", np.array([[1], [2], [3]], "float32")), np.array([[1], [2], [3]]), S(), S(1, 3))
write(X, x, "$col", np.array([[1], [2], [3]]), -1)
write(X, x, -1, -1, S(), S(0, 0))
g.write()
