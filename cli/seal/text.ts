/** What the seal commands say to people (印章命令的文字). */
import type { SealView } from './inspect.ts'
import type { MadeSealFile } from './make.ts'

const states: Readonly<Record<SealView['state'], string>> = { 'in-force': '在有效期内', 'not-yet': '尚未生效', expired: '已过期' }
const results: Readonly<Record<string, string>> = { pass: '通过', fail: '失败', warn: '注意', unknown: '未知' }
const verdicts: Readonly<Record<string, string>> = { valid: '本身成立（信任与吊销未判定，文件是否改动请用 verify）', invalid: '不成立', undecided: '不能确定', unusable: '无法读取' }
const standards: Readonly<Record<number, string>> = { 1: 'GM/T 0031-2014', 4: 'GB/T 38540-2020', 5: 'GM/T 0031-2025' }
const names: Readonly<Record<number, string>> = { 1: '单位印章', 2: '个人印章' }

export const inspectText = (seals: readonly SealView[]): string => seals.map((seal) => [
  `${seal.name}${seal.where === '' ? '' : `（${seal.where}）`}：${verdicts[seal.verdict] ?? seal.verdict}`,
  `  标准：${standards[seal.version] ?? seal.version}；标识 ${seal.id}；厂商 ${seal.vendor}；类型 ${seal.type}${seal.version === 1 && names[seal.type] !== undefined ? `（${names[seal.type]}）` : ''}`,
  `  有效期：${seal.validFrom} 至 ${seal.validTo}（${states[seal.state]}）；制作于 ${seal.createdAt}`,
  `  制章者：${seal.maker}`,
  ...seal.signers.map((signer) => `  签章者：${signer}`),
  `  图像：${seal.picture.type} ${seal.picture.width}×${seal.picture.height} 毫米，${seal.picture.bytes} 字节${seal.picture.problem === undefined ? '' : `；${seal.picture.problem}`}`,
  ...(seal.signedAt === undefined ? [] : [`  签章：${seal.signer ?? ''}，${seal.signedAt}（自述），原文 ${seal.original ?? ''}`]),
  ...seal.steps.map(({ name, result, detail }) => `    ${results[result] ?? result}  ${name}  ${detail}`),
].join('\n')).join('\n')

export const madeText = (made: MadeSealFile): string => [
  `已制章：${made.out}`,
  `  ${made.name}，标识 ${made.id}，有效期 ${made.validFrom} 至 ${made.validTo}`,
  `  图像：${made.picture.type} ${made.picture.width}×${made.picture.height} 毫米，${made.picture.bytes} 字节`,
  `  制章者：${made.maker}`,
  ...made.signers.map((signer) => `  签章者：${signer}`),
  ...(made.files.length === 0 ? [] : ['  演示用密钥与证书（仅供试用，不得用于公务）：', ...made.files.map((file) => `    ${file}`)]),
].join('\n')
