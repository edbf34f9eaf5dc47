// runtime/members: f.free: what the function keeps between calls is given back.
import { member } from '../methods.ts'

member('free', (f) => (): void => f.self.free?.())
