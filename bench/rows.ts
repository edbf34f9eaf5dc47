// bench: the work that is measured against peers and limits, one row a size and dtype: what it moves, what it computes, what it has to reach.

export type Dtype = 'float32' | 'float64'
export type Floats = Float32Array | Float64Array

export type Kernel =
  | 'poly'
  | 'polyOwn'
  | 'sigmoid'
  | 'tanh'
  | 'blackScholes'
  | 'sum'
  | 'squares'
  | 'softmax'
  | 'logsumexp'
  | 'gemm'
  | 'gemv'
  | 'logistic'
  | 'mlp'
  | 'vec10'
  | 'vec10Fresh'

/** Rows that peers take part in: not the one that compares our two linkers. Peers' results are always new arrays. */
export type PeerKernel = Exclude<Kernel, 'polyOwn' | 'vec10Fresh'>

/**
 * Hand-written SIMD kernels that do the least a row can cost: the same arithmetic, or only the bytes, or only the flops, those as mul and add
 * or, where the engine has relaxed SIMD, as fused `madd`.
 */
export type Limit = 'simd' | 'copy' | 'read' | 'flops' | 'madd'

/**
 * At least `least` times as fast as `than`: a limit, the JavaScript linker (0.97 is as fast, by noise), or the fastest JavaScript or WASM
 * peer.
 */
export interface Aim {
  readonly than: Limit | 'js linker' | 'peers'
  readonly least: number
}

export interface Row {
  readonly name: string
  readonly kernel: Kernel
  readonly dtype: Dtype
  readonly n: number
  /** Bytes that a call must read and write, and flops that it must do; 0 where that is not what limits it. */
  readonly bytes: number
  readonly flops: number
  readonly limits: readonly Limit[]
  readonly aims: readonly Aim[]
  /** A call may not take longer, in seconds. */
  readonly most?: number
}

export function peerKernel({ kernel }: Row): PeerKernel {
  if (kernel === 'polyOwn') throw new Error('not asked')
  return kernel === 'vec10Fresh' ? 'vec10' : kernel
}

/** Examples, features, hidden units, classes. */
export const logisticSize = { rows: 400, columns: 784 }
export const mlpSize = { batch: 128, features: 784, hidden: 500, classes: 10 }

type Facts = Omit<Row, 'name' | 'kernel' | 'dtype' | 'n'>

const mlpFlops = (): number => {
  const { batch, features, hidden, classes } = mlpSize
  return 2 * batch * hidden * (2 * features + 3 * classes)
}

/** `size`: bytes of an element. */
const factsOf: Readonly<Record<Kernel, (n: number, size: number) => Facts>> = {
  poly: (n, size) => ({
    bytes: 2 * n * size,
    flops: 0,
    limits: n > 1e6 ? ['simd', 'copy'] : ['simd'],
    aims: n > 1e6 ? [aim('simd', 0.9), aim('copy', 0.85)] : [aim('simd', 0.9)],
  }),
  polyOwn: (n, size) => ({ bytes: 2 * n * size, flops: 0, limits: ['copy'], aims: [aim('js linker', 0.97)] }),
  sigmoid: (n, size) => ({ bytes: 2 * n * size, flops: 0, limits: ['copy'], aims: [aim('peers', size === 4 ? 1.2 : 2)] }),
  tanh: (n, size) => ({ bytes: 2 * n * size, flops: 0, limits: ['copy'], aims: [aim('peers', size === 4 ? 1.2 : 2)] }),
  blackScholes: (n, size) => ({ bytes: 4 * n * size, flops: 0, limits: ['copy'], aims: [aim('peers', size === 4 ? 1.5 : 2)] }),
  sum: (n, size) => ({ bytes: n * size, flops: 0, limits: ['read'], aims: [aim('read', 0.85)] }),
  squares: (n, size) => ({ bytes: 2 * n * size, flops: 0, limits: ['read'], aims: [aim('read', 0.85)] }),
  softmax: (n, size) => ({ bytes: 2 * n * n * size, flops: 0, limits: ['copy'], aims: [aim('peers', 1)] }),
  logsumexp: (n, size) => ({ bytes: n * n * size, flops: 0, limits: ['read'], aims: [aim('peers', 1)] }),
  gemm: (n) => ({ bytes: 0, flops: 2 * n ** 3, limits: ['flops', 'madd'], aims: [aim('flops', n < 256 ? 0.55 : 0.75)] }),
  gemv: (n, size) => ({ bytes: n * n * size, flops: 0, limits: ['read'], aims: [aim('read', 0.85)] }),
  logistic: (_, size) => ({ bytes: logisticSize.rows * logisticSize.columns * size, flops: 0, limits: ['read'], aims: [aim('peers', 2)] }),
  mlp: () => ({ bytes: 0, flops: mlpFlops(), limits: ['flops', 'madd'], aims: [aim('peers', 1.3)] }),
  vec10: () => ({ bytes: 0, flops: 0, limits: [], aims: [], most: 150e-9 }),
  vec10Fresh: () => ({ bytes: 0, flops: 0, limits: [], aims: [] }),
}

