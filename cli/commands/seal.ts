/** wenshu seal: makes, shows and uses electronic seals (电子印章). */
import { UsageError, type CommandModule } from '../command.ts'
import type { Language } from '../messages.ts'

const subcommands: Readonly<Record<string, () => Promise<(argv: readonly string[]) => Promise<number>>>> = {
  make: async () => (await import('../seal/run-make.ts')).runMake,
  inspect: async () => (await import('../seal/run-inspect.ts')).runInspect,
  stamp: async () => (await import('../seal/stamp.ts')).runStamp,
}

const text: Readonly<Record<Language, string>> = {
  'zh-CN': [
    'wenshu seal make --name 机关名 --out 文件.esl (--key 制章者.p12|.pem [--cert 证书] [--password-env 变量] --signer-cert 证书… | --demo)',
    '    [--picture 图.svg|图.png] [--font 字体.ttf] [--diameter 42] [--bottom 样章] [--vector] [--id 标识] [--type 1] [--vendor 厂商]',
    '    [--valid-from 日期] [--valid-to 日期] [--json]',
    '  制作 GB/T 38540 第 4 版电子印章。不给 --picture 时绘制圆形样章；--demo 在同一文件夹生成演示用的根证书、制章者和签章者。不覆盖已有文件。',
    'wenshu seal inspect 文件 [--picture 图像文件] [--json]',
    '  查看 .esl、SignedValue.dat、OFD 或 PDF 中的印章；--picture 取出第一枚的图像。',
    'wenshu seal stamp 文件 --seal 印章.esl --key 密钥.p12 [--cert 证书] [--password-env 变量] --out 文件',
    '    (--page N --x 毫米 --y 毫米 | --keyword 文字 [--all] | --seam right[,twoSided][,along=毫米][,perSeal=页数][,pages=1-5])…',
    '    [--lock] [--tsa 网址] [--level B|T|LT|LTA] [--trust 文件或目录]…',
    '  盖章到 OFD（GB/T 38540）或 PDF（PAdES）。x、y 为印章中心距页面左上角的毫米数；--lock 之后不能再盖；--level 只用于 PDF；口令取自环境变量（默认 WENSHU_KEY_PASSWORD）。',
    '  用网络的只有 --tsa；LT、LTA 缺少的吊销信息，向证书自己写明的地址查询。',
    '  印章先验证后使用，结果先验证后写出；被拒绝时不写任何文件。',
    '  退出码：0 成功；1 被拒绝，或印章不成立；2 无法读取。',
  ].join('\n'),
  en: [
    'wenshu seal make --name ORGAN --out FILE.esl (--key MAKER.p12|.pem [--cert CERT] [--password-env VAR] --signer-cert CERT… | --demo)',
    '    [--picture FILE.svg|FILE.png] [--font FILE.ttf] [--diameter 42] [--bottom 样章] [--vector] [--id ID] [--type 1] [--vendor ID]',
    '    [--valid-from DATE] [--valid-to DATE] [--json]',
    '  Makes a seal of GB/T 38540 version 4. Without --picture a round sample seal is drawn; --demo makes a root, a maker and a signer beside it. Nothing is overwritten.',
    'wenshu seal inspect FILE [--picture OUT] [--json]',
    '  Shows the seals in an .esl, SignedValue.dat, OFD or PDF; --picture takes out the picture of the first.',
    'wenshu seal stamp FILE --seal SEAL.esl --key KEY.p12 [--cert CERT] [--password-env VAR] --out OUT',
    '    (--page N --x MM --y MM | --keyword TEXT [--all] | --seam right[,twoSided][,along=MM][,perSeal=N][,pages=1-5])…',
    '    [--lock] [--tsa URL] [--level B|T|LT|LTA] [--trust FILE_OR_DIR]…',
    '  Seals an OFD (GB/T 38540) or a PDF (PAdES). x and y: centre from the page’s upper left; --lock: no seal can follow. Verified before it is written.',
    '  Only --tsa uses the network; revocation data that LT and LTA lack is asked for where the certificates say.',
    '  Exit: 0 done, 1 refused or not sound, 2 unreadable.',
  ].join('\n'),
}

export const { help, run }: CommandModule = {
  help: (language) => text[language],
  run: async ([name, ...rest], language) => {
    const load = name === undefined || !Object.hasOwn(subcommands, name) ? undefined : subcommands[name]
    if (load === undefined) {
      process.stderr.write(`${text[language]}\n`)
      return 1
    }
    try {
      return await (await load())(rest)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      process.stderr.write(`${error.message}\n`)
      return 1
    }
  },
}
