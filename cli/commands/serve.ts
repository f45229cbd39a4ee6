/** wenshu serve: the central server (中心服务器). */
import { resolve } from 'node:path'
import { portOf, progress, readOptions, type CommandModule } from '../command.ts'
import { launchServer } from '../server.ts'
import { untilInterrupted } from '../interrupt.ts'

export const { help, run }: CommandModule = {
  help: (language) => language === 'en'
    ? 'wenshu serve [--data DIR] [--host ADDRESS] [--port N] [--database-url URL] [--blob-url URL] [--demo]\n  Without --database-url (or DATABASE_URL) the embedded database is used: for trying out and demonstrations.\n  Exit: 0 after an orderly stop, 1 when it could not start.'
    : 'wenshu serve [--data 目录] [--host 地址] [--port 端口] [--database-url 地址] [--blob-url 地址] [--demo]\n  不给 --database-url（或环境变量 DATABASE_URL）时使用内嵌数据库，仅供试用和演示；正式使用请接 PostgreSQL。\n  --demo 装入演示区域（人员、机关均为虚构）。\n  退出码：0 正常停止；1 无法启动。',
  run: async (argv) => {
    const { values } = readOptions(argv, {
      data: { type: 'string', default: 'wenshu-data' }, host: { type: 'string' }, port: { type: 'string' }, 'database-url': { type: 'string' },
      'blob-url': { type: 'string' }, demo: { type: 'boolean', default: false }, json: { type: 'boolean', default: false },
    })
    const server = await launchServer({
      dataDir: resolve(values.data), port: portOf(values.port, 8710), host: values.host, databaseUrl: values['database-url'] ?? process.env['DATABASE_URL'],
      blobUrl: values['blob-url'] ?? process.env['BLOB_URL'], demo: values.demo,
    })
    process.stdout.write(values.json ? `${JSON.stringify({ url: server.url })}\n` : `文枢服务器已启动：${server.url}\n`)
    await untilInterrupted()
    progress('正在停止服务器……')
    await server.close()
    return 0
  },
}
