/** wenshu admin: seals, devices and accounts of an installation, at the server's console (控制台管理). */
import { administer } from '../admin/index.ts'
import type { CommandModule } from '../command.ts'
import type { Language } from '../messages.ts'

const text: Readonly<Record<Language, string>> = {
  'zh-CN': [
    'wenshu admin seal add 印章编号 --organ 机关编号 --name 印章名称 [--diameter 42] [--bottom 下方文字] [--control single|dual]',
    '    [--valid-from 日期] [--valid-to 日期] [--key-pdf 密钥地址] [--key-ofd 密钥地址] [--seal-keyring 文件]',
    'wenshu admin seal list [--organ 机关编号]',
    'wenshu admin seal suspend|resume|revoke 印章编号 --reason 理由',
    'wenshu admin key revoke 人员编号 --reason 理由',
    'wenshu admin device list',
    'wenshu admin account list',
    '  各命令均可加 --data 目录、--database-url 地址（或环境变量 DATABASE_URL）、--json。使用内嵌数据库时须先停止服务器；使用 PostgreSQL 时服务器可以同时运行。',
    '  登记、停用（suspend）、恢复（resume）、注销（revoke）都写入审计日志，经办人记为 console:系统用户名；注销不能恢复。key revoke 停用个人密钥（忘记 PIN、遗失密码设备），停用的密钥不能再登记。',
    '  --control dual 为双人用印。不给密钥地址时由服务器生成密钥；地址如 soft:文件、p12:文件、pkcs11:模块?token=…&object=…、https://…。',
    '  密钥在用印台的密码设备上的：--key-pdf desk:证书文件 --key-ofd desk:证书文件，登记两张证书（PEM 或 DER，自己的在前；PDF 为 RSA 或 ECDSA，OFD 为 SM2）。',
    '  口令取自印章密钥环（--seal-keyring 或 WENSHU_SEAL_KEYRING）、环境变量 WENSHU_SEAL_PIN 或终端输入，不写在命令行上；有口令时先打开密钥核对，OFD 须为 SM2 密钥。',
    '  退出码：0 完成；1 被拒绝，没有改动；2 数据目录或数据库打不开。',
  ].join('\n'),
  en: [
    'wenshu admin seal add ID --organ ORGAN --name NAME [--diameter 42] [--bottom TEXT] [--control single|dual]',
    '    [--valid-from DATE] [--valid-to DATE] [--key-pdf ADDRESS] [--key-ofd ADDRESS] [--seal-keyring FILE]',
    'wenshu admin seal list [--organ ORGAN]',
    'wenshu admin seal suspend|resume|revoke ID --reason TEXT',
    'wenshu admin key revoke PERSON --reason TEXT',
    'wenshu admin device list',
    'wenshu admin account list',
    '  Each takes --data DIR, --database-url URL (or DATABASE_URL), --json. An embedded database must be at rest; beside PostgreSQL the server may run.',
    '  Every change is in the audit log as console:USER. dual: a second clerk confirms each use. Without key addresses the server makes the keys.',
    '  Keys on a token at the seal desk: --key-pdf desk:FILE --key-ofd desk:FILE with their certificates (PEM or DER, own one first; RSA or ECDSA for the PDF, SM2 for the OFD).',
    '  PINs come from the keyring, WENSHU_SEAL_PIN or the terminal, never from the command line; with a PIN the key is opened and checked first (OFD wants SM2).',
    '  Exit: 0 done, 1 refused and nothing changed, 2 the installation cannot be opened.',
  ].join('\n'),
}

export const { help, run }: CommandModule = {
  help: (language) => text[language],
  run: async (argv) => {
    const { exitCode, text: said } = await administer(argv)
    ;(exitCode === 0 ? process.stdout : process.stderr).write(`${said}\n`)
    return exitCode
  },
}
