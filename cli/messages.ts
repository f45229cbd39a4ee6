/** Words of the command line (命令行文字); Chinese unless `--lang en`. */
export type Language = 'zh-CN' | 'en'

export const languageOf = (argv: readonly string[]): Language => {
  const index = argv.indexOf('--lang')
  return index >= 0 && argv[index + 1] === 'en' ? 'en' : 'zh-CN'
}

type Words = {
  readonly usage: string
  readonly summaries: Readonly<Record<string, string>>
  readonly perCommand: string
  readonly unknownCommand: (name: string) => string
}

export const messages: Readonly<Record<Language, Words>> = {
  'zh-CN': {
    usage: '用法：wenshu <命令> [参数]',
    summaries: {
      serve: '启动中心服务器（默认内嵌数据库）', desk: '启动客户端，窗口为本机浏览器',
      demo: '无界面走完一份公文：拟稿到归档并验证', typeset: '按国家标准排版，输出 PDF、OFD、SVG、DOCX', check: '检查公文的格式与行文，指出依据和改法', verify: '离线验证 PDF、OFD、印章或归档包', ledger: '导出账本，互换见证书', seal: '制作、查看电子印章，加盖到版式文件', admin: '在服务器本机登记、停用印章，查看设备和账号', bench: '测量性能并与对照项同场比较',
    },
    perCommand: '各命令的参数：wenshu <命令> --help；英文界面加 --lang en',
    unknownCommand: (name) => `没有“${name}”这个命令`,
  },
  en: {
    usage: 'Usage: wenshu <command> [options]',
    summaries: {
      serve: 'start the central server (embedded database by default)', desk: 'start the client in the user’s browser',
      demo: 'the whole main job without a screen, verified step by step', typeset: 'set a document to PDF, OFD, SVG, DOCX', check: 'format and drafting rules, each with its clause', verify: 'verify a PDF, an OFD, a seal or an archive package offline',
      ledger: 'export the ledger, exchange witness statements', seal: 'make, show and apply electronic seals', admin: 'at the server: enter and stop seals, list devices and accounts', bench: 'measure, with peers in the same run',
    },
    perCommand: 'Options of a command: wenshu <command> --help',
    unknownCommand: (name) => `no such command: ${name}`,
  },
}
