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

export const openRegion = (server: TestServer): Region => {
  const people = new Map<string, Promise<TestClient>>()
  const another = (person: string): Promise<TestClient> => new TestClient(server.url, person).signIn()
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
