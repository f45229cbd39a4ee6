/** Options of `wenshu seal make`. */
import { readOptions } from '../command.ts'
import { SealFailure, told } from './failure.ts'
import { makeSealFile, type MakeRequest } from './make.ts'
import { madeText } from './text.ts'

const string = { type: 'string' } as const
const variable = { type: 'string', default: 'WENSHU_KEY_PASSWORD' } as const
const flag = { type: 'boolean', default: false } as const
const many = { type: 'string', multiple: true, default: [] as string[] } as { readonly type: 'string'; readonly multiple: true; default: string[] }
const OPTIONS = {
  name: string, id: string, vendor: string, type: string, out: string, key: string, cert: string, 'password-env': variable, 'signer-cert': many,
  picture: string, font: string, diameter: string, bottom: string, vector: flag, 'valid-from': string, 'valid-to': string,
  demo: flag, json: flag,
}

/** Exit 0 made; 1 refused; 2 an input cannot be read. */
export const runMake = async (argv: readonly string[]): Promise<number> => {
  const { values, positionals } = readOptions(argv, OPTIONS)
  return told(values.json ? 'json' : 'text', async () => {
    if (positionals.length > 0) throw new SealFailure('seal.arguments', `多余的参数：${positionals.join(' ')}`)
    const made = await makeSealFile(requestOf(values), new Date())
    process.stdout.write(`${values.json ? JSON.stringify({ ok: true, ...made }, null, 2) : madeText(made)}\n`)
    return 0
  })
}

type Values = ReturnType<typeof readOptions<typeof OPTIONS>>['values']

const requestOf = (values: Values): MakeRequest => {
  const { name, out, key } = values
  if (name === undefined || out === undefined) throw new SealFailure('seal.arguments', '请给出 --name 机关名 和 --out 印章文件.esl')
  if ((key === undefined) === !values.demo) throw new SealFailure('seal.arguments', '请用 --key 给出制章者密钥，或用 --demo 生成演示用的密钥（两者取一）')
  const count = (text: string | undefined, fallback: number, what: string): number => {
    const value = text === undefined ? fallback : Number(text)
    if (!Number.isInteger(value) || value < 0) throw new SealFailure('seal.arguments', `${what}应为整数：${text ?? ''}`)
    return value
  }
  const optional = <K extends string, V>(property: K, value: V | undefined): { readonly [key in K]?: V } => (value === undefined ? {} : ({ [property]: value }) as { readonly [key in K]?: V })
  return {
    name, out,
    keys: key === undefined ? { from: 'demo' } : { from: 'file', path: key, passwordEnv: values['password-env'], ...optional('certificate', values.cert) },
    signerCertificates: values['signer-cert'],
    ...optional('id', values.id), ...optional('vendor', values.vendor), ...optional('picture', values.picture), ...optional('font', values.font), ...optional('bottom', values.bottom),
    ...optional('validFrom', values['valid-from']), ...optional('validTo', values['valid-to']),
    type: count(values.type, 1, '印章类型'), diameter: count(values.diameter, 42, '印章直径（毫米）'), format: values.vector ? 'ofd' : 'png',
  }
}
