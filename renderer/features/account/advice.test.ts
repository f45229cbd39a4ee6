import { expect, test } from 'vitest'
import { desktopErrorCodes } from '#core/desktop'
import chinese from '../../../resources/locales/zh-CN.shell.json' with { type: 'json' }
import { adviceFor } from './advice.ts'

test.each(desktopErrorCodes)('sign-in says something to %s, on a new device and on a known one', (code) => {
  for (const known of [true, false]) {
    const { title, text } = chinese.account.problem[adviceFor({ code, message: '' }, known).key]
    expect(title.length).toBeGreaterThan(3)
    expect(text.length).toBeGreaterThan(3)
  }
})
test('without a network a new device is told that the first time needs the server', () => {
  expect(adviceFor({ code: 'offline', message: '' }, false).key).toBe('offlineFirst')
})