function aim(than: Aim['than'], least: number): Aim {
  return { than, least }
}

const table: readonly (readonly [kernel: Kernel, label: string, ...sizes: readonly number[]])[] = [
  ['poly', '2*x + x**3', 1e5, 1e7],
  ['polyOwn', "2*x + x**3, caller's array", 1e7],
  ['sigmoid', 'sigmoid', 1e5],
  ['tanh', 'tanh', 1e5],
  ['blackScholes', 'Black-Scholes', 1e6],
  ['sum', 'sum(a)', 1e7],
  ['squares', 'sum((a-b)**2)', 1e7],
  ['softmax', 'row softmax', 1000],
  ['logsumexp', 'row logsumexp', 1000],
  ['gemm', 'gemm', 64, 256, 512, 1024],
  ['gemv', 'gemv', 1024],
  ['logistic', 'logistic step', logisticSize.rows],
  ['mlp', 'MLP step', mlpSize.batch],
  ['vec10', 'a call on 10 numbers', 10],
  ['vec10Fresh', 'the same, result a new array', 10],
]

const sizeText = (kernel: Kernel, n: number): string => {
  if (kernel === 'vec10' || kernel === 'vec10Fresh') return ''
  if (kernel === 'softmax' || kernel === 'logsumexp' || kernel === 'gemv') return ` ${n}x${n}`
  if (kernel === 'logistic') return ` ${n}x${logisticSize.columns}`
  if (kernel === 'mlp') return ` ${n}, ${mlpSize.features}-${mlpSize.hidden}-${mlpSize.classes}`
  return ` ${n < 1e5 ? n : n.toExponential(0).replace('+', '')}`
}

export const rows: readonly Row[] = table.flatMap(([kernel, label, ...sizes]) =>
  sizes.flatMap((n) =>
    (['float32', 'float64'] as const).map((dtype) => ({
      name: `${label}${sizeText(kernel, n)} ${dtype === 'float32' ? 'f32' : 'f64'}`,
      kernel,
      dtype,
      n,
      ...factsOf[kernel](n, dtype === 'float32' ? 4 : 8),
    })),
  ),
)

export type LimitRow = Pick<Row, 'name' | 'dtype' | 'n' | 'bytes' | 'flops' | 'limits'>

/** What the machine can do on one thread of WebAssembly. */
export const machine: readonly LimitRow[] = [
  ...(
    [
      ['L2, 720 KB', 720e3],
      ['L3, 14 MB', 14e6],
      ['DRAM, 160 MB', 160e6],
    ] as const
  ).map(([name, bytes]): LimitRow => ({ name, dtype: 'float64', n: 0, bytes, flops: 0, limits: ['copy', 'read'] })),
  ...(['float32', 'float64'] as const).map((dtype): LimitRow => ({ name: dtype, dtype, n: 0, bytes: 0, flops: 1e8, limits: ['flops', 'madd'] })),
]
