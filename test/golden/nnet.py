"""Softmax and the losses, against SciPy where it has them."""
import numpy as np
from scipy import special

from golden import FLOATS, Golden

np.seterr(all="ignore")
g = Golden("nnet")
rng = np.random.default_rng(3)
x = rng.normal(size=(3, 4)) * 3
huge = np.array([[1000.0, 1001.0, 999.0], [-1000.0, -1000.0, -1001.0], [0.0, -np.inf, 0.0], [800.0, -800.0, 0.0]])
t3 = rng.normal(size=(2, 3, 2))
for name, f in {"softmax": special.softmax, "logSoftmax": special.log_softmax}.items():
    for d in FLOATS:
        a = g.give(f"x_{d}", x.astype(d))
        g.case(name, [a], f(x.astype(d).astype("float64"), axis=-1), d, rough=True)
        g.case(name, [a, {"options": {"axis": 0}}], f(x.astype(d).astype("float64"), axis=0), d, rough=True)
    g.case(name, [g.give("huge", huge)], f(huge, axis=-1))
    # log(sum of four numbers in [0, 1], one of them 1): its absolute error is the sum's relative one, three roundings and those of exp.
    g.case(name, [g.give("row", x[0])], f(x[0]), absolute=name == "logSoftmax" and 2**-51)
    g.case(name, [g.give("t3", t3), {"options": {"axis": 1}}], f(t3, axis=1))
    g.case(name, ["$t3", {"options": {"axis": [0, 2]}}], f(t3, axis=(0, 2)))
    g.case(name, [g.give("i", np.array([[1, 2], [3, 1]], "int32"))], f(np.array([[1.0, 2.0], [3.0, 1.0]]), axis=-1))
    g.case(name, [g.give("none", np.zeros((0, 3)))], np.zeros((0, 3)))
g.case("logsumexp", ["$huge", {"options": {"axis": 1}}], special.logsumexp(huge, axis=1))
g.case("logsumexp", ["$huge"], special.logsumexp(huge))

p = special.softmax(x, axis=1)
P = g.give("p", p)
y = np.array([2, 0, 3], "int32")
g.case("categoricalCrossentropy", [P, g.give("y", y)], -np.log(p[np.arange(3), y]))
target = special.softmax(x[::-1], axis=1)
g.case("categoricalCrossentropy", [P, g.give("target", target)], -(target * np.log(p)).sum(1))
o, t = np.array([[0.1, 0.5], [0.999, 1e-12]]), np.array([[0.0, 1.0], [1.0, 0.25]])
g.case("binaryCrossentropy", [g.give("o", o), g.give("b", t)], -(t * np.log(o) + (1 - t) * np.log(1 - o)))
z = np.array([[-800.0, 800.0], [0.0, 3.5]])
g.case("sigmoidBinaryCrossentropy", [g.give("z", z), "$b"], np.logaddexp(0, z) - t * z)
g.write()
