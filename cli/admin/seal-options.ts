/** What `wenshu admin seal add` is told (登记印章). */
import type { SealDefinition } from '#server'
import { readOptions, UsageError } from '../command.ts'
import { keysOf } from './desk-certificates.ts'

export const placeOptions = { data: { type: 'string', default: 'wenshu-data' }, 'database-url': { type: 'string' }, json: { type: 'boolean', default: false } } as const

type DayEdge = 'start' | 'end'

/** A day in China, whole: the first day from its beginning, the last one to its end. UTC, whole seconds. */
const moment = (text: string, edge: DayEdge, option: string): string => {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  const time = parts === null ? Number.NaN : Date.parse(`${text}T${edge === 'start' ? '00:00:00' : '23:59:59'}+08:00`)
  // 2026-02-30 would be read as 2 March.
  if (Number.isNaN(time) || new Date(time + 8 * 3_600_000).toISOString().slice(0, 10) !== text) throw new UsageError(`--${option} 不正确：${text}（应为日期，如 2026-12-01）`)
  return `${new Date(time).toISOString().slice(0, 19)}Z`
}

export const readSealAdd = (argv: readonly string[]) => {
  const { values, positionals } = readOptions(argv, {
    ...placeOptions, organ: { type: 'string' }, name: { type: 'string' }, diameter: { type: 'string', default: '42' }, bottom: { type: 'string', default: '' },
    'valid-from': { type: 'string' }, 'valid-to': { type: 'string' }, control: { type: 'string', default: 'single' },
    'key-pdf': { type: 'string' }, 'key-ofd': { type: 'string' }, 'seal-keyring': { type: 'string' },
  })
  const [id, ...more] = positionals
  if (id === undefined || more.length > 0) throw new UsageError('请给出一个印章编号，例如：wenshu admin seal add bgt-seal --organ 机关编号 --name 印章名称')
  const { organ, name, control } = values
  if (organ === undefined || name === undefined) throw new UsageError(`请用 --${organ === undefined ? 'organ 给出机关编号' : 'name 给出印章名称'}`)
  if (control !== 'single' && control !== 'dual') throw new UsageError(`--control 不正确：${control}（应为 single 一人用印，或 dual 双人用印）`)
  const seal: SealDefinition = {
    id, organId: organ, name, diameterMm: /^\d{1,3}$/.test(values.diameter) ? Number(values.diameter) : Number.NaN, bottomText: values.bottom, control,
    ...keysOf(values['key-pdf'] ?? '', values['key-ofd'] ?? ''),
    ...(values['valid-from'] === undefined ? {} : { validFrom: moment(values['valid-from'], 'start', 'valid-from') }),
    ...(values['valid-to'] === undefined ? {} : { validTo: moment(values['valid-to'], 'end', 'valid-to') }),
  }
  return { seal, place: values, keyring: values['seal-keyring'] }
}
