# bench: NumPy and, where they import, SciPy's erf and PyTensor, one thread, in one process. Commands and answers are those of worker.ts.
import json
import os
import sys
import time

for threads in ('OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS', 'MKL_NUM_THREADS'):
    os.environ[threads] = '1'

import numpy as np

try:
    from scipy.special import erf
except ImportError:
    erf = None


def weyl(dtype, n, seed, low, high):
    i = (np.arange(1, n + 1, dtype=np.uint64) * np.uint64(2654435769) + np.uint64(seed * 40503001)) & np.uint64(0xFFFFFFFF)
    return (low + (high - low) * (i.astype(np.float64) / 4294967296)).astype(dtype)


def root_mean_square(x):
    return float(np.sqrt((np.asarray(x, np.float64) ** 2).mean()))


def square(dtype, n, seed, top):
    return weyl(dtype, n * n, seed, -top, top).reshape(n, n)


def poly(dtype, n):
    x = weyl(dtype, n, 1, -2, 2)
    return lambda: 2 * x + x * x * x, root_mean_square


def sigmoid(dtype, n):
    x = weyl(dtype, n, 1, -2, 2)
    return lambda: 1 / (1 + np.exp(-x)), root_mean_square


def tanh(dtype, n):
    x = weyl(dtype, n, 1, -2, 2)
    return lambda: np.tanh(x), root_mean_square


def black_scholes(dtype, n):
    if erf is None:
        raise ValueError('no SciPy, no erf')
    spot, strike, years = weyl(dtype, n, 1, 50, 150), weyl(dtype, n, 7, 50, 150), weyl(dtype, n, 3, 0.1, 2)
    c = np.dtype(dtype).type

    def normal(d):
        return c(0.5) * (1 + erf(d * c(0.7071067811865476)))

    def run():
        deviation = c(0.2) * np.sqrt(years)
        d1 = (np.log(spot / strike) + c(0.07) * years) / deviation
        return spot * normal(d1) - strike * np.exp(c(-0.05) * years) * normal(d1 - deviation)

    return run, root_mean_square


def total(dtype, n):
    a = weyl(dtype, n, 1, 0, 1)
    return lambda: a.sum(), lambda s: float(s) / n


def squares(dtype, n):
    a, b = weyl(dtype, n, 1, 0, 1), weyl(dtype, n, 5, 0, 1)
    return lambda: ((a - b) ** 2).sum(), lambda s: float(s) / n


