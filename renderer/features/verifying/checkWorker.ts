/** Judges one file off the screen's thread and draws its pages (验证线程). A file that hangs it is stopped with it. */
import { sm3Hex } from '#core/crypto'
import { readZip, toHex } from '#core/formats'
import { judge, kindOf } from './judge.ts'
import { openOfdView, type OfdView } from './ofdView.ts'
import { sealView } from './sealView.ts'
import type { Answer, CheckRequest, Preview, Request } from './wire.ts'

let ofd: OfdView | null = null

const previewOf = (bytes: Uint8Array): Preview => {
  switch (kindOf(bytes)) {
    case 'pdf': return { kind: 'pdf' }
    case 'ofd':
      ofd = openOfdView(bytes)
      return ofd?.preview ?? { kind: 'none' }
    case 'seal': return sealView(bytes)
    case 'package': {
      const entries = readZip(bytes)
      return entries.ok ? { kind: 'package', files: entries.value.map((entry) => ({ path: entry.path, size: entry.bytes.length })) } : { kind: 'none' }
    }
    case 'ledger': case null: return { kind: 'none' }
  }
}

const check = async ({ bytes, known, trust, now }: CheckRequest): Promise<Answer> => {
  const sha256 = toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.slice())))
  const report = judge(bytes, { ...trust, known, now, trust: 'decide' })
  let preview: Preview = { kind: 'none' }
  // What it looks like must not keep anyone from the verdict.
  try { preview = previewOf(bytes) } catch { ofd = null }
  return { type: 'checked', value: { report, sm3: sm3Hex(bytes), sha256, preview } }
}

const answer = async (request: Request): Promise<Answer> => {
  switch (request.type) {
    case 'check': return check(request)
    case 'page': return { type: 'page', index: request.index, svg: ofd?.page(request.index) ?? '' }
  }
}

self.addEventListener('message', (event: MessageEvent<Request>) => {
  answer(event.data).catch((problem: unknown): Answer => ({ type: 'failed', message: problem instanceof Error ? problem.message : String(problem) }))
    .then((reply) => self.postMessage(reply), () => undefined)
})
