import { describe, expect, it } from 'vitest'
import { filePathOf, mayCall, mayHave, mayNavigate, mayOpenOutside, mayRequest } from './index.ts'

const hostile = [
  'https://evil.example/', 'http://wenshu/', 'file:///etc/passwd', 'file://wenshu/index.html', 'javascript:alert(1)', 'data:text/html,x', 'blob:https://evil.example/1', 'about:blank',
  'app://evil/index.html', 'app://wenshu.evil.example/', 'app://wenshu@evil/', 'app://a:b@wenshu/index.html', 'app:/index.html', 'app:index.html', 'chrome://settings', 'devtools://x',
  'view-source:app://wenshu/', 'vscode://x', 'smb://host/share', '\\\\host\\share', '//evil.example', '', ' ', 'x',
]

describe('navigation', () => {
  it.each(['app://wenshu/index.html', 'app://wenshu/', 'app://wenshu/index.html#/desk'])('%s may be shown', (url) => expect(mayNavigate(url)).toBe(true))
  it.each([...hostile, 'app://wenshu/assets/x.html', 'app://wenshu/index.html?x=1', 'app://wenshu:80/'])('%j may not', (url) => expect(mayNavigate(url)).toBe(false))
})

describe('links that go outside', () => {
  it.each(['https://www.gov.cn/zhengce/', 'https://example.org:8443/a?b#c'])('%s opens in the system’s browser', (url) => expect(mayOpenOutside(url)).toBe(true))
  it.each([
    ...hostile.filter((url) => !url.startsWith('https:')), 'http://www.gov.cn/', 'https://user:pass@www.gov.cn/', 'https://www.gov.cn@evil.example/', 'https://', 'mailto:a@b', 'tel:1',
    'ms-msdt:/id', 'search-ms:query=x', 'https://www.gov.cn/\u202etxt.exe', 'https://www.gov.cn/\n', 'https://x/'.padEnd(3000, 'x'),
  ])('%j does not', (url) => expect(mayOpenOutside(url)).toBe(false))
})

describe('permissions', () => {
  it('our own page may copy and fill the screen', () => {
    for (const permission of ['clipboard-sanitized-write', 'fullscreen']) expect(mayHave(permission, 'app://wenshu/')).toBe(true)
  })
  it.each([
    'media', 'geolocation', 'notifications', 'midi', 'midiSysex', 'pointerLock', 'openExternal', 'clipboard-read', 'display-capture', 'mediaKeySystem', 'idle-detection', 'hid', 'serial', 'usb',
    'bluetooth', 'window-management', 'storage-access', 'top-level-storage-access', 'fileSystem', 'speaker-selection', 'keyboardLock', 'unknown', '', 'toString',
  ])('%s is refused', (permission) => expect(mayHave(permission, 'app://wenshu/')).toBe(false))
  it.each(['https://evil.example/', 'null', '', 'app://wenshu.evil/', 'app://evil/', 'file:///'])('nothing is given to %j', (origin) => expect(mayHave('fullscreen', origin)).toBe(false))
})

describe('messages and requests', () => {
  it('a message counts from the main frame of our page only', () => {
    expect(mayCall({ frameUrl: 'app://wenshu/index.html#/desk', frame: 'main' })).toBe(true)
    expect(mayCall({ frameUrl: 'app://wenshu/index.html', frame: 'sub' })).toBe(false)
    for (const frameUrl of hostile) expect([frameUrl, mayCall({ frameUrl, frame: 'main' })]).toEqual([frameUrl, false])
  })
  it('the page may ask for its own files and its own bytes', () => {
    for (const url of ['app://wenshu/assets/x.js', 'data:image/png;base64,', 'blob:app://wenshu/1']) expect(mayRequest(url)).toBe(true)
    for (const url of hostile.filter((each) => !each.startsWith('data:'))) expect([url, mayRequest(url)]).toEqual([url, false])
  })
  it('a file’s path comes from our own host only', () => {
    expect(filePathOf('app://wenshu/assets/x.js?v=1')).toBe('/assets/x.js')
    for (const url of hostile) expect([url, filePathOf(url)]).toEqual([url, null])
  })
})
