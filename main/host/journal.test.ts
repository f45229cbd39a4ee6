import { mkdtemp, readFile, readdir, rm, writeFile, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sm2KeyPair, sm2MessageSigner } from '#core/crypto'
import { toHex } from '#core/formats'
import { commandHolds, type CommandDraft } from '#core/sync'
import { randomBytes } from '#keys'
import { createDisk, type WriteAll } from './disk.ts'
import { scanFrames, writeFrame } from './frames.ts'
import { openJournal, type Journal } from './journal.ts'

const pair = sm2KeyPair(randomBytes)
const signer = sm2MessageSigner(pair.privateKey, randomBytes)
const key = randomBytes(32)

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'wenshu-journal-')) })
afterEach(() => rm(folder, { recursive: true, force: true }))

const path = (): string => join(folder, 'journal')
const open = (writeAll?: WriteAll): Promise<Journal> => openJournal({ disk: createDisk(writeAll), path: path(), key, deviceId: 'd-1', signer })

const draft = (n: number, text = '关于草原防火的意见'): CommandDraft => ({
  commandId: `018f0000-0000-7000-8000-${String(n).padStart(12, '0')}`, actor: 'qiqige', payload: { type: 'comment.add', documentId: 'doc-1', text },
  expected: { id: 'doc-1', version: 0 }, dependsOn: [], basedOn: null, claimedAt: '2026-11-24T00:00:00.000Z',
})
const sequences = (journal: Journal): number[] => journal.pending().map(({ deviceSeq }) => deviceSeq)
const commitMany = async (journal: Journal, from: number, to: number): Promise<void> => {
  for (let n = from; n <= to; n++) expect(await journal.commit(draft(n))).toMatchObject({ deviceSeq: n })
}

