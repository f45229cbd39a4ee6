import { describe, expect, it } from 'vitest'
import { methodNames } from '#core/desktop'
import { controlPath, createTickets, judgeVisit, staticPath, type Expected, type Visit } from '../index.ts'

const origin = 'http://qiqige.localhost:21700'
const expected: Expected = { origin, cookieName: 'wenshu-qiqige', knows: (cookie) => cookie === 'good', controlSecret: 'secret' }
const cookie = 'wenshu-qiqige=good'
const json = { 'content-type': 'application/json' }

const visit = (change: Partial<Visit> & { headers?: Visit['headers'] } = {}): Visit => ({
  method: 'POST', target: '/call/app.info', remote: '127.0.0.1', upgrade: 'none', ...change,
  headers: { host: 'qiqige.localhost:21700', origin, cookie, ...json, ...change.headers },
})
const outcome = (change: Parameters<typeof visit>[0]): string => {
  const verdict = judgeVisit(visit(change), expected)
  return 'pass' in verdict ? verdict.pass : `${verdict.refused} ${verdict.reason}`
}
const socket = { method: 'GET', target: '/events', upgrade: 'websocket' } as const
const page = (target: string, headers: Visit['headers'] = {}) => ({ method: 'GET', target, headers: { origin: undefined, cookie: undefined, 'content-type': undefined, ...headers } })

describe('who may speak to the loopback host', () => {
  it.each<[string, Parameters<typeof visit>[0], string]>([
    ['a call', {}, 'call'],
    ['a call with a charset', { headers: { 'content-type': 'application/json; charset=utf-8' } }, 'call'],
    ['a call with fetch metadata', { headers: { 'sec-fetch-site': 'same-origin' } }, 'call'],
    ['bytes', { target: '/call/blobs.put', headers: { 'content-type': 'application/octet-stream', 'wenshu-input': '%7B%7D' } }, 'call'],
    ['the launch token', { target: '/session', headers: { cookie: undefined } }, 'enter'],
    ['the page', page('/'), 'file'],
    ['the page from the address bar', page('/', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }), 'file'],
    ['the page by a link from elsewhere', page('/', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }), 'file'],
    ['a script of the page', page('/assets/app.js', { origin, 'sec-fetch-site': 'same-origin' }), 'file'],
    ['the events', socket, 'events'],
    ['a second start', { target: controlPath, headers: { origin: undefined, cookie: undefined, authorization: 'Bearer secret' } }, 'control'],
    ['an IPv4-mapped address', { remote: '::ffff:127.0.0.1' }, 'call'],
  ])('lets in %s', (_what, change, pass) => expect(outcome(change)).toBe(pass))

  it.each<[string, Parameters<typeof visit>[0], string]>([
    ['another machine', { remote: '192.168.1.7' }, '403 remote address'],
    ['DNS rebinding', { headers: { host: 'evil.example:21700' } }, '421 host'],
    ['the bare address', { headers: { host: '127.0.0.1:21700' } }, '421 host'],
    ['bare localhost', { headers: { host: 'localhost:21700' } }, '421 host'],
    ['another profile’s name', { headers: { host: 'limin.localhost:21700' } }, '421 host'],
    ['another port in Host', { headers: { host: 'qiqige.localhost:21701' } }, '421 host'],
    ['a trailing dot', { headers: { host: 'qiqige.localhost.:21700' } }, '421 host'],
    ['no Host', { headers: { host: undefined } }, '421 host'],
    ['two Hosts', { headers: { host: ['qiqige.localhost:21700', 'evil.example'] } }, '421 host'],
    ['Host in capitals', { headers: { host: 'QIQIGE.localhost:21700' } }, '421 host'],
    ['POST without Origin', { headers: { origin: undefined } }, '403 origin'],
    ['the null origin (sandboxed frame, data: page)', { headers: { origin: 'null' } }, '403 origin'],
    ['a foreign origin', { headers: { origin: 'https://evil.example' } }, '403 origin'],
    ['another port of the same name', { headers: { origin: 'http://qiqige.localhost:9999' } }, '403 origin'],
    ['another profile', { headers: { origin: 'http://limin.localhost:21700' } }, '403 origin'],
    ['https of the same name', { headers: { origin: 'https://qiqige.localhost:21700' } }, '403 origin'],
    ['an origin with a path', { headers: { origin: `${origin}/` } }, '403 origin'],
    ['an origin that only begins right', { headers: { origin: `${origin}.evil.example` } }, '403 origin'],
    ['two origins', { headers: { origin: [origin, 'https://evil.example'] } }, '403 origin'],
    ['a foreign GET', page('/', { origin: 'https://evil.example' }), '403 origin'],
    ['a foreign page that loads a script of ours', page('/assets/app.js', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }), '403 site'],
    ['a page of another port that loads', page('/assets/app.js', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }), '403 site'],
    ['a same-site POST', { headers: { 'sec-fetch-site': 'same-site' } }, '403 site'],
    ['no cookie', { headers: { cookie: undefined } }, '401 cookie'],
    ['a wrong cookie', { headers: { cookie: 'wenshu-qiqige=bad' } }, '401 cookie'],
    ['another profile’s cookie', { headers: { cookie: 'wenshu-limin=good' } }, '401 cookie'],
    ['a cookie under a longer name', { headers: { cookie: 'xwenshu-qiqige=good' } }, '401 cookie'],
    ['two cookies of our name', { headers: { cookie: 'wenshu-qiqige=bad; wenshu-qiqige=good' } }, '401 cookie'],
    ['two cookie headers', { headers: { cookie: [cookie, cookie] } }, '401 cookie'],
    ['a simple request (text/plain)', { headers: { 'content-type': 'text/plain' } }, '415 content type'],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, '415 content type'],
    ['a multipart form', { headers: { 'content-type': 'multipart/form-data; boundary=x' } }, '415 content type'],
    ['a disguised type', { headers: { 'content-type': 'text/plain; application/json' } }, '415 content type'],
    ['no type', { headers: { 'content-type': undefined } }, '415 content type'],
    ['bytes without their input', { headers: { 'content-type': 'application/octet-stream' } }, '415 content type'],
    ['the launch token as text/plain', { target: '/session', headers: { 'content-type': 'text/plain' } }, '415 content type'],
    ['GET of a call', { method: 'GET' }, '405 method'],
    ['HEAD of a call', { method: 'HEAD' }, '405 method'],
    ['GET of the session', { method: 'GET', target: '/session' }, '405 method'],
    ['PUT', { method: 'PUT' }, '405 method'],
    ['OPTIONS', { method: 'OPTIONS' }, '405 method'],
    ['TRACE', { method: 'TRACE' }, '405 method'],
    ['lower-case post', { method: 'post' }, '405 method'],
    ['a query on a call', { target: '/call/app.info?x=1' }, '400 query'],
    ['an absolute target', { target: 'http://qiqige.localhost:21700/call/app.info' }, '400 target'],
    ['a target with two slashes', { target: '//evil.example/call/app.info' }, '400 target'],
    ['POST to a file', { target: '/index.html' }, '404 path'],
    ['events without upgrade', { ...socket, upgrade: 'none' }, '400 upgrade'],
    ['upgrade of another path', { ...socket, target: '/call/app.info' }, '400 upgrade'],
    ['upgrade by POST', { ...socket, method: 'POST' }, '400 upgrade'],
    ['upgrade from a foreign origin', { ...socket, headers: { origin: 'https://evil.example' } }, '403 origin'],
    ['upgrade without origin', { ...socket, headers: { origin: undefined } }, '403 origin'],
    ['upgrade without cookie', { ...socket, headers: { cookie: undefined } }, '401 cookie'],
    ['the control path from a page', { target: controlPath, headers: { authorization: 'Bearer secret' } }, '403 origin'],
    ['the control path with a wrong secret', { target: controlPath, headers: { origin: undefined, authorization: 'Bearer secreT' } }, '401 secret'],
    ['the control path without a secret', { target: controlPath, headers: { origin: undefined } }, '401 secret'],
    ['GET of the control path', { method: 'GET', target: controlPath, headers: { origin: undefined, authorization: 'Bearer secret' } }, '405 method'],
  ])('refuses %s', (_what, change, refused) => expect(outcome(change)).toBe(refused))

  it('hands on the method’s name as it stood, for the table to judge', () => {
    for (const name of [...methodNames, '../app.info', '%61pp.info', '__proto__', '']) {
      expect(judgeVisit(visit({ target: `/call/${name}` }), expected)).toEqual({ pass: 'call', method: name, body: 'json' })
    }
  })
})

