/** SM2, SM3 and SM4 beside OpenSSL, sm-crypto and sm-crypto-v2 in the same run, in turns (国密算法). */
import { randomBytes } from 'node:crypto'
import { sm2KeyPair, sm2Sign, sm2Verify, sm3, sm4Encrypt, sm4Seal } from '#core/crypto'
import { openSm3 } from '#keys'
import type { Bench, Figure } from './figure.ts'
import { interleaved, type Work } from './interleaved.ts'
import { bulkPeers, signingPeers } from './sm-peers.ts'

const entropy = (length: number): Uint8Array => randomBytes(length)

/** A figure of ours beside OpenSSL's of the same turn; without OpenSSL there is nothing to hold it against. */
const figure = (rates: ReadonlyMap<string, number>, unit: string, scale: number) =>
  (name: string, work: string, against: string, ratio: number | null): Figure[] => {
    const value = (rates.get(work) ?? Number.NaN) * scale
    const peer = rates.get(against)
    if (Number.isNaN(value)) return []
    return [{
      name, value, unit,
      peer: peer === undefined ? null : { name: 'OpenSSL', value: peer * scale },
      budget: ratio === null || peer === undefined ? null : { text: `≥ ${ratio} × OpenSSL`, met: value / (peer * scale) >= ratio },
    }]
  }

const peerFigures = (rates: ReadonlyMap<string, number>, unit: string, scale: number, what: readonly string[]): Figure[] =>
  ['sm-crypto', 'sm-crypto-v2'].flatMap((peer) => what.flatMap((work) => figure(rates, unit, scale)(`对照 ${peer} ${work}`, `${peer} ${work}`, `OpenSSL ${work}`, null)))

const signing = (): Figure[] => {
  const message = randomBytes(300)
  const pair = sm2KeyPair(entropy)
  const { privateKey, publicKey } = pair
  const signature = sm2Sign(message, privateKey, entropy, { publicKey })
  // More keys than the cache keeps, met in a circle: each is a stranger every time. They are made outside the clock.
  const strangers = Array.from({ length: 600 }, () => sm2KeyPair(entropy)).map((key) => ({ key, signature: sm2Sign(message, key.privateKey, entropy, { publicKey: key.publicKey }) }))
  let next = 0
  const verify = (der: Uint8Array, key: Uint8Array): void => {
    if (!sm2Verify(message, der, key)) throw new Error('a good signature did not verify')
  }
  for (let use = 0; use < 60; use += 1) verify(signature, publicKey)
  const works: Work[] = [
    { name: '签名', run: () => { sm2Sign(message, privateKey, entropy, { publicKey }) } },
    { name: '初见', run: () => { const { key, signature: der } = strangers[next++ % strangers.length]!; verify(der, key.publicKey) } },
    // The strangers of the turn before have pushed the key out of sight; its table is kept, as for a key of the day.
    { name: '常见', run: () => { verify(signature, publicKey) } },
  ]
  const rates = interleaved([...works.slice(0, 2), ...signingPeers(pair, message)])
  for (let use = 0; use < 60; use += 1) verify(signature, publicKey)
  const warm = interleaved([works[2]!, ...signingPeers(pair, message).filter(({ name }) => name === 'OpenSSL 验签')])
  const of = figure(rates, '次/秒', 1)
  return [
    ...of('SM2 签名', '签名', 'OpenSSL 签名', 0.7),
    ...of('SM2 验签（初见的公钥）', '初见', 'OpenSSL 验签', 0.13),
    ...figure(warm, '次/秒', 1)('SM2 验签（常见的公钥）', '常见', 'OpenSSL 验签', 0.5),
    ...peerFigures(rates, '次/秒', 1, ['签名', '验签']),
  ]
}

const bulk = async (): Promise<Figure[]> => {
  const message = randomBytes(256 * 1024)
  const [key, iv] = [randomBytes(16), randomBytes(16)]
  // One long stream: what a large attachment costs on its way through.
  const stream = await openSm3()
  const rates = interleaved([
    { name: 'SM3', run: () => { sm3(message) } },
    { name: '流式', run: () => { for (let at = 0; at < message.length; at += 64 * 1024) stream.update(message.subarray(at, at + 64 * 1024)) } },
    { name: 'CBC', run: () => { sm4Encrypt(message, { mode: 'cbc', key, iv, padding: 'none' }) } },
    { name: 'CTR', run: () => { sm4Encrypt(message, { mode: 'ctr', key, iv }) } },
    { name: 'GCM', run: () => { sm4Seal(message, { mode: 'gcm', key, nonce: iv.subarray(0, 12) }) } },
    ...bulkPeers(message, key, iv),
  ])
  const scale = message.length / 1_000_000
  const of = figure(rates, 'MB/秒', scale)
  return [
    ...of('SM3（256 KiB）', 'SM3', 'OpenSSL SM3', 0.5),
    ...of('SM3 流式（64 KiB 一段）', '流式', 'OpenSSL SM3', 0.6),
    ...of('SM4-CBC 加密', 'CBC', 'OpenSSL SM4-CBC', 0.9),
    ...of('SM4-CTR', 'CTR', 'OpenSSL SM4-CTR', 0.9),
    ...of('SM4-GCM（OpenSSL 列为 CTR）', 'GCM', 'OpenSSL SM4-CTR', null),
    ...peerFigures(rates, 'MB/秒', scale, ['SM3', 'SM4-CBC']),
  ]
}

export const sm2: Bench = { name: 'sm2', run: async () => [...signing(), ...(await bulk())] }