describe('P2 the host journal', () => {
  it('numbers from one, signs with the device key, and is on disk when commit resolves', async () => {
    const journal = await open()
    const command = await journal.commit(draft(1))
    expect(command !== 'conflict' && commandHolds(command, toHex(pair.publicKey))).toBe(true)
    await commitMany(journal, 2, 4)
    const again = await open()
    expect(sequences(again)).toEqual([1, 2, 3, 4])
    expect(again.pending()[0]).toEqual(command)
  })

  it('two windows at once get different numbers without a gap', async () => {
    const journal = await open()
    await Promise.all(Array.from({ length: 20 }, (_, n) => journal.commit(draft(n + 1))))
    expect(sequences(journal)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
  })

  it('the same commandId again gives the same command; for something else it is a conflict', async () => {
    const journal = await open()
    const first = await journal.commit(draft(1))
    expect(await journal.commit(draft(1))).toEqual(first)
    expect(await journal.commit(draft(1, '另一段话'))).toBe('conflict')
    expect(sequences(await open())).toEqual([1])
  })

  it('acknowledged commands leave; their numbers and ids are never used again, over rewriting and restart', async () => {
    let journal = await open()
    await commitMany(journal, 1, 300)
    const before = (await readFile(path())).length
    await journal.acknowledge(Array.from({ length: 299 }, (_, n) => draft(n + 1).commandId))
    expect(sequences(journal)).toEqual([300])
    expect((await readFile(path())).length).toBeLessThan(before / 5)
    await journal.acknowledge([draft(300).commandId, draft(300).commandId, 'unknown'])
    journal = await open()
    expect(journal.pending()).toEqual([])
    expect(await journal.commit(draft(17))).toBe('conflict')
    expect(await journal.commit(draft(301))).toMatchObject({ deviceSeq: 301 })
  })

  it('a kill at any byte of a write loses only what was not promised yet, and the next commit works', async () => {
    const journal = await open()
    await commitMany(journal, 1, 3)
    const promised = (await readFile(path())).length
    await commitMany(journal, 4, 4)
    const whole = await readFile(path())
    for (let length = promised; length < whole.length; length++) {
      await writeFile(path(), whole.subarray(0, length))
      const after = await open()
      expect(sequences(after)).toEqual([1, 2, 3])
      expect(after.damage).toBeNull()
      if (length % 97 !== 0) continue
      expect(await after.commit(draft(4))).toMatchObject({ deviceSeq: 4 })
      expect(sequences(await open())).toEqual([1, 2, 3, 4])
    }
  })

  it('a kill at any byte of the first write of all leaves an empty journal', async () => {
    await commitMany(await open(), 1, 1)
    const whole = await readFile(path())
    for (let length = 0; length < whole.length; length++) {
      await writeFile(path(), whole.subarray(0, length))
      const after = await open()
      expect([after.pending().length, after.damage]).toEqual([0, null])
    }
  })

  it('a full disk at any byte of a write refuses the command and keeps all before it', async () => {
    await commitMany(await open(), 1, 2)
    const before = await readFile(path())
    for (const room of [0, 1, 15, 16, 17, 100, 400, 500]) {
      let left = room
      const journal = await open(async (handle, bytes, position) => {
        const part = bytes.subarray(0, left)
        await handle.write(part, 0, part.length, position)
        left -= part.length
        if (part.length < bytes.length) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
      })
      await expect(journal.commit(draft(3))).rejects.toMatchObject({ code: 'ENOSPC' })
      expect(sequences(journal)).toEqual([1, 2])
      expect(new Uint8Array(await readFile(path()))).toEqual(new Uint8Array(before))
      left = 10_000
      expect(await journal.commit(draft(3))).toMatchObject({ deviceSeq: 3 })
      await truncate(path(), before.length)
    }
  })

  it('a full disk while rewriting keeps the marks, and nothing comes back', async () => {
    let full = false
    const journal = await open(async (handle, bytes, position) => {
      if (full && position === 0 && bytes.length > 2000) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
      await handle.write(bytes, 0, bytes.length, position)
    })
    await commitMany(journal, 1, 270)
    full = true
    await journal.acknowledge(Array.from({ length: 260 }, (_, n) => draft(n + 1).commandId))
    expect(sequences(await open())).toEqual([261, 262, 263, 264, 265, 266, 267, 268, 269, 270])
    expect(await readdir(folder)).toEqual(['journal'])
  })

  it('a bit that flipped anywhere costs one record at most: the rest stays, the damage is told and the file kept', async () => {
    await commitMany(await open(), 1, 5)
    const whole = new Uint8Array(await readFile(path()))
    await fc.assert(fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
      await rm(folder, { recursive: true, force: true })
      const flipped = whole.slice()
      flipped[at]! ^= 1 << bit
      await createDisk().replace(path(), flipped)
      const journal = await open()
      const kept = sequences(journal)
      expect(kept.length).toBeGreaterThanOrEqual(4)
      expect(kept.every((seq) => seq >= 1 && seq <= 5)).toBe(true)
      // A flip in the length of the last record looks like a write that was cut off; all else is told.
      const told = journal.damage ?? { lost: 0, kept: kept.length, copy: null }
      expect([told.lost, told.kept]).toEqual(journal.damage === null ? [0, kept.length] : [1, 4])
      expect(journal.damage !== null || kept.length === 5 || kept.join() === '1,2,3,4').toBe(true)
      expect(told.copy === null ? null : new Uint8Array(await readFile(join(folder, told.copy)))).toEqual(told.copy === null ? null : flipped)
      const next = await journal.commit(draft(77))
      // A number that was lost in the middle is not handed out again.
      const number = next === 'conflict' ? 0 : next.deviceSeq
      expect(kept).not.toContain(number)
      expect(kept.includes(5) ? [6] : [5, 6]).toContain(number)
      const again = await open()
      expect(again.damage).toBeNull()
      expect(again.pending().length).toBe(kept.length + 1)
    }), { numRuns: 150 })
  })

  it('under another key nothing is readable and nothing is thrown away', async () => {
    await commitMany(await open(), 1, 2)
    const before = new Uint8Array(await readFile(path()))
    const foreign = await openJournal({ disk: createDisk(), path: path(), key: randomBytes(32), deviceId: 'd-1', signer })
    expect(foreign.damage).toMatchObject({ lost: 2, kept: 0 })
    expect(new Uint8Array(await readFile(join(folder, foreign.damage!.copy!)))).toEqual(before)
  })

  it('no byte of what was written is readable in the file', async () => {
    await (await open()).commit(draft(1, '草原防火方案'))
    const bytes = await readFile(path())
    for (const text of ['草原防火方案', 'comment', 'doc-1', 'qiqige', 'signature']) expect(bytes.includes(text)).toBe(false)
  })
})

describe('frames', () => {
  it('any bytes are scanned without an exception, and good frames in between are found', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }), fc.uint8Array({ maxLength: 60 }), (payloads, noise) => {
      const frames = payloads.map((payload, i) => writeFrame(i, payload))
      const scan = scanFrames(new Uint8Array(Buffer.concat([noise, ...frames])))
      const found = scan.frames.map(({ payload }) => toHex(payload))
      for (const payload of payloads) expect(found).toContain(toHex(payload))
    }))
  })
})
