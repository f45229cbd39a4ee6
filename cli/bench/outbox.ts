/** From pressing the button to “safe on this machine's disk” (入箱): number, sign, encrypt, write, fsync. */
import { randomBytes } from 'node:crypto'
import { uuidV7 } from '#core/sync'
import { quantile, type Bench } from './figure.ts'
import { withClient, withServer } from './place.ts'

export const outbox: Bench = {
  name: 'outbox',
  run: () => withServer(null, (url) => withClient(url, 'qiqige', async (client) => {
    const taken: number[] = []
    for (let at = 0; at < 520; at += 1) {
      const now = client.now()
      const documentId = `doc-bench-${at}`
      const draft = {
        commandId: uuidV7(now, (length) => randomBytes(length)), actor: client.personId, expected: { id: documentId, version: 1 }, dependsOn: [], basedOn: null, claimedAt: now,
        payload: { type: 'comment.add' as const, documentId, text: '请补充依据，并与应急管理厅、财政厅核对数字后再报。'.repeat(4) },
      }
      const started = performance.now()
      await client.call('journal.commit', { draft })
      taken.push(performance.now() - started)
    }
    const warm = taken.slice(20)
    const p95 = quantile(warm, 0.95)
    return [
      { name: '操作入箱到落盘 p50（500次）', value: quantile(warm, 0.5), unit: '毫秒', peer: null, budget: null },
      { name: '操作入箱到落盘 p95', value: p95, unit: '毫秒', peer: null, budget: { text: '< 30 毫秒', met: p95 < 30 } },
    ]
  })),
}
