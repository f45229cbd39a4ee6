import { mkdtempSync, readdirSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sm3Hex } from '#core/crypto'
import { openBlobs } from './index.ts'

const bytes = new TextEncoder().encode('内蒙古自治区人民政府办公厅')
const stream = async function* (...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> { yield* chunks }

describe('blobs in a folder', () => {
  let dataDir: string
  beforeEach(() => { dataDir = mkdtempSync(join(tmpdir(), 'wenshu-blobs-')) })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))
  const left = (): string[] => readdirSync(join(dataDir, 'blobs', 'incoming'))

  it('gives back what was put, piece by piece, under its hash', async () => {
    const blobs = await openBlobs(undefined, dataDir)
    const hash = sm3Hex(bytes)
    expect(await blobs.put(hash, stream(bytes.subarray(0, 5), bytes.subarray(5)), 1000)).toEqual({ ok: true, hash, size: bytes.length })
    expect(new Uint8Array((await blobs.read(hash)) ?? [])).toEqual(bytes)
    expect(await blobs.has(hash)).toBe(true)
    expect((await blobs.open(hash))?.size).toBe(bytes.length)
    expect(left()).toEqual([])
  })

  it('keeps nothing of bytes with another hash, of too many, or of a stream that breaks', async () => {
    const blobs = await openBlobs(undefined, dataDir)
    const hash = sm3Hex(bytes)
    expect(await blobs.put(hash, stream(bytes.subarray(1)), 1000)).toEqual({ ok: false, reason: 'hash_differs' })
    expect(await blobs.put(hash, stream(bytes), 5)).toEqual({ ok: false, reason: 'too_large' })
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 3)
      throw new Error('connection reset')
    }
    await expect(blobs.put(hash, broken(), 1000)).rejects.toThrow('connection reset')
    expect([await blobs.has(hash), await blobs.read(hash), left()]).toEqual([false, null, []])
  })

  it('clears away what a killed process left half written', async () => {
    mkdirSync(join(dataDir, 'blobs', 'incoming'), { recursive: true })
    writeFileSync(join(dataDir, 'blobs', 'incoming', 'half'), 'x')
    await openBlobs(undefined, dataDir)
    expect(left()).toEqual([])
  })

  it('says what it does not support', () => {
    expect(() => openBlobs('s3://bucket/prefix', dataDir)).toThrow('S3 尚未提供')
  })
})
