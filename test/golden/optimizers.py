"""50 steps of every optimizer in NumPy, written from the papers' algorithms: optimizers.json.

    python3 optimizers.py

The model is y ~ s * tanh(x W + b), its cost the mean squared error on one of five batches in turn; parameters of rank 2, 1 and 0.
Costs are of every fifth step before its update, parameters are those after the last.
"""
import json
from pathlib import Path

import numpy as np

STEPS = 50


def problem(dtype):
    random = np.random.default_rng(4)
    x = np.round(random.normal(size=(5, 8, 3)), 2).astype(dtype)
    y = np.round(random.normal(size=(5, 8, 2)), 2).astype(dtype)
    W = np.round(random.normal(size=(3, 2)), 2).astype(dtype)
    return x, y, {"W": W, "b": np.array([0.5, -0.25], dtype), "s": np.array(1.5, dtype)}


def cost_and_gradients(p, x, y):
    h = np.tanh(x @ p["W"] + p["b"])
    error = p["s"] * h - y
    d = 2 * error / error.dtype.type(error.size)
    da = d * p["s"] * (1 - h**2)
    return np.mean(error**2), {"W": x.T @ da, "b": da.sum(axis=0), "s": np.sum(d * h)}


# Each rule: from parameter, gradient, its own memory (a dict, at first empty) and the step's number to the new parameter.


def sgd(p, g, memory, t, lr=0.01):
    return p - lr * g


def momentum(p, g, memory, t, lr=0.01, momentum=0.9):
    v = memory["v"] = momentum * memory.get("v", 0) - lr * g
    return p + v


def nesterov(p, g, memory, t, lr=0.01, momentum=0.9):
    # Two sequences, as Nesterov has them: theta is where the gradient is taken, y is what it leads to.
    # Here g is taken at p, which is y + momentum * v.
    y = p - momentum * memory.get("v", 0)
    v = memory["v"] = momentum * memory.get("v", 0) - lr * g
    return y + v + momentum * v


def adagrad(p, g, memory, t, lr=0.01, epsilon=1e-6):
    memory["s"] = memory.get("s", 0) + g**2
    return p - lr * g / np.sqrt(memory["s"] + p.dtype.type(epsilon))


def rmsprop(p, g, memory, t, lr=0.001, rho=0.9, epsilon=1e-6):
    memory["s"] = rho * memory.get("s", 0) + (1 - rho) * g**2
    return p - lr * g / np.sqrt(memory["s"] + p.dtype.type(epsilon))


def adadelta(p, g, memory, t, lr=1.0, rho=0.95, epsilon=1e-6):
    def rms(x):
        return np.sqrt(x + p.dtype.type(epsilon))

    memory["Eg"] = rho * memory.get("Eg", p * 0) + (1 - rho) * g**2
    delta = -rms(memory.get("Ed", p * 0)) / rms(memory["Eg"]) * g
    memory["Ed"] = rho * memory.get("Ed", p * 0) + (1 - rho) * delta**2
    return p + lr * delta


def adam(p, g, memory, t, lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
    v = memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return p - lr * m_hat / (np.sqrt(v_hat) + epsilon)


def adamW(p, g, memory, t, lr=0.001, weightDecay=0.01, **betas):
    return adam(p, g, memory, t, lr, **betas) - lr * weightDecay * p


PLAN = [
    (sgd, {"lr": 0.3}),
    (momentum, {"lr": 0.05, "momentum": 0.5}),
    (nesterov, {"lr": 0.05, "momentum": 0.7}),
    (adagrad, {"lr": 0.2, "epsilon": 1e-2}),
    (rmsprop, {"lr": 0.02, "rho": 0.8, "epsilon": 1e-2}),
    (adadelta, {"lr": 2.0, "rho": 0.8, "epsilon": 1e-3}),
    (adam, {"lr": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-2}),
    (adamW, {"lr": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-2, "weightDecay": 0.3}),
]


def run(rule, options, dtype):
    xs, ys, p = problem(dtype)
    memory = {name: {} for name in p}
    costs = []
    for t in range(1, STEPS + 1):
        cost, gradients = cost_and_gradients(p, xs[t % 5], ys[t % 5])
        costs.append(float(cost))
        p = {name: np.asarray(rule(p[name], gradients[name], memory[name], t, **options), dtype) for name in p}
    names = {"lr": "learningRate"}
    return {
        "rule": rule.__name__,
        "options": {names.get(key, key): value for key, value in options.items()},
        "dtype": np.dtype(dtype).name,
        "costs": costs[::5],
        "params": {name: value.tolist() for name, value in p.items()},
    }


if __name__ == "__main__":
    x, y, start = problem(np.float64)
    cases = [run(rule, chosen, dtype) for rule, options in PLAN for chosen in ({}, options) for dtype in (np.float64, np.float32)]
    facts = {"x": x.tolist(), "y": y.tolist(), "start": {name: value.tolist() for name, value in start.items()}, "cases": cases}
    (Path(__file__).resolve().parent / "optimizers.json").write_text(json.dumps(facts) + "\n")
