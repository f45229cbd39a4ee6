/** "Pull now" (L7), to the people whose feed grew, on this instance and on the others. */
import type { Database } from '../db/index.ts'
import { everyone } from '../feed/index.ts'

export type Socket = { readonly send: (text: string) => void; readonly close: () => void }

export type Pokes = {
  readonly join: (personId: string, socket: Socket) => () => void
  /** Sent together a moment later: a batch of a hundred commands is one poke. */
  readonly poke: (audience: readonly string[]) => void
  readonly connected: () => number
  readonly close: () => void
}

const channel = 'wenshu_poke'
const gatherMs = 30
/** bytes; PostgreSQL takes 8000 in one notification */
const payloadLimit = 7_000

export const openPokes = async (db: Database): Promise<Pokes> => {
  const sockets = new Map<string, Set<Socket>>()
  let waiting = new Set<string>()
  let timer: NodeJS.Timeout | null = null
  const text = JSON.stringify({ type: 'poke' })
  const tell = (people: Iterable<string>): void => {
    for (const person of people) {
      if (person === everyone) for (const set of sockets.values()) for (const socket of set) socket.send(text)
      else for (const socket of sockets.get(person) ?? []) socket.send(text)
    }
  }
  const flush = (): void => {
    timer = null
    const people = [...waiting]
    waiting = new Set()
    if (db.kind === 'pglite') return tell(people)
    let payload: string[] = []
    let size = 0
    const send = (): void => {
      // Other instances would be late by a poll; this one must not be.
      if (payload.length > 0) db.notify(channel, JSON.stringify(payload)).catch(() => tell(people))
      payload = []
      size = 0
    }
    for (const person of people) {
      if (size + person.length + 3 > payloadLimit) send()
      payload.push(person)
      size += person.length + 3
    }
    send()
  }
  if (db.kind === 'postgres') {
    await db.listen(channel, (payload) => {
      try {
        tell(JSON.parse(payload) as string[])
      } catch {
        tell([everyone])
      }
    })
  }
  return {
    join: (personId, socket) => {
      const set = sockets.get(personId) ?? new Set()
      set.add(socket)
      sockets.set(personId, set)
      return () => {
        set.delete(socket)
        if (set.size === 0 && sockets.get(personId) === set) sockets.delete(personId)
      }
    },
    poke: (audience) => {
      for (const person of audience) waiting.add(person)
      timer ??= setTimeout(flush, gatherMs)
    },
    connected: () => [...sockets.values()].reduce((sum, set) => sum + set.size, 0),
    close: () => {
      if (timer !== null) clearTimeout(timer)
      for (const set of sockets.values()) for (const socket of set) socket.close()
    },
  }
}
