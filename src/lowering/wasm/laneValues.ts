// lowering/wasm: several iterations' values of one expression: taken apart lane by lane, and as other machine types.
// Invariant: lanes that do not count in the mode hold anything.
import { type Code, i32, ins, lane, type Node } from './code.ts'
import { convert } from './conversions.ts'
import { Lanes } from './lanes.ts'
import { firstLanes, maskTo, maskToInts, shapeOf, type Value, type Width, widthOf, zero } from './lanesOf.ts'
import { isFloatMachine, type Machine } from './machine.ts'
import type { Mode } from './vector.ts'

export class LaneValues {
  readonly count: number
  readonly mode: Mode
  protected readonly code: Code
  private readonly lanes64: Lanes
  private readonly lanes32: Lanes

  constructor(code: Code, count: number, mode: Mode) {
    this.code = code
    this.count = count
    this.mode = mode
    this.lanes64 = new Lanes(code, 64)
    this.lanes32 = new Lanes(code, 32)
  }

  protected lanesFor(machine: Machine): Lanes {
    return machine === 'f64' ? this.lanes64 : this.lanes32
  }

  protected width(machine: Machine): Width {
    return widthOf(machine, this.count)
  }

  /** The mask of the lanes that count; null where all do. */
  active(width: Width): Node | null {
    if (this.mode.kind === 'full') return this.count * width === 128 ? null : firstLanes(this.code, i32(this.count), width)
    return firstLanes(this.code, this.mode.kind === 'single' ? i32(1) : this.mode.rest, width)
  }

  protected bytesOfOnes(): Node {
    const bytes = new Uint8Array(16).fill(1)
    return this.code.hoisted('ones', { kind: 'const', type: 'v128', bytes })
  }

  protected lanesActive(): number {
    return this.mode.kind === 'single' ? 1 : this.count
  }

  /** Bools lie in memory as 0 and 1. */
  protected asRead(node: Node, machine: Machine, width: Width): Value {
    if (machine !== 'bool') return { node, machine, width }
    return { node: ins(`${shapeOf({ machine, width })}.ne`, node, zero(this.code)), machine, width }
  }

  /** A value whose lanes are computed one by one. */
  protected byLanes(machine: Machine, scalar: (l: number) => Node): Value {
    const asInts = machine === 'bool'
    const width = this.width(machine)
    const shape = shapeOf({ machine: asInts ? 'i32' : machine, width })
    let node = ins(`${shape}.splat`, scalar(0))
    for (let l = 1; l < this.lanesActive(); l++) node = lane(`${shape}.replace_lane`, l, node, scalar(l))
    return this.asRead(node, machine, width)
  }

  /** Lane l as a scalar of the value's machine type. */
  protected extract(v: Value, l: number): Node {
    if (v.machine !== 'bool') return lane(`${shapeOf(v)}.extract_lane`, l, v.node)
    if (v.width === 64) return ins('i32.wrap_i64', ins('i64.and', lane('i64x2.extract_lane', l, v.node), { kind: 'const', type: 'i64', value: 1n }))
    return ins('i32.and', lane(`${shapeOf(v)}.extract_lane${v.width < 32 ? '_u' : ''}`, l, v.node), i32(1))
  }

  protected kept(v: Value): Value {
    return { ...v, node: this.code.keep(v.node, 'v') }
  }

  protected to(v: Value, want: Machine): Value {
    if (v.machine === want) return v
    const width = this.width(want)
    if (want === 'bool') return this.truth(v)
    if (v.machine === 'bool') return this.fromMask(v, want)
    const node = ((): Node => {
      if (want === 'f64') return ins(v.machine === 'f32' ? 'f64x2.promote_low_f32x4' : `f64x2.convert_low_i32x4_${v.machine === 'u32' ? 'u' : 's'}`, v.node)
      if (want === 'f32') return ins(v.machine === 'f64' ? 'f32x4.demote_f64x2_zero' : `f32x4.convert_i32x4_${v.machine === 'u32' ? 'u' : 's'}`, v.node)
      return v.node
    })()
    if (!isFloatMachine(want) && isFloatMachine(v.machine)) {
      const kept = this.kept(v)
      return this.byLanes(want, (l) => convert(this.extract(kept, l), v.machine, want))
    }
    return { node, machine: want, width }
  }

  protected truth(v: Value): Value {
    return { node: ins(`${shapeOf(v)}.ne`, v.node, zero(this.code)), machine: 'bool', width: v.width }
  }

  protected fromMask(v: Value, want: Machine): Value {
    const width = this.width(want)
    const mask = maskTo(this.code, v.node, v.width, width)
    if (isFloatMachine(want)) return { node: ins('v128.and', mask, this.lanesFor(want).c(1)), machine: want, width }
    return { node: maskToInts(mask, width), machine: want, width }
  }
}
