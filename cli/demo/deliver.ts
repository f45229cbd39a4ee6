/** Leaving the deliverables and verifying them as a stranger would (交付与验证). */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { equalBytes, readZip } from '#core/formats'
import { verifyPaths } from '../verify/index.ts'
import type { Headless } from './headless.ts'
import type { StepReport } from './steps.ts'

const trustOf = async (serverUrl: string): Promise<{ readonly root: string; readonly crl: string }> => {
  const response = await fetch(`${serverUrl}/v1/trust`, { headers: { 'wenshu-wire': '1' } })
  if (!response.ok) throw new Error(`信任材料无法取得：${response.status}`)
  return (await response.json()) as { root: string; crl: string }
}

export const deliver = async (options: {
  readonly out: string; readonly serverUrl: string; readonly archivist: Headless; readonly documentId: string; readonly report: (step: StepReport) => void
}): Promise<void> => {
  const { out, archivist, documentId } = options
  const started = performance.now()
  const state = await archivist.document(documentId)
  // Only what this command itself leaves is removed from an earlier run.
  for (const name of ['package', 'trust', '正本.pdf', '正本.ofd', 'report.json']) await rm(join(out, name), { recursive: true, force: true })
  await mkdir(join(out, 'trust'), { recursive: true })
  const sealed = await archivist.call('blobs.read', { hash: state.seal?.sealedHash ?? '' })
  await writeFile(join(out, '正本.pdf'), sealed)
  const sealedOfd = await archivist.call('blobs.read', { hash: state.seal?.sealedOfdHash ?? '' })
  await writeFile(join(out, '正本.ofd'), sealedOfd)
  const zip = readZip(await archivist.call('blobs.read', { hash: state.package?.hash ?? '' }))
  if (!zip.ok) throw new Error(`归档包无法读取：${zip.error.message}`)
  for (const entry of zip.value) {
    // The archive's own folder, named by the 档号, becomes package/.
    const path = join(out, 'package', entry.path.slice(entry.path.indexOf('/') + 1))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, entry.bytes)
  }
  const trust = await trustOf(options.serverUrl)
  await writeFile(join(out, 'trust', 'root.pem'), trust.root)
  await writeFile(join(out, 'trust', 'crl.pem'), trust.crl)

  const trusted = verifyPaths({ paths: [join(out, 'package')], trust: [join(out, 'trust')] })
  const untrusted = verifyPaths({ paths: [join(out, 'package')] })
  const pdf = verifyPaths({ paths: [join(out, '正本.pdf')], trust: [join(out, 'trust')] })
  const ofd = verifyPaths({ paths: [join(out, '正本.ofd')], trust: [join(out, 'trust')] })
  const carried = (name: string): Uint8Array | undefined => zip.value.find((entry) => entry.path.endsWith(`/data/${name}`))?.bytes
  const checks = {
    package: trusted.exitCode === 0, undecidedWithoutTrust: untrusted.exitCode === 4, sealedPdf: pdf.exitCode === 0, sealedOfd: ofd.exitCode === 0,
    packageCarriesBoth: equalBytes(carried('正本.pdf') ?? new Uint8Array(0), sealed) && equalBytes(carried('正本.ofd') ?? new Uint8Array(0), sealedOfd),
  }
  const verified = Object.values(checks).every((good) => good)
  options.report({
    step: '验证', person: 'stranger', milliseconds: Math.round(performance.now() - started),
    verified, checks: { ...checks, files: zip.value.length, reports: [...trusted.reports, ...ofd.reports].map(({ report }) => report) },
  })
  if (!verified) throw new Error(`交付物验证未通过：\n${trusted.text}\n${pdf.text}\n${ofd.text}`)
}
