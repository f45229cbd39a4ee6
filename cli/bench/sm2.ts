/** SM2 beside OpenSSL in the same run. */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { sm2KeyPair, sm2Sign, sm2Verify } from '#core/crypto'
import { perSecond, type Bench } from './figure.ts'

/** Signatures and verifications per second of `openssl speed`, or null without it. */
const openssl = (): { readonly sign: number; readonly verify: number } | null => {
  const run = spawnSync('openssl', ['speed', '-mr', '-seconds', '2', 'sm2'], { encoding: 'utf8' })
  // machine-readable: +F8:index:bits:name:seconds per signature:seconds per verification (or operations per second, by version)
  const fields = run.stdout?.split('\n').find((row) => /^\+F\d+:.*SM2/i.test(row))?.split(':') ?? []
  const [sign, verify] = fields.slice(-2).map(Number)
  if (sign === undefined || verify === undefined || !(sign > 0) || !(verify > 0)) return null
  return sign < 1 ? { sign: 1 / sign, verify: 1 / verify } : { sign, verify }
}

export const sm2: Bench = {
  name: 'sm2',
  run: async () => {
    const entropy = (length: number): Uint8Array => randomBytes(length)
    const pair = sm2KeyPair(entropy)
    const message = randomBytes(300)
    const signature = sm2Sign(message, pair.privateKey, entropy, { publicKey: pair.publicKey })
    // A key met for the first time each round: keys are made outside the clock.
    const strangers = Array.from({ length: 1500 }, () => sm2KeyPair(entropy)).map((key) => ({ key, signature: sm2Sign(message, key.privateKey, entropy, { publicKey: key.publicKey }) }))
    let next = 0
    const cold = perSecond(() => {
      const stranger = strangers[next++ % strangers.length]
      if (stranger === undefined || !sm2Verify(message, stranger.signature, stranger.key.publicKey)) throw new Error('a good signature did not verify')
    }, 0.5)
    for (let use = 0; use < 60; use += 1) sm2Verify(message, signature, pair.publicKey)
    const sign = perSecond(() => { sm2Sign(message, pair.privateKey, entropy, { publicKey: pair.publicKey }) })
    const warm = perSecond(() => { sm2Verify(message, signature, pair.publicKey) })
    const peer = openssl()
    const beside = (kind: 'sign' | 'verify') => peer === null ? null : { name: 'OpenSSL', value: peer[kind] }
    const budget = (value: number, against: number | undefined, ratio: number) =>
      against === undefined ? null : { text: `≥ ${ratio} × OpenSSL`, met: value / against >= ratio }
    return [
      { name: 'SM2 签名', value: sign, unit: '次/秒', peer: beside('sign'), budget: budget(sign, peer?.sign, 0.7) },
      { name: 'SM2 验签（初见的公钥）', value: cold, unit: '次/秒', peer: beside('verify'), budget: budget(cold, peer?.verify, 0.13) },
      { name: 'SM2 验签（常见的公钥）', value: warm, unit: '次/秒', peer: beside('verify'), budget: budget(warm, peer?.verify, 0.5) },
    ]
  },
}
