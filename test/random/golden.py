"""Data of the tests of random streams: blocks of Philox4x32-10 as the package randomgen (an implementation in C) makes them; quantiles,
probabilities and critical values of SciPy; exp, log and their kin with 40 digits. Needs numpy scipy randomgen mpmath. Run:
python golden.py > golden.json"""
import json

import mpmath as mp
import numpy as np
import scipy.stats as st
from randomgen import Philox

mp.mp.dps = 40
ALPHA = 0.001
DRAWS = 40000
# Rejection whose constants are slightly wrong is found by many draws only.
COUNTS = 400000
BINS = 64


def block(counter, key):
    """randomgen counts before it encrypts."""
    whole = sum(int(c) << (32 * i) for i, c in enumerate(counter)) - 1
    p = Philox(counter=whole % 2**128, key=int(key[0]) + (int(key[1]) << 32), number=4, width=32)
    return [int(w) for w in p.random_raw(4)]


rng = np.random.default_rng(20261120)
cases = rng.integers(0, 2**32, (40, 6)).tolist() + [[0, 1, 0, 0, 7, 0], [5, 0, 0, 0, 0, 9], [2**31, 2, 3, 4, 5, 2**32 - 1]]


def continuous(op, parameters, d):
    """The inner edges of BINS bins of equal probability."""
    return {"op": op, "parameters": parameters, "edges": d.ppf(np.arange(1, BINS) / BINS).tolist(), "mean": float(d.mean()), "std": float(d.std())}


def discrete(op, parameters, d):
    """Bins of at least 20 expected draws: their last values and their probabilities."""
    edges, probabilities, last = [], [], 0.0
    low, high = int(d.ppf(1e-9)), int(d.ppf(1 - 1e-9))
    width = max(1, (high - low) // 40)
    for k in range(low, high + 1, width):
        p = float(d.cdf(k)) - last
        if p * COUNTS >= 20 and (1 - p - last) * COUNTS >= 20:
            edges.append(k)
            probabilities.append(p)
            last += p
    probabilities.append(1 - last)
    return {"op": op, "parameters": parameters, "edges": edges, "probabilities": probabilities, "critical": float(st.chi2.ppf(1 - ALPHA, len(edges))), "mean": float(d.mean()), "std": float(d.std())}


def values(f, points):
    return [[x, float(f(mp.mpf(x)))] for x in points]


logs = np.concatenate([10.0 ** rng.uniform(-300, 300, 40), 1 + rng.uniform(-0.3, 0.4, 40), 1 + 10.0 ** rng.uniform(-16, -2, 20)]).tolist()
exps = np.concatenate([rng.uniform(-707, 709, 40), rng.uniform(-1, 1, 40), 10.0 ** rng.uniform(-16, -2, 20)]).tolist()
small = np.concatenate([rng.uniform(-0.9, 2, 30), -(10.0 ** rng.uniform(-18, -1, 30))]).tolist()
tails = np.concatenate([rng.uniform(-0.499, 0.499, 60), 0.5 - 2.0 ** -rng.integers(5, 53, 20), [2.0**-53]]).tolist()
counts = [0, 1, 2, 5, 9, 10, 11, 50, 1000, 10**6]


def quantile(q):
    """From the tail, where 1/2 - |q| is exact."""
    p = mp.mpf(1) / 2 - abs(q)
    z = mp.findroot(lambda x: mp.log(mp.erfc(x / mp.sqrt(2)) / 2) - mp.log(p), float(st.norm.isf(float(p)))) if q else mp.mpf(0)
    return z if q > 0 else -z


def stirling(k):
    return mp.loggamma(k + 1) - (mp.log(2 * mp.pi) / 2 + (k + mp.mpf(1) / 2) * mp.log(k + 1) - (k + 1))


golden = {
    "philox": [{"counter": c[:4], "key": c[4:], "words": block(c[:4], c[4:])} for c in cases],
    "alpha": ALPHA,
    "draws": DRAWS,
    "counts": COUNTS,
    # Kolmogorov and Smirnov's statistic; chi-square of BINS bins and of others, by degrees of freedom; a normal variable, two-sided
    "ks": float(st.kstwo.ppf(1 - ALPHA, DRAWS)),
    "chiSquare": {str(df): float(st.chi2.ppf(1 - ALPHA, df)) for df in [1, 2, 3, 6, 9, 11, 15, 23, 63, 99, 119, 225, 255]},
    "normal": float(st.norm.ppf(1 - ALPHA / 2)),
    "continuous": [
        continuous("uniform", [0, 1], st.uniform(0, 1)),
        continuous("uniform", [-2, 3], st.uniform(-2, 5)),
        continuous("normal", [0, 1], st.norm(0, 1)),
        continuous("normal", [1, 2], st.norm(1, 2)),
        continuous("exponential", [2], st.expon(scale=2)),
        *[continuous("gamma", [k, 2], st.gamma(k, scale=2)) for k in [0.05, 0.3, 1, 2.5, 30, 1e5]],
        *[continuous("beta", [a, b], st.beta(a, b)) for a, b in [(0.2, 0.3), (0.5, 4), (1, 1), (2, 3), (5, 0.5), (300, 700)]],
    ],
    "discrete": [
        *[discrete("poisson", [m], st.poisson(m)) for m in [0.3, 5, 9.99, 10, 30, 1000, 1e8]],
        *[
            discrete("binomial", [n, p], st.binom(n, p))
            for n, p in [(1, 0.3), (5, 0.3), (20, 0.9), (40, 0.2499), (40, 0.25), (40, 0.75), (1000, 0.3), (1000000, 0.6), (100000, 1e-5), (2000000000, 0.5)]
        ],
        discrete("integers", [0, 7], st.randint(0, 7)),
        discrete("integers", [-100, 156], st.randint(-100, 156)),
        discrete("bernoulli", [0.5], st.bernoulli(0.5)),
        discrete("bernoulli", [0.3], st.bernoulli(0.3)),
        discrete("bernoulli", [0.001], st.bernoulli(0.001)),
    ],
    "log": values(mp.log, logs),
    "exp": values(mp.exp, exps),
    "log1p": values(mp.log1p, small),
    "normalQuantile": values(quantile, tails),
    "stirlingRest": values(stirling, counts),
}
print(json.dumps(golden, separators=(",", ":")))
