// The dtype of the data, the weights and all that is computed from them, as Theano's option floatX: change it here, and rebuild.

export const floatX = 'float32'
export type FloatX = typeof floatX
