import { buildPackage, packageZip, type PackageInput } from '#core/archive'
import { readPem } from '#core/crypto'
import { fromBase64, fromHex, type CanonicalValue } from '#core/formats'
import type { ProcessSheet } from '#core/output'
import { standingRevision, type DocumentState } from '#core/route'
import { verifyOfd, verifyPdf, type VerifyOptions } from '#core/seal'
import { fileHashesOf, loadBody } from '../bodies/index.ts'
import type { BlobStore } from '../blobs/index.ts'
import type { Queryable } from '../db/index.ts'
import { revocationPem, type Authority } from '../identity/index.ts'
import { recordsOf, type Heads } from '../ledger/index.ts'
import type { Records } from '../records/index.ts'
import { sheetOf } from './sheet.ts'

/** Typesets a process sheet. `date`: ISO 8601, part of the file. */
export type ProcessSheetPort = { readonly processSheet: (sheet: ProcessSheet, documentId: string, date: string) => Promise<Uint8Array> }

export type ArchiveServices = {
  readonly blobs: BlobStore
  readonly records: Records
  readonly authority: Authority
  readonly heads: Heads
  readonly clock: () => Date
  readonly sheets: ProcessSheetPort
  /** program and version */
  readonly agent: string
}

const bytesOf = <T>(read: { ok: true; value: T } | { ok: false }, what: string): T => {
  if (!read.ok) throw new Error(`${what}无法读取`)
  return read.value
}

type Built = { readonly hash: string; readonly manifestHash: string; readonly size: number }

/** Builds and keeps the package of a filed document. Throws with the reason when it cannot be built. */
export const openArchive = ({ blobs, records, authority, heads, clock, sheets, agent }: ArchiveServices) =>
  async (tx: Queryable, state: DocumentState, now: string): Promise<Built> => {
    const must = async (hash: string | undefined): Promise<Uint8Array> => {
      const bytes = hash === undefined ? null : await blobs.read(hash)
      if (bytes === null) throw new Error(`归档所需的文件不在库中：${hash ?? ''}`)
      return bytes
    }
    const directory = await records.directory(tx)
    const revisionHashes = [...new Set(state.revisions.map((revision) => revision.hash))]
    const contents = await Promise.all(revisionHashes.map((hash) => loadBody(blobs, hash)))
    const files = [...new Set(contents.flatMap(fileHashesOf))]
    const standing = await loadBody(blobs, standingRevision(state)?.hash ?? '')
    if (standing === null) throw new Error('定稿内容无法读取')
    const head = await heads.head(tx)
    const linked = await recordsOf(tx, 'document', state.id, head.head.size)
    const last = linked.at(-1)
    if (last === undefined) throw new Error('没有事件记录')
    const commands = await tx.query<{ device: string; body: string }>(
      'select device, body from command where id = any($1::text[]) order by received_at, device_seq', [[...new Set(linked.map(({ record }) => record.commandId))]])
    const devices = await tx.query<{ id: string; certificate: string }>(
      'select id, certificate from device where id = any($1::text[]) order by id', [[...new Set(commands.map((command) => command.device))]])
    const crl = bytesOf(readPem(await revocationPem({ db: tx, authority, clock })), '吊销列表')[0]!.bytes
    const sealedPdf = await must(state.seal?.sealedHash)
    const judged: VerifyOptions = { anchors: [authority.rootCertificate], crls: [crl], trust: 'report' }
    const ofdOf = async (): Promise<Pick<PackageInput, 'ofd'>> => {
      if (state.final?.ofdHash === undefined) return {}
      const [final, sealed] = [await must(state.final.ofdHash), await must(state.seal?.sealedOfdHash)]
      return { ofd: { final, sealed, report: verifyOfd(sealed, judged) } }
    }
    const input: PackageInput = {
      state, directory,
      revisions: await Promise.all(revisionHashes.map(must)), attachments: await Promise.all(files.map(must)),
      finalPdf: await must(state.final?.hash), sealedPdf, ...(await ofdOf()),
      processSheetPdf: await sheets.processSheet(sheetOf(state, standing, directory), state.id, `${state.archive?.receivedAt.slice(0, 19) ?? ''}Z`),
      records: linked.map(({ record }) => record), commands: commands.map(({ body }) => JSON.parse(body) as CanonicalValue),
      deviceCertificates: devices.map(({ id, certificate }) => ({ deviceId: id, certificate: bytesOf(fromBase64(certificate), '设备证书') })),
      issuers: [authority.rootCertificate], crls: [crl],
      ledger: { index: last.logIndex, proof: last.proof.map((node) => bytesOf(fromHex(node), '日志证明')), head },
      sealReport: verifyPdf(sealedPdf, judged),
      signer: authority.archive, builtAt: now, agent,
    }
    const built = await buildPackage(input)
    if (!built.ok) throw new Error(`${built.error.code} ${built.error.message}`)
    const zip = packageZip(built.value.files, state.archive?.code ?? state.id)
    return { hash: await blobs.keep(zip), manifestHash: built.value.manifestHash, size: zip.length }
  }

