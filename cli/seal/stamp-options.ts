/** Options of `wenshu seal stamp` (用印参数), each mistake with its own sentence. */
import type { OfdSealPlace, SealLevel } from '#core/seal'
import { readOptions, UsageError } from '../command.ts'

export type StampOptions = {
  readonly path: string
  readonly out: string
  readonly seal: string
  readonly key: string
  /** absent: the variable is not set, and only a key without password opens */
  readonly password?: string
  readonly passwordVariable: string
  readonly certificates?: string
  readonly places: readonly OfdSealPlace[]
  readonly closing: 'open' | 'locked'
  readonly tsa?: string
  readonly level: SealLevel
  readonly trust: readonly string[]
}

const LEVELS: readonly string[] = ['B', 'T', 'LT', 'LTA'] satisfies readonly SealLevel[]
const EDGES: readonly string[] = ['right', 'left', 'top', 'bottom'] satisfies readonly Extract<OfdSealPlace, { kind: 'seam' }>['edge'][]

/** UsageError with a Chinese sentence. `environment`: where the password's variable is looked up. */
export const readStampOptions = (argv: readonly string[], environment: Readonly<Record<string, string | undefined>>): StampOptions => {
  const { values, positionals } = readOptions(argv, {
    seal: { type: 'string' }, key: { type: 'string' }, 'password-env': { type: 'string', default: 'WENSHU_KEY_PASSWORD' }, cert: { type: 'string' }, out: { type: 'string' },
    page: { type: 'string' }, x: { type: 'string' }, y: { type: 'string' }, keyword: { type: 'string' }, all: { type: 'boolean', default: false }, seam: { type: 'string' },
    lock: { type: 'boolean', default: false }, tsa: { type: 'string' }, level: { type: 'string', default: 'B' }, trust: { type: 'string', multiple: true, default: [] },
  })
  const [path, ...more] = positionals
  if (path === undefined || more.length > 0) throw new UsageError('请给出一个文件，例如：wenshu seal stamp 正本.ofd --seal 印章.esl --key 密钥.p12 --out 已盖章.ofd --page 1 --x 120 --y 240')
  for (const name of ['seal', 'key', 'out'] as const) if (values[name] === undefined) throw new UsageError(`请用 --${name} 给出${{ seal: '印章文件（.esl）', key: '签章人的密钥文件', out: '输出文件' }[name]}`)
  const password = environment[values['password-env']]
  if (!LEVELS.includes(values.level)) throw new UsageError('--level 只能是 B、T、LT、LTA')
  if (values.level !== 'B' && values.tsa === undefined) throw new UsageError('B 以上的级别要用 --tsa 给出时间戳服务')
  return {
    path, out: values.out!, seal: values.seal!, key: values.key!, passwordVariable: values['password-env'], places: placesOf(values), closing: values.lock ? 'locked' : 'open',
    level: values.level as SealLevel, trust: values.trust,
    ...(password === undefined ? {} : { password }), ...(values.cert === undefined ? {} : { certificates: values.cert }), ...(values.tsa === undefined ? {} : { tsa: values.tsa }),
  }
}

type PlaceValues = { readonly page?: string; readonly x?: string; readonly y?: string; readonly keyword?: string; readonly all: boolean; readonly seam?: string }

const placesOf = ({ page, x, y, keyword, all, seam }: PlaceValues): readonly OfdSealPlace[] => {
  const places: OfdSealPlace[] = []
  if (x !== undefined || y !== undefined || page !== undefined) {
    if (x === undefined || y === undefined) throw new UsageError('--page、--x、--y 要一起给出：页码，印章中心距页面左上角的毫米数')
    const number = Number(page ?? '1')
    if (!Number.isInteger(number) || number < 1) throw new UsageError(`页码不正确：${page}`)
    places.push({ kind: 'at', page: number, x: millimetres('x', x), y: millimetres('y', y) })
  }
  if (keyword !== undefined) places.push({ kind: 'keyword', text: keyword, which: all ? 'all' : 'last' })
  if (seam !== undefined) places.push(seamOf(seam))
  if (places.length === 0) throw new UsageError('请指明盖章位置：--page N --x 毫米 --y 毫米，或 --keyword 文字，或 --seam right')
  return places
}

/** right, left, top or bottom, then words: twoSided, along=毫米, perSeal=N, pages=1-5. */
const seamOf = (text: string): OfdSealPlace => {
  const [edge = '', ...words] = text.split(',').map((word) => word.trim())
  if (!EDGES.includes(edge)) throw new UsageError('--seam 的第一项是页边：right、left、top、bottom')
  let place: Extract<OfdSealPlace, { kind: 'seam' }> = { kind: 'seam', edge: edge as 'right' }
  for (const word of words) {
    const [name, value = ''] = word.split('=')
    if (name === 'twoSided') place = { ...place, sides: 'facing' }
    else if (name === 'along') place = { ...place, along: millimetres('seam along', value) }
    else if (name === 'perSeal') place = { ...place, perSeal: wholeNumber('perSeal', value) }
    else if (name === 'pages') place = { ...place, pages: pageRange(value) }
    else throw new UsageError(`--seam 不认识“${word}”，可用：twoSided、along=毫米、perSeal=页数、pages=1-5`)
  }
  return place
}

const pageRange = (text: string): readonly number[] => {
  const [from, to] = text.split('-').map((part) => wholeNumber('pages', part))
  if (from === undefined || to === undefined || to < from || to > 20_000) throw new UsageError(`页码范围不正确：${text}（例如 1-5）`)
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

const wholeNumber = (name: string, text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < 1) throw new UsageError(`${name} 应为正整数：${text}`)
  return value
}

const millimetres = (name: string, text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new UsageError(`--${name} 应为毫米数：${text}`)
  return value
}
