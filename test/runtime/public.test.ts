// The public door: every name of the language is there, symbolic ones refuse to run, and the types hold.

import ts from 'typescript'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as theano from '../../runtime/index.ts'
import { library } from '../../src/graph/library.ts'

const RUN = ['zeros', 'ones', 'full', 'arange', 'eye']
/** The operations of the language page, whether or not the compiler knows them. */
const LANGUAGE =
  `zeros ones full zerosLike onesLike fullLike arange linspace logspace eye identity tri diag fill stack concatenate split tile repeat meshgrid mgrid
  add sub mul div pow mod floorDiv neg abs sign sqr sqrt exp exp2 expm1 log log2 log10 log1p sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh atan2 erf erfc erfinv erfcinv erfcx
  gamma gammaln psi triGamma j0 j1 i0 i1 sigmoid hardSigmoid ultraFastSigmoid softplus relu leakyRelu elu selu gelu silu swish mish clip minimum maximum where eq neq lt le gt ge isclose
  allclose isnan isinf round trunc floor ceil cast identityLike real imag conj angle complex sum prod mean variance std max min ptp argmax argmin all any norm logsumexp median nansum
  cumsum cumprod average reshape flatten ravel transpose dimshuffle swapaxes moveaxis squeeze expandDims padLeft padRight broadcastTo roll flip pad triu tril at slice newaxis take
  takeAlongAxis pick gather scatterAdd setSubtensor incSubtensor nonzero unique searchsorted bincount oneHot sort argsort topk dot matmul outer inner tensordot einsum batchedDot
  batchedTensordot kron trace det slogdet inv pinv solve solveTriangular cholesky choleskySolve qr svd eigh eig expm matrixPower lstsq softmax logSoftmax categoricalCrossentropy
  binaryCrossentropy sigmoidBinaryCrossentropy crossentropySoftmaxArgmax1hotWithBias batchNormalization layerNormalization dropout conv1d conv2d conv2dTranspose conv3d maxPool2d
  avgPool2d maxPool3d images2neibs embedding scan map reduce foldl foldr ifelse fft rfft irfft csr csc spDot print assert vectorize grad jacobian hessian Rop Lop hessianVectorProduct
  stopGradient zeroGrad gradClip gradScale randomStreams`.split(/\s+/)

test('every operation of the language and of the compiler is exported', () => {
  for (const name of [...LANGUAGE, ...Object.values(library).flatMap(Object.keys)]) assert.ok(name in theano, name)
})

test('symbolic functions say that the transformer did not run', () => {
  for (const [name, value] of Object.entries(theano)) {
    if (
      typeof value !== 'function' ||
      RUN.includes(name) ||
      ['NDArray', 'NotCompiledError', 'free', 'ndarray', 'shared', 'verifyGrad', 'randomStreams', 'save', 'load'].includes(name)
    )
      continue
    assert.throws(
      () => (value as () => void)(),
      (e: Error) => {
        assert.instance(e, theano.NotCompiledError)
        assert.ok(e.message.startsWith(name === 'fn' ? 'theano.fn ' : `${name} `), e.message)
        assert.match(e.message, /"transform": "theano-ts\/transformer".*"plugins".*tspc/)
        return true
      },
    )
  }
})

test('the types hold under --strict, without a plugin', () => {
  const file = new URL('./types.ts', import.meta.url).pathname
  const program = ts.createProgram([file], {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    types: [],
  })
  const messages = ts.getPreEmitDiagnostics(program).map((d) => `${d.file?.fileName}:${d.start} ${ts.flattenDiagnosticMessageText(d.messageText, '\n')}`)
  assert.equal(messages, [])
})

test.run()
