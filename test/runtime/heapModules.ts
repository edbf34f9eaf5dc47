// test/runtime: modules for the tests of the heap, made from the text beside each by src/lowering/wasm and written down, so that these tests
// stand on their own.

/** (func (export "poly") (param $x i32) (param $y i32) (param $n i32)): y[i] = 2 * x[i] + x[i] * x[i] * x[i], f64x2 with a remainder. */
export const POLY =
  'AGFzbQEAAAABBwFgA39/fwACBwEAAW0CAAEDAgEABwgBBHBvbHkAAAq4AQG1AQMGfwJ7AXz9DAAAAAAAAABAAAAAAAAAAEAhCiACQX5xIQNBACEEIAQgA0gEQANAIAAgBEEDdGohBSAF/QAEACEJIAEgBEEDdGohBiAGIAogCf3yASAJIAn98gEgCf3yAf3wAf0LBAAgBEECaiEEIAQgA0gNAAsLIAJBAXEEQCAAIANBA3RqIQcgBysDACELIAEgA0EDdGohCCAIRAAAAAAAAABAIAuiIAsgC6IgC6KgOQMACws='

/** (func (export "back") (param i32) (result i32) (call $_0 (local.get 0))), where $_0 is imported as '_0'. */
export const BACK = 'AGFzbQEAAAABBgFgAX8BfwINAgABbQIAAQACXzAAAAMCAQAHCAEEYmFjawABCgkBBwAgABAADws='

/**
 * (func (export "madd32") (param $a i32) (v128.store offset=80 (local.get $a) (f32x4.add (f32x4.mul A B) (f32x4.add (f32x4.mul C D) E)))),
 * where A … E are (v128.load offset=0, 16, 32, 48, 64 (local.get $a)); and madd64 the same with f64x2.
 */
export const MADD =
  'AGFzbQEAAAABBQFgAX8AAgcBAAFtAgABAwMCAAAHEwIGbWFkZDMyAAAGbWFkZDY0AAEKZwIyACAAIAD9AAQAIAD9AAQQ/eYBIAD9AAQgIAD9AAQw/eYBIAD9AARA/eQB/eQB/QsEUAsyACAAIAD9AAQAIAD9AAQQ/fIBIAD9AAQgIAD9AAQw/fIBIAD9AARA/fAB/fAB/QsEUAs='
/** Where its mul and add are, each counted from the one before. */
export const MADD_RELAXED = [69, 15, 9, 3, 24, 15, 9, 3]
