import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readCertificate, readRevocationList, sm2KeyPair, validateChain } from '#core/crypto'
import { toHex } from '#core/formats'
import { randomBytes } from '#keys'
import { openAuthority } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-authority-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const certificate = (der: Uint8Array) => {
  const read = readCertificate(der)
  if (!read.ok) throw new Error(read.error.message)
  return read.value
}
const kept = (): readonly (readonly [string, string])[] => readdirSync(folder).sort().map((name) => [name, readFileSync(join(folder, name)).toString('base64')])

it('opened again, also renamed and years later, it is the same authority: keys and certificates stay, and what it issues leads to its root', async () => {
  const first = await openAuthority(folder, undefined, '某区', '2026-03-01T00:00:00.000Z')
  await first.sealSigners({ sealId: 's1', organName: '办公厅', name: '办公厅电子印章' }, '2026-03-01T00:00:00.000Z')
  const files = kept()
  const later = await openAuthority(folder, undefined, '改名后的区', '2040-03-01T00:00:00.000Z')
  expect(kept()).toEqual(files)
  expect(later.rootCertificate).toEqual(first.rootCertificate)
  const root = certificate(later.rootCertificate)
  const at = '2040-03-02T00:00:00.000Z'
  const list = readRevocationList(await later.revocationList([], 7, at))
  if (!list.ok) throw new Error(list.error.message)
  const { pdf, ofd } = await later.sealSigners({ sealId: 's2', organName: '办公厅', name: '办公厅电子印章' }, at)
  const device = await later.issueDevice({ deviceId: 'd1', name: '一号机', publicKey: toHex(sm2KeyPair(randomBytes).publicKey), personName: '孙丽' }, at)
  for (const der of [pdf.certificate, ofd.certificate, device.der, later.log.certificate, later.timeStamps.pdf.certificate]) {
    expect(validateChain(certificate(der), [], [root], { at, crls: [list.value], revocation: 'required' }).verdict).toBe('trusted')
  }
  expect([certificate(device.der).serial, certificate(device.der).notAfter]).toEqual([device.serial, device.notAfter])
}, 60_000)

it('nothing that it issues outlives its root', async () => {
  const last = await openAuthority(folder, undefined, '某区', '2050-03-01T00:00:00.000Z')
  const { pdf } = await last.sealSigners({ sealId: 's3', organName: '办公厅', name: '办公厅电子印章' }, '2050-03-01T00:00:00.000Z')
  expect(certificate(pdf.certificate).notAfter).toBe(certificate(last.rootCertificate).notAfter)
}, 60_000)
