/** The effects that core asks for, performed inside the command's transaction (需由服务器办理的事项). */
import { archivalCode } from '#core/archive'
import { sm3Hex } from '#core/crypto'
import { picturesOf, type DocumentContent } from '#core/document'
import type { DocumentState, EffectRequest, EffectResult } from '#core/route'
import { assertNever, encodeCanonical, type CanonicalValue } from '#core/formats'
import { loadBody } from '../bodies/index.ts'
import type { BlobStore } from '../blobs/index.ts'
import type { Database, Queryable } from '../db/index.ts'
import { applySeal, checkSeal, logUse, prepareSeal, type SealOrder, type SealServices } from '../seal/index.ts'
import { EffectRefused, type ComposePort, type Effects } from './ports.ts'
import type { Records } from '../records/index.ts'

export type PackagePort = (tx: Queryable, state: DocumentState, now: string) => Promise<{ readonly hash: string; readonly manifestHash: string; readonly size: number }>

export type EffectServices = {
  readonly blobs: BlobStore
  readonly records: Records
  readonly seal: SealServices & { readonly db: Database }
  readonly compose: ComposePort
  readonly buildPackage: PackagePort
}

/** The next number of a series. The row is locked until the commit, so a number that is not used is not lost either. */
const nextIn = async (tx: Queryable, sql: string, params: readonly unknown[]): Promise<number> => {
  const [row] = await tx.query<{ last: number }>(sql, params)
  if (row === undefined) throw new Error('no number was allocated')
  return row.last
}

/** The bytes of a content's pictures by hash; refused when one is not in the store. */
const picturesFor = async (blobs: BlobStore, content: DocumentContent): Promise<ReadonlyMap<string, Uint8Array>> => {
  const pictures = new Map<string, Uint8Array>()
  for (const file of picturesOf(content)) {
    const bytes = await blobs.read(file.hash)
    if (bytes === null) throw new EffectRefused('invalid_content', `插图「${file.fileName}」不在库中`)
    pictures.set(file.hash, bytes)
  }
  return pictures
}

/** So many characters are named; a text in a script that no face has would fill the screen otherwise. */
const mostNamed = 5

/** An issued document with 〓 in the place of a character says something else than what was approved. */
const sentenceOf = (missing: readonly string[]): string | null =>
  missing.length === 0 ? null
    : `有${missing.length}个字排不出来，印出来会成为“〓”：${missing.slice(0, mostNamed).join('；')}${missing.length > mostNamed ? '；等等' : ''}。请核对用字，或由管理员为服务器装上有这些字的字体`

type SealAsked = Extract<EffectRequest, { kind: 'checkSeal' | 'applySeal' }>

const orderOf = (request: SealAsked, state: DocumentState, commandId: string, now: Date): SealOrder => ({
  documentId: state.id, title: state.title, number: state.number?.text ?? '', purpose: request.purpose, sealId: request.sealId, organId: request.organId,
  revisionHash: state.final?.revisionHash ?? '', finalHash: state.final?.hash ?? '', ofdHash: state.final?.ofdHash ?? null, by: request.by, place: request.place,
  ...(request.kind === 'applySeal' ? { confirmedBy: request.confirmedBy, base: request.base, desk: request.desk } : { confirmedBy: null, base: null, desk: null }), commandId, now: now.toISOString(),
})

export const openEffects = ({ blobs, records, seal, compose, buildPackage }: EffectServices): Effects => ({
  unprintable: (content) => sentenceOf(compose.missing?.(content) ?? []),
  perform: async (request, { tx, ahead, state, commandId, now }): Promise<EffectResult> => {
    switch (request.kind) {
      case 'allocateNumber':
        return {
          kind: 'allocateNumber',
          serial: await nextIn(tx, `insert into numbering values ($1, $2, 1)
            on conflict (mark, year) do update set last = numbering.last + 1 returning last`, [request.mark, request.year]),
        }
      case 'composeFinal': {
        const composed = await ahead(`compose ${sm3Hex(encodeCanonical(request as unknown as CanonicalValue))}`, async () => {
          const content: DocumentContent | null = await loadBody(blobs, request.revisionHash)
          if (content === null) throw new EffectRefused('invalid_content', '定稿内容无法读取')
          return compose.compose(content, request.issue, await picturesFor(blobs, content))
        })
        const unprintable = sentenceOf(composed.missing ?? [])
        if (unprintable !== null) throw new EffectRefused('invalid_content', unprintable)
        const hash = await blobs.keep(composed.pdf)
        const ofdHash = composed.ofd === undefined ? undefined : await blobs.keep(composed.ofd)
        await tx.query(
          'insert into composition (hash, pages, layout_hash, seal_place, ofd_hash) values ($1, $2, $3, $4, $5) on conflict (hash) do update set ofd_hash = excluded.ofd_hash',
          [hash, composed.pages, composed.layoutHash, JSON.stringify(composed.sealPlace), ofdHash ?? null])
        return {
          kind: 'composeFinal', hash, pages: composed.pages, layoutHash: composed.layoutHash, ...(ofdHash === undefined ? {} : { ofdHash }),
          ...(composed.sealGround === undefined ? {} : { sealGround: composed.sealGround }),
        }
      }
      case 'checkSeal':
      case 'applySeal': {
        const order = orderOf(request, state, commandId, now)
        const done = request.kind === 'checkSeal' ? await checkSeal(tx, order) : await applySeal(seal, tx, ahead, order)
        // A use that is refused is in the use log as well as one that is made.
        if (typeof done === 'string') throw new EffectRefused('seal_unusable', done, logUse(order, { result: 'refused', detail: done }))
        if (done.kind === 'prepareAgain') throw new EffectRefused('prepare_again', done.detail, logUse(order, { result: 'refused', detail: done.detail }))
        return done
      }
      case 'allocateArchivalCode': {
        const organ = (await records.directory(tx)).organs[request.organId]
        if (organ === undefined) throw new EffectRefused('not_found', '机关不存在')
        const serial = await nextIn(tx, `insert into archival_numbering values ($1, $2, $3, $4, 1)
          on conflict (fonds, year, unit, retention) do update set last = archival_numbering.last + 1 returning last`,
        [organ.fonds, request.year, organ.unitCode, request.retention])
        const code = archivalCode({ fonds: organ.fonds, year: request.year, retention: request.retention, unitCode: organ.unitCode, serial })
        if (!code.ok) throw new EffectRefused('invalid_command', code.error.message)
        return { kind: 'allocateArchivalCode', code: code.value, serial }
      }
      case 'buildPackage':
        return { kind: 'buildPackage', ...(await buildPackage(tx, state, now.toISOString())) }
      default:
        return assertNever(request)
    }
  },
  prepareSeal: (request, state, now) => prepareSeal(seal, orderOf(request, state, '', now)),
})
