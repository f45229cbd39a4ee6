/** A new device's first pull (首次拉取): host, HTTP, gzip, engine and store, against a server with years of one person's work. */
import type { Bench } from './figure.ts'
import { openDevice } from './device.ts'
import { contentOf, withClient, withServer } from './place.ts'

const documents = 3000
const batch = 200

const fill = async (url: string): Promise<void> => {
  const device = await openDevice(url, 'qiqige')
  try {
    const contentHash = await device.upload(contentOf('关于做好秋冬季草原森林防火工作的通知'))
    for (let from = 0; from < documents; from += batch) {
      const commands = []
      for (let at = from; at < Math.min(from + batch, documents); at += 1) {
        const documentId = `doc-pull-${at}`
        commands.push(
          await device.sign({ type: 'document.create', documentId, kind: '通知', organId: 'nmg-bgt', title: '关于做好秋冬季草原森林防火工作的通知' }, 0),
          await device.sign({ type: 'draft.save', documentId, contentHash, base: null }, 1),
        )
      }
      await device.push(commands)
    }
  } finally {
    device.close()
  }
}

export const pull: Bench = {
  name: 'pull',
  run: () => withServer(null, async (url) => {
    await fill(url)
    let best = 0
    let rows = 0
    for (let round = 0; round < 3; round += 1) {
      await withClient(url, 'qiqige', async (client) => {
        const started = performance.now()
        const outcome = await client.engine.sync()
        const seconds = (performance.now() - started) / 1000
        if (outcome.kind !== 'done' || outcome.pulled < documents) throw new Error(`拉取未完成：${JSON.stringify(outcome)}`)
        rows = outcome.pulled
        best = Math.max(best, rows / seconds)
      })
    }
    return [{ name: `首次拉取（${rows}行，三次中最好）`, value: best, unit: '行/秒', peer: null, budget: { text: '≥ 3000 行/秒', met: best >= 3000 } }]
  }),
}
