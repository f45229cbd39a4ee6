/** wenshu desk: the client in the user's own browser, through the loopback host (本机浏览器客户端). */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { portOf, readOptions, UsageError, type CommandModule } from '../command.ts'
import { openDesk } from '../desk.ts'
import { untilInterrupted } from '../interrupt.ts'

export const { help, run }: CommandModule = {
  help: (language) => language === 'en'
    ? 'wenshu desk [--server URL] [--profile NAME] [--port N] [--profiles DIR] [--no-open]\n  Exit: 0 after an orderly stop, 1 when it could not start.'
    : 'wenshu desk [--server 地址] [--profile 名称] [--port 端口] [--profiles 目录] [--no-open]\n  每个配置（profile）是一台设备：有自己的地址、密钥和未发送的工作；再次启动同一配置会并入已运行的主机。\n  退出码：0 正常停止；1 无法启动。',
  run: async (argv) => {
    const { values } = readOptions(argv, {
      server: { type: 'string', default: 'http://127.0.0.1:8710' }, profile: { type: 'string', default: 'default' }, port: { type: 'string' },
      profiles: { type: 'string', default: join(homedir(), '.wenshu', 'profiles') }, open: { type: 'boolean', default: true }, 'no-open': { type: 'boolean', default: false },
    })
    if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(values.profile)) throw new UsageError(`配置名称不正确：${values.profile}（只能用小写字母、数字和连字符）`)
    const desk = await openDesk({
      serverUrl: values.server, profile: values.profile, profilesDir: values.profiles, open: values.open && !values['no-open'],
      ...(values.port === undefined ? {} : { port: portOf(values.port, 0) }),
    })
    process.stdout.write(desk.joined ? `该配置已在运行，已在原窗口打开：${desk.url}\n` : `文枢客户端地址（仅限本机，一次有效）：${desk.url}\n`)
    if (desk.joined) return 0
    await untilInterrupted()
    await desk.close()
    return 0
  },
}
