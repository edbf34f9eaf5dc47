// lowering/wasm/math: made by scripts/wasm-math/exponential.py. Coefficients of powers of the argument, lowest first.

/** (r·coth(r/2) - 2) / t with t = r², for |r| ≤ log(2)/2. */
export const cothRest: Readonly<Record<32 | 64, readonly number[]>> = {
  32: [0.166666179895401, -0.0027660122141242027],
  64: [0.16666666666666555, -0.0027777777776696153, 6.613756250017859e-05, -1.6533837004703928e-06, 4.136040571830953e-08],
}

/** (log((1 + s) / (1 - s)) / s - 2) / z with z = s², for √½ ≤ (1 + s)/(1 - s) ≤ √2. */
export const logRest: Readonly<Record<32 | 64, readonly number[]>> = {
  32: [0.6666666269302368, 0.40000972151756287, 0.2849879860877991, 0.2427872121334076],
  64: [0.6666666666666734, 0.399999999994165, 0.28571428742079985, 0.22222198598338438, 0.18183563250312432, 0.15314073581524454, 0.14795756258846146],
}

/** tanh(x) = x + x·s·numerator(s)/denominator(s), s = x² ≤ 1; in float32 the denominator is 1. */
export const tanhNumerator: Readonly<Record<32 | 64, readonly number[]>> = {
  32: [-0.33333298563957214, 0.1333240419626236, -0.05388359725475311, 0.02149779722094536, -0.007962689734995365, 0.002313541481271386, -0.0003619561030063778],
  64: [-0.3333333333333333, -0.021406150630008492, -0.00024311504917943948, -1.719633426768095e-08],
}

/** See tanhNumerator. */
export const tanhDenominator: Readonly<Record<32 | 64, readonly number[]>> = {
  32: [1.0],
  64: [1.0, 0.4642184518900218, 0.024511963998819872, 0.00025412487178702906],
}
