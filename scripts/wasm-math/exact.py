"""The functions by MPFR with 240 bits, and what is written of a value: itself in float64, and what that rounding lost, in units of
its last place (pip install gmpy2 numpy scipy)."""
import gmpy2
import numpy as np
from gmpy2 import mpfr
from scipy import special

gmpy2.get_context().precision = 240
gmpy2.get_context().emin = gmpy2.get_emin_min()
gmpy2.get_context().emax = gmpy2.get_emax_max()


def power(x, y):
    """JavaScript's: NaN for 1 and -1 to an infinite power, and for 1 to the power NaN."""
    return mpfr("nan") if abs(x) == 1 and not gmpy2.is_finite(y) else x**y


def erfinv(y):
    """By Halley's method from SciPy's value; next to 1 of the complement."""
    a = abs(y)
    if not a <= 1 or a == 1:
        return mpfr("nan") if not a <= 1 else y * mpfr("inf")
    half_root = gmpy2.sqrt(gmpy2.const_pi()) / 2
    if a < mpfr(2) ** -200:
        return y * half_root
    x = mpfr(float(special.erfcinv(float(1 - a)) if a > 0.5 else special.erfinv(float(a))))
    for _ in range(4):
        missing = gmpy2.erfc(x) - (1 - a) if a > 0.5 else a - gmpy2.erf(x)
        step = missing * half_root * gmpy2.exp(x * x)
        x += step / (1 - x * step)
    return gmpy2.copy_sign(x, y)


ONE = {
    "exp": gmpy2.exp, "exp2": gmpy2.exp2, "expm1": gmpy2.expm1, "log": gmpy2.log, "log2": gmpy2.log2, "log10": gmpy2.log10, "log1p": gmpy2.log1p,
    "sigmoid": lambda x: 1 / (1 + gmpy2.exp(-x)), "softplus": lambda x: gmpy2.log1p(gmpy2.exp(x)) if x < 200 else x,
    "sinh": gmpy2.sinh, "cosh": gmpy2.cosh, "tanh": gmpy2.tanh, "asinh": gmpy2.asinh, "acosh": gmpy2.acosh, "atanh": gmpy2.atanh, "cbrt": gmpy2.cbrt,
    "sin": gmpy2.sin, "cos": gmpy2.cos, "tan": gmpy2.tan, "asin": gmpy2.asin, "acos": gmpy2.acos, "atan": gmpy2.atan,
    "erf": gmpy2.erf, "erfc": gmpy2.erfc, "erfinv": erfinv, "gamma": gmpy2.gamma, "gammaln": lambda x: gmpy2.lgamma(x)[0],
}  # fmt: skip
TWO = {"pow": power, "hypot": gmpy2.hypot, "atan2": gmpy2.atan2}


def row(args):
    """A function of numbers at `args`: (value, rest)."""

    def of(f):
        y = f(*[mpfr(a) for a in args])
        value = float(y)
        if not (np.isfinite(value) and gmpy2.is_finite(y)):
            return value, 0.0
        return value, float((y - mpfr(value)) / mpfr(float(np.spacing(abs(value)))))

    return of
