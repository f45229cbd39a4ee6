/** wenshu verify: offline verification by anyone, without a server (离线验证). */
import { readOptions, UsageError, type CommandModule } from '../command.ts'
import { runVerify } from '../verify/index.ts'

const optionsOf = (argv: readonly string[]) => {
  try {
    return readOptions(argv, {
      trust: { type: 'string', multiple: true, default: [] }, at: { type: 'string' }, 'no-trust': { type: 'boolean', default: false }, online: { type: 'boolean', default: false }, json: { type: 'boolean', default: false },
    })
  } catch (error) {
    if (error instanceof UsageError) return { problem: error.message }
    throw error
  }
}

export const { help, run }: CommandModule = {
  help: (language) => language === 'en'
    ? 'wenshu verify PATH [--trust FILE_OR_DIR]… [--at TIME] [--no-trust] [--online] [--json]\n  PATH: a PDF, an OFD, a seal (.esl), signature data (.dat), an archive package (folder or zip) or a ledger file (.json).\n  --trust: roots, revocation lists, OCSP responses, ledger files kept earlier. --online: asks the issuers under these roots about revocation; without it no network is used.\n  Exit: 0 valid, 1 invalid, 2 unreadable or refused, 3 nothing to verify, 4 intact but undecided. The grounds of a step are told in Chinese; --json has their codes.'
    : 'wenshu verify 路径 [--trust 文件或目录]… [--at 时间] [--no-trust] [--online] [--json]\n  路径为 PDF、OFD、印章文件（.esl）、签章数据（.dat）、归档包（文件夹或 zip）或账本导出件（.json）；信任锚只来自 --trust，包内所带证书只是证据。\n  --trust 可给根证书、吊销列表、证书状态应答（OCSP）和以前保存的账本文件；--online 就这些根证书之下的证书联网查询吊销，不给则不用网络。\n  退出码：0 有效；1 无效；2 无法读取或拒绝；3 没有可验证的内容；4 完整但未能判定（缺信任锚、时间或吊销信息）。',
  run: async (argv, language) => {
    const read = optionsOf(argv)
    // 1 means "invalid": a mistyped option must not read like a verdict.
    if ('problem' in read) {
      process.stderr.write(`${read.problem}\n`)
      return 2
    }
    const { values, positionals } = read
    const [path, ...more] = positionals
    if (path === undefined || more.length > 0) {
      process.stderr.write(language === 'en' ? 'Name one path to verify, e.g. wenshu verify PACKAGE --trust FOLDER\n' : '请给出一个要验证的路径，例如：wenshu verify 归档包目录 --trust 信任目录\n')
      return 2
    }
    return runVerify({ path, trust: values.trust, ...(values.at === undefined ? {} : { at: values.at }), noTrust: values['no-trust'], online: values.online, json: values.json, language })
  },
}
