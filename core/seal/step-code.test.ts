import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { coded, stepCode, verifySeal } from './index.ts'

/** Every literal that a verifier calls a step by. */
const namesIn = (source: string): readonly string[] => [...source.matchAll(
  /(?:\badd\(\s*|\bcheck\(\s*|\bname(?::| =) |\bAddStep\w*\(\s*|(?<=: )(?:pass|fail)\(|return (?:pass|fail)\()(?:'([^'\n]+)'|"([^"\n]+)"|`([^`\n]+)`)/gu,
)].map((match) => match[1] ?? match[2] ?? match[3] ?? '').filter((name) => /\p{Script=Han}/u.test(name))

/** What `add` collects there is told inside one step. */
const noSteps = new Set(['core/seal/pdf/allowed.ts', 'core/seal/pdf/repair.ts', 'core/archive/manifest.ts'])
const folders = ['core/seal', 'core/seal/ses', 'core/seal/pdf', 'core/seal/ofd', 'core/archive']
const files = [...folders.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/u.test(name)).map((name) => `${folder}/${name}`)),
  ...['chain', 'cms-verify', 'cms-content', 'timestamp'].map((name) => `core/crypto/${name}.ts`), 'core/ledger/judge.ts'].filter((file) => !noSteps.has(file))

/** Told inside other steps or of chains, never by themselves. */
const within = new Set([...['信任锚', '吊销', '有效期', '证书签名', '密钥用途', '扩展用途', '颁发权限', '关键扩展'].map((name) => `证书链：${name}`)])

test('SE15 every step of every verifier has a code of its own meaning', () => {
  const found = files.flatMap((file) => namesIn(readFileSync(file, 'utf8')).map((name) => [file, name] as const))
  expect(found.length).toBeGreaterThan(100)
  const unknown = found.flatMap(([file, name]) => {
    const filled = name.replaceAll(/\$\{(?:TRUST_STEP|TRUST_PREFIX|prefix)\}/gu, '证书链：').replaceAll(/\$\{name\}/gu, '签名值').replaceAll(/\$\{[^}]*\}/gu, '')
    const isOfChain = file === 'core/crypto/chain.ts'
    return stepCode(isOfChain ? `证书链：${filled}` : filled) === 'other' ? [`${file}: ${filled}`] : []
  })
  expect(unknown, 'name these steps in core/seal/step-code.ts and docs/spec/seal.md').toEqual([])
  for (const name of within) expect(stepCode(name)).not.toBe('trust.chain')
})

test('SE15 codes of one step', () => {
  expect(stepCode('证书链：签章人吊销')).toBe('trust.revocation')
  expect(stepCode('证书链：信任锚')).toBe('trust.anchor')
  expect(stepCode('证书链：p-batu')).toBe('trust.chain')
  expect(stepCode('历史延续：所持第 2 份证据（见证：某厅）')).toBe('ledger.history')
  expect(stepCode('toString')).toBe('other')
})

test('SE15 a step keeps name, result and detail as they were; a code that it brings stands', () => {
  const signature = { steps: [{ name: '签名值', result: 'pass', detail: 'x' }, { name: '证书链：某人', result: 'unknown', detail: 'y', code: 'trust.anchor' }] } as const
  expect(coded({ signatures: [signature] })).toEqual({ signatures: [{ steps: [{ name: '签名值', result: 'pass', detail: 'x', code: 'value.signature' }, { name: '证书链：某人', result: 'unknown', detail: 'y', code: 'trust.anchor' }] }] })
  expect(verifySeal(new Uint8Array(3), { anchors: [], crls: [], trust: 'decide' }).signatures).toEqual([])
})