def softmax(dtype, n):
    x = square(dtype, n, 1, 4)

    def run():
        e = np.exp(x - x.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    return run, root_mean_square


def logsumexp(dtype, n):
    x = square(dtype, n, 1, 4)

    def run():
        top = x.max(1, keepdims=True)
        return top[:, 0] + np.log(np.exp(x - top).sum(1))

    return run, root_mean_square


def gemm(dtype, n):
    a, b = square(dtype, n, 1, 1), square(dtype, n, 2, 1)
    return lambda: a @ b, root_mean_square


def gemv(dtype, n):
    a, x = square(dtype, n, 1, 1), weyl(dtype, n, 2, -1, 1)
    return lambda: a @ x, root_mean_square


def logistic_data(dtype):
    x, y = weyl(dtype, 400 * 784, 1, -1, 1).reshape(400, 784), (weyl(dtype, 400, 9, 0, 1) > 0.5).astype(dtype)
    return x, y, weyl(dtype, 784, 4, -0.05, 0.05)


def logistic(dtype, n):
    x, y, w = logistic_data(dtype)
    b = np.zeros((), dtype)
    c = np.dtype(dtype).type

    def run():
        nonlocal w, b
        p = 1 / (1 + np.exp(-(x @ w) - b))
        xent = -y * np.log(p) - (1 - y) * np.log(1 - p)
        d = (p - y) / c(n)
        w, b = w - c(0.1) * (x.T @ d + c(0.02) * w), b - c(0.1) * d.sum()
        return p > 0.5, xent

    run()
    return run, lambda result: root_mean_square(result[1])


def mlp_data(dtype):
    x, y = weyl(dtype, 128 * 784, 1, 0, 1).reshape(128, 784), np.arange(128) * 7 % 10
    w1, w2 = weyl(dtype, 784 * 500, 2, -0.05, 0.05).reshape(784, 500), weyl(dtype, 5000, 3, -0.05, 0.05).reshape(500, 10)
    return x, y, w1, np.zeros(500, dtype), w2, np.zeros(10, dtype)


def mlp(dtype, n):
    x, y, w1, b1, w2, b2 = mlp_data(dtype)
    rows, rate = np.arange(n), np.dtype(dtype).type(0.01)

    def run():
        nonlocal w1, w2, b1, b2
        h = np.tanh(x @ w1 + b1)
        z = h @ w2 + b2
        z -= z.max(1, keepdims=True)
        e = np.exp(z)
        s = e.sum(1, keepdims=True)
        cost = -(z - np.log(s))[rows, y].mean()
        g = e / s
        g[rows, y] -= 1
        g /= n
        gh = (g @ w2.T) * (1 - h * h)
        w1 -= rate * (x.T @ gh)
        w2 -= rate * (h.T @ g)
        b1 -= rate * gh.sum(0)
        b2 -= rate * g.sum(0)
        return cost

    run()
    return run, float


numpy_rows = {
    'poly': poly, 'polyOwn': poly, 'sigmoid': sigmoid, 'tanh': tanh, 'blackScholes': black_scholes, 'sum': total, 'squares': squares,
    'softmax': softmax, 'logsumexp': logsumexp, 'gemm': gemm, 'gemv': gemv, 'logistic': logistic, 'mlp': mlp, 'vec10': poly, 'vec10Fresh': poly,
}  # fmt: skip


def pytensor_rows():
    """The rows as symbolic functions; operands are shared variables, so that calls copy nothing in."""
    import pytensor
    import pytensor.tensor as pt

    shared = lambda x: pytensor.shared(x, borrow=True)
    function = lambda y, **options: pytensor.function([], pytensor.Out(y, borrow=True), **options)
    c = lambda dtype, v: np.dtype(dtype).type(v)

    def elementwise(f):
        return lambda dtype, n: (function(f(shared(weyl(dtype, n, 1, -2, 2)))), root_mean_square)

    def black_scholes(dtype, n):
        s, k, t = (shared(weyl(dtype, n, *facts)) for facts in ((1, 50, 150), (7, 50, 150), (3, 0.1, 2)))
        normal = lambda d: c(dtype, 0.5) * (1 + pt.erf(d * c(dtype, 0.7071067811865476)))
        deviation = c(dtype, 0.2) * pt.sqrt(t)
        d1 = (pt.log(s / k) + c(dtype, 0.07) * t) / deviation
        return function(s * normal(d1) - k * pt.exp(c(dtype, -0.05) * t) * normal(d1 - deviation)), root_mean_square

    def total(dtype, n):
        return function(shared(weyl(dtype, n, 1, 0, 1)).sum()), lambda s: float(s) / n

    def squares(dtype, n):
        return function(((shared(weyl(dtype, n, 1, 0, 1)) - shared(weyl(dtype, n, 5, 0, 1))) ** 2).sum()), lambda s: float(s) / n

    def of_matrix(f):
        return lambda dtype, n: (function(f(shared(square(dtype, n, 1, 4)))), root_mean_square)

    def gemm(dtype, n):
        return function(pt.dot(shared(square(dtype, n, 1, 1)), shared(square(dtype, n, 2, 1)))), root_mean_square

    def gemv(dtype, n):
        return function(pt.dot(shared(square(dtype, n, 1, 1)), shared(weyl(dtype, n, 2, -1, 1)))), root_mean_square

    def logistic(dtype, n):
        x, y, w = (shared(v) for v in logistic_data(dtype))
        b = shared(np.zeros((), dtype))
        p = 1 / (1 + pt.exp(-pt.dot(x, w) - b))
        xent = -y * pt.log(p) - (1 - y) * pt.log(1 - p)
        gw, gb = pt.grad(xent.mean() + c(dtype, 0.01) * (w**2).sum(), [w, b])
        run = pytensor.function([], [p > 0.5, xent], updates=[(w, w - c(dtype, 0.1) * gw), (b, b - c(dtype, 0.1) * gb)])
        run()
        return run, lambda result: root_mean_square(result[1])

    def mlp(dtype, n):
        x, y, *weights = (shared(v) for v in mlp_data(dtype))
        w1, b1, w2, b2 = weights
        scores = pt.dot(pt.tanh(pt.dot(x, w1) + b1), w2) + b2
        cost = -pt.special.log_softmax(scores, axis=1)[pt.arange(n), y].mean()
        run = pytensor.function([], cost, updates=[(w, w - c(dtype, 0.01) * g) for w, g in zip(weights, pt.grad(cost, weights))])
        run()
        return run, float

    cubic = elementwise(lambda x: 2 * x + x**3)
    return {
        'poly': cubic, 'polyOwn': cubic, 'sigmoid': elementwise(pt.sigmoid), 'tanh': elementwise(pt.tanh), 'blackScholes': black_scholes,
        'sum': total, 'squares': squares, 'softmax': of_matrix(lambda x: pt.special.softmax(x, axis=1)),
        'logsumexp': of_matrix(lambda x: pt.logsumexp(x, axis=1)), 'gemm': gemm, 'gemv': gemv, 'logistic': logistic, 'mlp': mlp, 'vec10': cubic, 'vec10Fresh': cubic,
    }  # fmt: skip


def seconds(run, calls):
    begin = time.thread_time()
    for _ in range(calls):
        run()
    return (time.thread_time() - begin) / calls


def warm(run, budget):
    last = seconds(run, 1)
    spent, calls = last, 1
    while spent < budget:
        calls = max(1, min(calls * 2, round((budget - spent) / max(last, 1e-9))))
        last = seconds(run, calls)
        spent += last * calls
    return last


def answer(value):
    sys.stdout.write('\x01' + json.dumps(value) + '\n')
    sys.stdout.flush()


kinds = {'numpy': numpy_rows}
try:
    kinds['pytensor'] = pytensor_rows()
except ImportError:
    pass

variants = {}
answer({'ready': True})
for line in sys.stdin:
    command = json.loads(line)
    try:
        if command['do'] == 'prepare':
            row, found, failed, variants = command['row'], [], {}, {}
            for name, rows in kinds.items():
                try:
                    run, value = rows[row['kernel']](row['dtype'], row['n'])
                    number = value(run())
                    found.append({'name': name, 'value': number, 'seconds': warm(run, 0.2)})
                    variants[name] = run
                except Exception as error:
                    failed['skipped'] = f'{name}: {error}'
            answer({'variants': found, **failed})
        elif command['do'] == 'sample':
            run = variants[command['variant']]
            if command['warm'] > 0:
                warm(run, command['warm'])
            answer({'seconds': seconds(run, command['calls'])})
        else:
            variants = {}
            answer({})
    except Exception as error:
        answer({'skipped': str(error)})
