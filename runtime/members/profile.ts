// runtime/members: f.profile, of functions that are built with `profile: true`.
import { member } from '../methods.ts'

member('profile', (f) => f.self.profile)
