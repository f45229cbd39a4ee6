import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createSoftKey, openKey } from '#keys'
import { openSigners } from './keys.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-seal-keys-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('K51 a wrong PIN costs one try, however many documents wait to be sealed', { timeout: 60_000 }, async () => {
  const path = join(folder, 'seal.pem')
  await createSoftKey(path, 'right', 'sm2-sm3')
  const address = `soft:${path}`
  const own = () => Promise.reject(new Error('the own store was asked'))
  for (let document = 0; document < 6; document++) {
    await expect(openSigners({ pdf_key: address, ofd_key: address }, 'wrong', own)).rejects.toMatchObject({ refusal: { reason: 'pinWrong' } })
  }
  // One try alone brings no delay: the right PIN opens at once.
  expect(await openKey(address, 'right')).toMatchObject({ ok: true })
})
