/** Back on the network (恢复联网): what was queued offline reaches the server through host and engine. */
import type { Bench } from './figure.ts'
import { withClient, withServer } from './place.ts'

const queued = 200

export const drain: Bench = {
  name: 'drain',
  run: () => withServer(null, (url) => withClient(url, 'qiqige', async (client) => {
    await client.engine.sync()
    for (let at = 0; at < queued / 2; at += 1) {
      const documentId = `doc-drain-${at}`
      await client.submit({ type: 'document.create', documentId, kind: '通知', organId: 'nmg-bgt', title: '关于做好秋冬季草原森林防火工作的通知' })
      await client.submit({ type: 'comment.add', documentId, text: '请补充依据。' })
    }
    const started = performance.now()
    const outcome = await client.engine.sync()
    const seconds = (performance.now() - started) / 1000
    if (outcome.kind !== 'done' || outcome.pushed !== queued || outcome.rejected > 0) throw new Error(`未能发完：${JSON.stringify(outcome)}`)
    return [{ name: `${queued}件待发全部送达并拉回`, value: seconds, unit: '秒', peer: null, budget: { text: '< 5 秒', met: seconds < 5 } }]
  })),
}
