/** Prints the SHA-256 of the files of the fixtures named on the command line. Run in other locales and time zones by surfaces.test.ts. */
import { createHash } from 'node:crypto'
import { filesOf } from './files.ts'

const all: Record<string, string> = {}
for (const name of process.argv.slice(2)) {
  for (const file of (await filesOf(name)).files) all[`${name} ${file.name}`] = createHash('sha256').update(file.bytes).digest('hex')
}
process.stdout.write(JSON.stringify(all))