describe('paths of files', () => {
  it.each([['/', 'index.html'], ['/index.html', 'index.html'], ['/assets/app-1a2b.js', 'assets/app-1a2b.js'], ['/a/b/c.woff2', 'a/b/c.woff2'], ['/assets/%61.js', 'assets/a.js']])(
    '%s is %s', (path, file) => expect(staticPath(path)).toBe(file))

  it.each([
    '/..', '/../etc/passwd', '/assets/../../etc/passwd', '/%2e%2e/etc/passwd', '/%252e%252e/etc/passwd', '/..%2fetc%2fpasswd', '/assets\\..\\x', '/%5c..%5cx', '/a%00.js', '/.git/config',
    '/.env', '/assets/.hidden', '//etc/passwd', '/assets//x', '/assets/', '/C:/x', '/x:stream', '/%ff', '/%', '', 'index.html', '/a b.js', '/名.js',
  ])('%j leads nowhere', (path) => expect(staticPath(path)).toBeNull())
})

describe('launch tokens', () => {
  it('open one window, once, for ten minutes', () => {
    let now = 0
    const tickets = createTickets(() => now)
    const token = tickets.launch()
    const entered = tickets.enter(token)
    expect(entered !== null && tickets.knows(entered)).toBe(true)
    expect(tickets.enter(token)).toBeNull()
    for (const wrong of ['', 'x', token.slice(1), entered!]) expect(tickets.enter(wrong)).toBeNull()
    for (const wrong of ['', token, entered!.slice(1)]) expect(tickets.knows(wrong)).toBe(false)
    const late = tickets.launch()
    now = 10 * 60_000 + 1
    expect(tickets.enter(late)).toBeNull()
    expect(tickets.enter(late)).toBeNull()
  })

  it('a flood of launches keeps the latest', () => {
    const tickets = createTickets(() => 0)
    const tokens = Array.from({ length: 500 }, () => tickets.launch())
    expect(tickets.enter(tokens[0]!)).toBeNull()
    expect(tickets.enter(tokens.at(-1)!)).not.toBeNull()
  })
})
