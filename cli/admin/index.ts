/** admin: what is done at the server's console (控制台管理). Rules T17, T18, T20 of docs/spec/cli.md. */
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { openInstallation, type Installation } from '#server'
import type { SealEntry, SealStatus } from '#core/sync'
import { progress, readOptions, UsageError } from '../command.ts'
import { lookAtKeys } from './look-at-keys.ts'
import { placeOptions, readSealAdd } from './seal-options.ts'

/** 0 done · 1 refused, nothing changed · 2 the installation cannot be opened */
export type Outcome = { readonly exitCode: 0 | 1 | 2; readonly text: string }

type Place = { readonly data: string; readonly 'database-url'?: string | undefined }

const refused = (text: string): Outcome => ({ exitCode: 1, text })

const within = async (place: Place, work: (installation: Installation) => Promise<Outcome>): Promise<Outcome> => {
  const opened = await openInstallation({
    dataDir: resolve(place.data), databaseUrl: place['database-url'] ?? process.env['DATABASE_URL'], by: `console:${userInfo().username}`,
  })
  if (typeof opened === 'string') return { exitCode: 2, text: opened }
  try {
    return await work(opened)
  } finally {
    await opened.close()
  }
}

const statusText: Readonly<Record<SealStatus, string>> = { active: '在用', suspended: '停用', revoked: '注销' }
const keyText = (address: string): string => (address === '' ? '本机' : address === 'desk' ? '用印台密码设备' : address)

const sealText = ({ id, organId, name, control, status, halted, keys, made, uses }: SealEntry): string => [
  `${id}  ${name}（${organId}）  ${statusText[status]}${halted === null ? '' : `：${halted.reason}（${halted.by}，${halted.at.slice(0, 10)}）`}`,
  `  ${control === 'dual' ? '双人用印' : '一人用印'}；密钥 PDF ${keyText(keys.pdf)}，OFD ${keyText(keys.ofd)}；${made === null ? '尚未制作' : `有效期 ${made.validFrom.slice(0, 10)} 至 ${made.validTo.slice(0, 10)}`}；已用 ${uses} 次`,
].join('\n')

const add = async (argv: readonly string[]): Promise<Outcome> => {
  const { seal, place, keyring } = readSealAdd(argv)
  return within(place, async (installation) => {
    const looked = await lookAtKeys(seal, keyring ?? process.env['WENSHU_SEAL_KEYRING'])
    if ('problem' in looked) return refused(looked.problem)
    const problem = await installation.addSeal(seal)
    if (problem !== null) return refused(problem)
    for (const note of looked.notes) progress(note)
    return { exitCode: 0, text: place.json ? JSON.stringify((await installation.seals(null)).find(({ id }) => id === seal.id)) : `已登记印章“${seal.name}”（${seal.id}）` }
  })
}

const list = async (argv: readonly string[]): Promise<Outcome> => {
  const { values } = readOptions(argv, { ...placeOptions, organ: { type: 'string' } })
  return within(values, async (installation) => {
    const seals = await installation.seals(values.organ ?? null)
    return { exitCode: 0, text: values.json ? JSON.stringify({ seals }) : seals.length === 0 ? '没有登记的印章' : seals.map(sealText).join('\n') }
  })
}

const change = (status: SealStatus) => async (argv: readonly string[]): Promise<Outcome> => {
  const { values, positionals: [id, ...more] } = readOptions(argv, { ...placeOptions, reason: { type: 'string' } })
  const { reason } = values
  if (id === undefined || more.length > 0 || reason === undefined) throw new UsageError('请给出一个印章编号，并用 --reason 写明理由')
  return within(values, async (installation) => {
    const problem = await installation.setSealStatus(id, status, reason)
    return problem === null ? { exitCode: 0, text: values.json ? JSON.stringify({ id, status }) : `印章 ${id} 现为：${statusText[status]}` } : refused(problem)
  })
}

const revokeKey = async (argv: readonly string[]): Promise<Outcome> => {
  const { values, positionals: [person, ...more] } = readOptions(argv, { ...placeOptions, reason: { type: 'string' } })
  const { reason } = values
  if (person === undefined || more.length > 0 || reason === undefined) throw new UsageError('请给出一个人员编号，并用 --reason 写明理由')
  return within(values, async (installation) => {
    const problem = await installation.revokeKey(person, reason)
    return problem === null ? { exitCode: 0, text: values.json ? JSON.stringify({ person, status: 'revoked' }) : `${person} 的个人密钥已停用；本人重新登录后可换用新的密钥` } : refused(problem)
  })
}

const devices = async (argv: readonly string[]): Promise<Outcome> => {
  const { values } = readOptions(argv, placeOptions)
  return within(values, async (installation) => {
    const found = await installation.devices()
    const word = { active: '在用', pending: '待批准', revoked: '已吊销' } as const
    const lines = found.map(({ id, person, name, status, enrolledAt }) => `${id}  ${person}  ${name}  ${word[status]}  ${enrolledAt.slice(0, 10)} 登记`)
    return { exitCode: 0, text: values.json ? JSON.stringify({ devices: found }) : lines.length === 0 ? '没有登记的设备' : lines.join('\n') }
  })
}

const accounts = async (argv: readonly string[]): Promise<Outcome> => {
  const { values } = readOptions(argv, placeOptions)
  return within(values, async (installation) => {
    const found = await installation.accounts()
    const lines = found.map(({ person, name, organId, roles, disabled }) => `${person}  ${name}（${organId}）  ${roles.join('、')}${disabled ? '  已停用' : ''}`)
    return { exitCode: 0, text: values.json ? JSON.stringify({ accounts: found }) : lines.length === 0 ? '没有账号' : lines.join('\n') }
  })
}

const actions = new Map<string, (argv: readonly string[]) => Promise<Outcome>>([
  ['seal add', add], ['seal list', list], ['seal suspend', change('suspended')], ['seal resume', change('active')], ['seal revoke', change('revoked')],
  ['key revoke', revokeKey], ['device list', devices], ['account list', accounts],
])

export const administer = async ([subject = '', action = '', ...rest]: readonly string[]): Promise<Outcome> => {
  const act = actions.get(`${subject} ${action}`)
  if (act === undefined) throw new UsageError('请给出 seal add、seal list、seal suspend、seal resume、seal revoke、key revoke、device list 或 account list')
  return act(rest)
}
