// The stream of uniform numbers of NumPy's RandomState, so that weights start where a NumPy program's do.

const n = 624
const m = 397

/**
 * MT19937 (Matsumoto and Nishimura, "Mersenne Twister", 1998), seeded by their init_genrand and read in 53 bits by their
 * genrand_res53: `numpy.random.RandomState(seed)`.
 */
export class RandomState {
  private readonly state = new Uint32Array(n)
  private position = n

  /** `seed`: an integer from 0 to 2³² - 1. */
  constructor(seed: number) {
    this.state[0] = seed
    for (let i = 1; i < n; i++) {
      const last = this.state[i - 1]
      this.state[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i
    }
  }

  /** `size` numbers, uniform in [low, high). */
  uniform(low: number, high: number, size: number): Float64Array {
    return Float64Array.from({ length: size }, () => {
      const a = this.next() >>> 5
      const b = this.next() >>> 6
      return low + (high - low) * ((a * 2 ** 26 + b) / 2 ** 53)
    })
  }

  /** The next 32 bits. */
  private next(): number {
    if (this.position === n) this.twist()
    let y = this.state[this.position++]
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    return (y ^ (y >>> 18)) >>> 0
  }

  private twist(): void {
    const { state } = this
    for (let i = 0; i < n; i++) {
      const y = (state[i] & 0x80000000) | (state[(i + 1) % n] & 0x7fffffff)
      state[i] = state[(i + m) % n] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0)
    }
    this.position = 0
  }
}
