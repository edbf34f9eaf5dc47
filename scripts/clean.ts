// Removes what builds leave behind.
import { rmSync } from 'node:fs'
import { join } from 'node:path'

for (const folder of ['dist', '.tmp']) rmSync(join(import.meta.dirname, '..', folder), { recursive: true, force: true })
