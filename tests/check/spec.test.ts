/** The specification names every rule, in its class. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { rules } from '#core/check'

it.each(rules.map(({ id }) => [id]))('docs/spec/check.md lists %s', (id) => {
  expect(readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'spec', 'check.md'), 'utf8')).toContain(`\`${id}\``)
})
