"""The error and gamma functions and their kin, with 40 digits: over their whole range, and where they end."""
import mpmath as mp
import numpy as np

from golden import Golden

mp.mp.dps = 40
g = Golden("special")
nan, inf = np.nan, np.inf


def log_gamma(x):
    return mp.loggamma(x) if x > 0 else mp.log(abs(mp.gamma(x)))


def erfcinv(q):
    x = mp.erfinv(1 - q) if q > 1e-20 else mp.sqrt(-mp.log(q * mp.sqrt(-mp.pi * mp.log(q))))
    return mp.findroot(lambda x: mp.log(mp.erfc(x)) - mp.log(q), x) if x > 0 else -erfcinv(2 - q) if x < 0 else x


both = lambda values: [s * v for v in values for s in (1, -1)]
LINE = both([1e-300, 1e-9, 0.1, 0.3, 0.4999, 0.5, 0.7, 0.9999, 1, 1.3, 2, 2.5, 3.7, 5.5])
POSITIVE = [1e-300, 1e-9, 0.1, 0.4999, 0.5, 0.7, 0.99999, 1, 1.00001, 1.4, 1.46163, 1.5, 1.99999, 2, 2.00001, 2.5, 3, 5.3, 9.99, 10, 11.9, 12.1, 17, 23, 24, 40.5, 100, 170.6]
BELOW = [-1e-300, -1e-9, -0.1, -0.4, -0.5, -0.6, -0.9, -1.5, -3.3, -5.75, -11.5, -13.25, -50.5, -150.5]
FINITE = {
    "erf": (mp.erf, LINE),
    "erfc": (mp.erfc, LINE + [8, 15, 26.5, -8]),
    "erfcx": (lambda x: mp.exp(x * x) * mp.erfc(x) if x < 1e5 else (1 - 1 / (2 * x * x)) / (x * mp.sqrt(mp.pi)), LINE + [8, 100, 1e9, 1e300, -15, -26.5]),
    "gelu": (lambda x: x / 2 * mp.erfc(-x / mp.sqrt(2)), LINE + [8, 40, -8, -20, -37]),
    "erfinv": (mp.erfinv, both([1e-300, 1e-9, 0.1, 0.3, 0.5, 0.51, 0.7, 0.99, 0.9999999, 1 - 1e-15])),
    "erfcinv": (erfcinv, [1e-300, 1e-100, 1e-20, 1e-9, 0.1, 0.4999, 0.5, 0.51, 0.7, 0.99, 1.01, 1.3, 1.5, 1.6, 1.9999999]),
    "gamma": (mp.gamma, POSITIVE + BELOW + [171.5, -175.5]),
    "gammaln": (log_gamma, POSITIVE + BELOW + [1e5, 1e300]),
    "psi": (mp.digamma, POSITIVE + BELOW + [1e5, 1e300]),
    "triGamma": (lambda x: mp.polygamma(1, x), [x for x in POSITIVE + BELOW if abs(x) > 1e-100] + [1e5]),
}
ENDS = {
    "erf": ([inf, -inf, nan, 0.0, -0.0, 7, -7], [1, -1, nan, 0.0, -0.0, 1, -1]),
    "erfc": ([inf, -inf, nan, 0.0, 30], [0, 2, nan, 1, 0]),
    "erfcx": ([inf, -inf, nan, 0.0, -30], [0, inf, nan, 1, inf]),
    "gelu": ([inf, -inf, nan, 0.0, -0.0, -50], [inf, -0.0, nan, 0.0, -0.0, -0.0]),
    "erfinv": ([1, -1, nan, 0.0, -0.0, 1.5, -2], [inf, -inf, nan, 0.0, -0.0, nan, nan]),
    "erfcinv": ([0, 2, nan, 1, 2.5, -1], [inf, -inf, nan, 0.0, nan, nan]),
    "gamma": ([inf, -inf, nan, 0.0, -0.0, -1, -20, 172, -300.5], [inf, nan, nan, inf, -inf, nan, nan, inf, -0.0]),
    "gammaln": ([inf, -inf, nan, 0.0, -1, -20, 1, 2], [inf, inf, nan, inf, inf, inf, 0.0, 0.0]),
    "psi": ([inf, -inf, nan, 0.0, -0.0, -1, -20], [inf, nan, nan, -inf, inf, nan, nan]),
    "triGamma": ([inf, -inf, nan, 0.0, -1], [0, nan, nan, inf, inf]),
}
for name, (f, points) in FINITE.items():
    x = np.array(points, float)
    g.case(name, [g.give(f"x_{name}", x)], np.array([float(f(mp.mpf(v))) for v in x]))
    # Near x = 0 some results exceed float32.
    small = x[(abs(x) > 1e-30) & (abs(x) < 30)].astype("float32")
    small = small[abs(small) < 1] if name == "erfinv" else small[small < 2] if name == "erfcinv" else small
    with np.errstate(over="ignore"):
        g.case(name, [g.give(f"single_{name}", small)], np.array([float(f(mp.mpf(float(v)))) for v in small]).astype("float32"))
    ends, values = ENDS[name]
    g.case(name, [g.give(f"ends_{name}", np.array(ends, float))], np.array(values, float), anyZero=True)
i = g.give("i", np.array([1, 2, 5], "int32"))
g.case("gamma", [i], np.array([1.0, 1.0, 24.0]))
g.case("erf", [g.give("u", np.array([0, 1], "uint8"))], np.array([0.0, float(mp.erf(1))]), "float32")
g.write()
