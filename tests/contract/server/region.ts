/** The demo region at work: people on devices, and a document brought to where a test wants it. */
import { TestClient, sampleContent, uuid } from '../../harness/client.ts'
import type { TestServer } from '../../harness/server.ts'

export type Region = {
  readonly server: TestServer
  /** the person's one device, signed in */
  readonly on: (person: string) => Promise<TestClient>
  /** a further device of that person */
  readonly another: (person: string) => Promise<TestClient>
  readonly draft: () => Promise<{ id: string; hash: string }>
  readonly submitted: () => Promise<{ id: string; hash: string }>
  /** numbered and composed */
  readonly composed: () => Promise<string>
}

export const assignments = { review: ['wangxiaoyan'], countersign: ['limin', 'zhaogang'], approve: ['bateer'] }

export const newId = (): string => `doc-${uuid()}`

/**
 * Resolves once the feed serves everything that was committed before the call. By rule L2 a change shows only when every
 * transaction begun before it has ended, those of other suites on the same PostgreSQL too: without this wait a test would read
 * the state before its own last step now and then.
 */
const feedReady = async ({ db }: TestServer): Promise<void> => {
  const [mark] = await db.query<{ end: string }>('select pg_snapshot_xmax(pg_current_snapshot())::text as end')
  for (const started = Date.now(); Date.now() - started < 20_000; await new Promise((resolve) => setTimeout(resolve, 5))) {
    const [row] = await db.query<{ served: boolean }>('select pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8 as served', [mark?.end])
    if (row?.served === true) return
  }
  throw new Error('the feed did not move for 20 s: a transaction was left open')
}

export const openRegion = (server: TestServer): Region => {
  const people = new Map<string, Promise<TestClient>>()
  const another = (person: string): Promise<TestClient> => {
    const client = new TestClient(server.url, person)
    client.ready = () => feedReady(server)
    return client.signIn()
  }
  const on = async (person: string): Promise<TestClient> => {
    const known = people.get(person) ?? another(person)
    people.set(person, known)
    const client = await known
    if (client.cursor === null) await client.pull()
    return client
  }
  const draft = async (): Promise<{ id: string; hash: string }> => {
    const drafter = await on('qiqige')
    const id = newId()
    await drafter.send({ type: 'document.create', documentId: id, kind: '通知', organId: 'nmg-bgt', title: '' })
    const hash = await drafter.uploadContent(sampleContent(`关于${id.slice(-6)}的通知`))
    await drafter.send({ type: 'draft.save', documentId: id, contentHash: hash, base: null })
    return { id, hash }
  }
  const submitted = async (): Promise<{ id: string; hash: string }> => {
    const made = await draft()
    const result = await (await on('qiqige')).send({
      type: 'document.submit', documentId: made.id, contentHash: made.hash, routeId: 'bgt-fawen', routeVersion: 1, assignments,
    })
    if (result.status !== 'accepted') throw new Error(JSON.stringify(result))
    return made
  }
  return {
    server, on, another, draft, submitted,
    composed: async () => {
      const { id } = await submitted()
      for (const person of ['wangxiaoyan', 'limin', 'zhaogang', 'bateer']) {
        const result = await (await on(person)).agree(id)
        if (result.status !== 'accepted') throw new Error(`${person}: ${JSON.stringify(result)}`)
      }
      await server.settled()
      return id
    },
  }
}
