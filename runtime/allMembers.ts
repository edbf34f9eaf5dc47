// runtime: all members of compiled functions, for programs that are not bundled. package.json does not list this file among those with
// side effects, and the files of members/ it does: a bundler drops this one, and keeps members that files of the program import.
import './members/container.ts'
import './members/copy.ts'
import './members/described.ts'
import './members/free.ts'
import './members/named.ts'
import './members/profile.ts'
import { methods } from './methods.ts'

/** Their names. */
export const members: readonly string[] = /* @__PURE__ */ Object.getOwnPropertyNames(methods)
