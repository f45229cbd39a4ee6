/** wenshu serve: the central server (中心服务器). */
import { resolve } from 'node:path'
import { portOf, progress, readOptions, type CommandModule } from '../command.ts'
import { askHidden, isAtTerminal, sealingText, sealOptions, sealSettings } from '../serve/index.ts'
import { launchServer } from '../server.ts'
import { untilInterrupted } from '../interrupt.ts'

export const { help, run }: CommandModule = {
  help: (language) => language === 'en'
    ? 'wenshu serve [--data DIR] [--host ADDRESS] [--port N] [--database-url URL] [--blob-url URL] [--demo]\n    [--time-stamps own|none|URL] [--time-stamp-trust FILE_OR_DIR]… [--pdf-level T|LTA] [--seal-keyring FILE] [--seal-desk-seconds 180]\n  Without --database-url (or DATABASE_URL) the embedded database is used: for trying out and demonstrations.\n  --time-stamps (WENSHU_TIME_STAMPS): an RFC 3161 service; own: the server stamps itself, for pilots; none: times are claimed. --time-stamp-trust (WENSHU_TIME_STAMP_TRUST):\n    certificates and revocation lists of the service; then only its stamps are taken. --pdf-level (WENSHU_PDF_LEVEL): T (default) or LTA, with the evidence for decades.\n  --seal-keyring (WENSHU_SEAL_KEYRING): JSON {ADDRESS: {pin}} of mode 0600 for seal keys in tokens, files and services; missing PINs are asked for at a terminal.\n  --seal-desk-seconds (WENSHU_SEAL_DESK_SECONDS): 30–240, how long what a token at the seal desk signed is taken.\n  Exit: 0 after an orderly stop, 1 when it could not start.'
    : 'wenshu serve [--data 目录] [--host 地址] [--port 端口] [--database-url 地址] [--blob-url 地址] [--demo]\n    [--time-stamps own|none|网址] [--time-stamp-trust 文件或目录]… [--pdf-level T|LTA] [--seal-keyring 文件] [--seal-desk-seconds 180]\n  不给 --database-url（或环境变量 DATABASE_URL）时使用内嵌数据库，仅供试用和演示；正式使用请接 PostgreSQL。\n  --demo 装入演示区域（人员、机关均为虚构）。\n  --time-stamps（WENSHU_TIME_STAMPS）：时间戳服务（RFC 3161）的网址；own 为本机自签，只供试用；none 为不加时间戳。\n  --time-stamp-trust（WENSHU_TIME_STAMP_TRUST）：该服务的证书和吊销列表，给出后只接受它签发的时间戳；--pdf-level（WENSHU_PDF_LEVEL）：T（默认）或 LTA（带长期验证数据）。\n  --seal-keyring（WENSHU_SEAL_KEYRING）：印章密钥环，仅本人可读的 JSON，写明密码设备、密钥文件或签章服务中各印章密钥的口令；缺少的口令在终端询问，不写在命令行上。\n  --seal-desk-seconds（WENSHU_SEAL_DESK_SECONDS）：用印台密码设备的签名在多少秒内有效，30 至 240，默认 180。\n  退出码：0 正常停止；1 无法启动。',
  run: async (argv) => {
    const { values } = readOptions(argv, {
      data: { type: 'string', default: 'wenshu-data' }, host: { type: 'string' }, port: { type: 'string' }, 'database-url': { type: 'string' },
      'blob-url': { type: 'string' }, demo: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, ...sealOptions,
    })
    const region = values.demo ? 'demo' : 'plain'
    const sealing = sealSettings(values, process.env, region)
    const server = await launchServer({
      dataDir: resolve(values.data), port: portOf(values.port, 8710), host: values.host, databaseUrl: values['database-url'] ?? process.env['DATABASE_URL'],
      blobUrl: values['blob-url'] ?? process.env['BLOB_URL'], demo: values.demo, ...sealing,
      ...(values.json || !isAtTerminal() ? {} : { askSealPin: (address: string, names: readonly string[]) => askHidden(`印章“${names.join('”“')}”的密钥 ${address} 的口令（留空则暂不使用）：`) }),
    })
    progress(sealingText(sealing, region))
    process.stdout.write(values.json ? `${JSON.stringify({ url: server.url })}\n` : `文枢服务器已启动：${server.url}\n`)
    await untilInterrupted()
    progress('正在停止服务器……')
    await server.close()
    return 0
  },
}
