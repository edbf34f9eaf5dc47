"""Minimax polynomials with coefficients of a float format: Remez' exchange on a dense grid, coefficients rounded one after
the other, those that are left fitted again. With mpmath at 60 digits (gmpy2 makes it faster)."""
import mpmath as mp

mp.mp.dps = 60


def rounded(c, bits):
    """The nearest number of 53 or 24 bits (or fewer)."""
    if c == 0:
        return mp.mpf(0)
    scale = mp.mpf(2) ** (bits - 1 - mp.floor(mp.log(abs(c), 2)))
    return mp.nint(c * scale) / scale


def remez(values, weights, columns):
    """Coefficients c with max |weight·(Σ c_k·column_k - value)| least, and that maximum."""
    n, points = len(columns), len(values)
    if n == 0:
        return [], max(abs(w * v) for v, w in zip(values, weights))
    chosen = sorted({round((points - 1) * (1 - mp.cos(mp.pi * i / n)) / 2) for i in range(n + 1)})
    best = None
    for _ in range(60):
        a = mp.matrix(n + 1, n + 1)
        b = mp.matrix(n + 1, 1)
        for i, p in enumerate(chosen):
            for k in range(n):
                a[i, k] = columns[k][p]
            a[i, n] = (-1) ** i / weights[p]
            b[i] = values[p]
        c = mp.lu_solve(a, b)
        error = [weights[p] * (sum(c[k] * columns[k][p] for k in range(n)) - values[p]) for p in range(points)]
        worst = max(abs(e) for e in error)
        if best is None or worst < best[1]:
            best = ([c[k] for k in range(n)], worst)
        if worst <= abs(c[n]) * mp.mpf("1.02"):
            break
        chosen = exchanged(error, n + 1)
    return best


def least_squares(values, weights, columns):
    """As remez, but the sum of squares is least (the grid is dense at its ends, so that the maximum is not far from it)."""
    scaled = [[w * x for w, x in zip(weights, column)] for column in columns]
    target = [w * v for w, v in zip(weights, values)]
    n = len(columns)
    a = mp.matrix(n, n)
    b = mp.matrix(n, 1)
    for i in range(n):
        b[i] = mp.fdot(scaled[i], target)
        for k in range(n):
            a[i, k] = mp.fdot(scaled[i], scaled[k])
    return list(mp.lu_solve(a, b)), None


def exchanged(error, count):
    """The largest error of each run of one sign; the smallest dropped from an end, or in pairs, until `count` are left."""
    runs = []
    for p, e in enumerate(error):
        if runs and (error[runs[-1]] > 0) == (e > 0):
            if abs(e) > abs(error[runs[-1]]):
                runs[-1] = p
        else:
            runs.append(p)
    while len(runs) > count:
        if len(runs) == count + 1:
            runs.pop(0 if abs(error[runs[0]]) < abs(error[runs[-1]]) else -1)
            continue
        k = min(range(len(runs) - 1), key=lambda i: max(abs(error[runs[i]]), abs(error[runs[i + 1]])))
        del runs[k : k + 2]
    assert len(runs) == count, "the error does not alternate often enough: make the grid finer"
    return runs


def minimax(f, low, high, powers, bits, weight=lambda x: mp.mpf(1), fixed=None, points=None, report=None):
    """f(x) ≈ Σ c_k·x^powers[k] on [low, high], max |weight·error| least, every c_k a number of `bits` bits (a list: of bits[k]).

    fixed: coefficients by power that are given. Returns the coefficients in the order of `powers` (floats), prints the error."""
    low, high = mp.mpf(low), mp.mpf(high)
    n = len(powers)
    points = points or 40 * n
    grid = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * i / (points - 1)) for i in range(points)]
    values = [mp.mpf(f(x)) for x in grid]
    weights = [mp.mpf(weight(x)) for x in grid]
    columns = {p: [x**p for x in grid] for p in powers}
    result = {}
    for p, c in (fixed or {}).items():
        result[p] = mp.mpf(c)
        values = [v - c * x**p for v, x in zip(values, grid)]
    free = [p for p in powers if p not in result]
    ideal = None
    while free:
        # Powers without the constant are no Chebyshev system where 0 is inside: what rounding left is then fitted by squares.
        fit = least_squares if low < 0 < high and ideal else remez
        c, error = fit(values, weights, [columns[p] for p in free])
        ideal = ideal or error
        p = free.pop(0)
        r = rounded(c[0], bits if isinstance(bits, int) else bits[powers.index(p)])
        result[p] = r
        values = [v - r * x for v, x in zip(values, columns[p])]
    error = max(abs(w * v) for v, w in zip(values, weights))
    print(f"  {report or f.__name__}: {n} terms, error 2^{mp.nstr(mp.log(error, 2), 5)} (not rounded 2^{mp.nstr(mp.log(ideal, 2), 5) if ideal else '-'})")
    return [float(result[p]) for p in powers]


def rational(f, low, high, upper, lower, bits, weight=lambda x: mp.mpf(1), report=None):
    """f(x) ≈ (p_0 + … p_upper·x^upper) / (1 + q_1·x + … q_lower·x^lower), max |weight·error| least (Loeb's iteration). Returns p, q (floats)."""
    low, high = mp.mpf(low), mp.mpf(high)
    points = 40 * (upper + lower + 1)
    grid = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * i / (points - 1)) for i in range(points)]
    values = [mp.mpf(f(x)) for x in grid]
    columns = [[x**k for x in grid] for k in range(upper + 1)] + [[-v * x**k for x, v in zip(grid, values)] for k in range(1, lower + 1)]
    below = [mp.mpf(1)] * points
    for _ in range(8):
        c, _ = remez(values, [mp.mpf(weight(x)) / b for x, b in zip(grid, below)], columns)
        below = [1 + sum(c[upper + k] * x**k for k in range(1, lower + 1)) for x in grid]
    p = [rounded(v, bits) for v in c[: upper + 1]]
    q = [mp.mpf(1)] + [rounded(v, bits) for v in c[upper + 1 :]]
    error = max(abs(weight(x) * (mp.polyval(p[::-1], x) / mp.polyval(q[::-1], x) - v)) for x, v in zip(grid, values))
    print(f"  {report or f.__name__}: {upper}/{lower}, error 2^{mp.nstr(mp.log(error, 2), 5)}")
    return [float(v) for v in p], [float(v) for v in q]


def typescript(name, doc, f32, f64):
    """A constant of TypeScript with the coefficients for both formats."""

    def rows(c):
        return ",\n    ".join(", ".join(repr(float(v)) for v in c[i : i + 6]) for i in range(0, len(c), 6))

    return f"/** {doc} */\nexport const {name}: Coefficients = {{\n  32: [\n    {rows(f32)},\n  ],\n  64: [\n    {rows(f64)},\n  ],\n}}\n"
