/** A real server with five people at it (试验区域). */
import { sm3Hex } from '#core/crypto'
import { utf8 } from '#core/formats'
import { createPerson, type ContentPool, type Person } from './client.ts'
import type { Sql } from './checks.ts'
import { randomFrom } from './random.ts'

export type World = { readonly people: readonly Person[]; readonly query: Sql; readonly close: () => Promise<void> }

const accounts = ['qiqige', 'wangxiaoyan', 'limin', 'zhaogang', 'bateer'] as const

export const createPeople = async (seed: number, serverUrl: () => string): Promise<readonly Person[]> => {
  const pool: ContentPool = new Map()
  const people: Person[] = []
  for (const [index, personId] of accounts.entries()) {
    people.push(await createPerson({
      personId, deviceId: `fuzz-${sm3Hex(utf8(`${seed}/${personId}`)).slice(0, 12)}`, password: 'Wenshu-demo-2026', serverUrl, random: randomFrom(seed * 31 + index),
      pool, now: () => new Date().toISOString(),
    }))
  }
  return people
}
