/**
 * A PKCS#11 module (Cryptoki 2.40) in this process: the few calls that signing needs, off the event loop, one at a time.
 * koffi is loaded only here and only when a token is used, so that nothing else needs it.
 */
import { promisify } from 'node:util'
import { err, ok, type Result } from '#core/formats'

/** What a module refused: its return value (CK_RV). */
export type Answer<T> = Promise<Result<T, number>>
export type Attribute = { readonly type: number; readonly value: Uint8Array }
export type TokenInfo = { readonly label: string; readonly serial: string; readonly flags: number }

/** Slots, sessions, objects and mechanisms are numbers of the module's own. */
export type Cryptoki = {
  /** slots with a token in them */
  readonly slots: () => Answer<readonly number[]>
  readonly tokenInfo: (slot: number) => Answer<TokenInfo>
  readonly mechanisms: (slot: number) => Answer<readonly number[]>
  readonly openSession: (slot: number, access: 'read' | 'write') => Answer<number>
  readonly closeSession: (session: number) => Answer<null>
  /** `pin` is null where the token has its own PIN pad */
  readonly login: (session: number, as: 'user' | 'context', pin: Uint8Array | null) => Answer<null>
  readonly logout: (session: number) => Answer<null>
  /** both null where the token has its own PIN pad; needs a session with write access */
  readonly setPin: (session: number, pin: Uint8Array | null, newPin: Uint8Array | null) => Answer<null>
  readonly find: (session: number, template: readonly Attribute[]) => Answer<readonly number[]>
  /** null when the object has no such attribute or does not show it */
  readonly attribute: (session: number, object: number, type: number) => Answer<Uint8Array | null>
  readonly create: (session: number, template: readonly Attribute[]) => Answer<number>
  readonly signInit: (session: number, mechanism: number, key: number) => Answer<null>
  readonly sign: (session: number, data: Uint8Array) => Answer<Uint8Array>
}

/** Places of functions in CK_FUNCTION_LIST, behind the version. */
const place = {
  initialize: 0, slotList: 4, tokenInfo: 6, mechanismList: 7, setPin: 11, openSession: 12, closeSession: 13, login: 18, logout: 19,
  createObject: 20, getAttribute: 24, findInit: 26, find: 27, findFinal: 28, signInit: 42, sign: 43,
} as const
const lockingOk = 2
const alreadyInitialized = 0x191
const cannotLock = 0x0a
const mostFound = 256
const mostBytes = 64 * 1024

type Call = (...args: readonly unknown[]) => Promise<number>

/** Memory that a running call reads or writes by address: collected meanwhile, the module would write into something else. */
const inUse = new Set<unknown>()
const pointedTo = new WeakMap<Buffer, readonly Buffer[]>()
/** Libraries, prototypes and functions: `async` does not hold the function that it belongs to, whose collection would free it under the call. */
const kept: unknown[] = []

/** Numbers of the module's own width: CK_ULONG is 8 bytes on 64-bit Unix and 4 on Windows, where structures are packed too. */
const loadModule = async (path: string) => {
  const { default: koffi } = await import('koffi')
  const width = koffi.sizeof('ulong')
  const pointerWidth = koffi.sizeof('void *')
  const listPointer = [null] as unknown[]
  const library = koffi.load(path)
  const status = library.func('C_GetFunctionList', 'ulong', [koffi.out(koffi.pointer('void *'))])(listPointer) as number
  if (status !== 0) return null
  kept.push(library, listPointer)
  const first = process.platform === 'win32' ? 2 : pointerWidth
  const call = (name: keyof typeof place, args: readonly string[]): Call => {
    const address = koffi.decode(listPointer[0], first + place[name] * pointerWidth, 'void *') as unknown
    const proto = koffi.proto('ulong', [...args])
    const run = koffi.decode(address, proto) as { async: (...all: unknown[]) => void }
    kept.push(proto, run)
    const promised = promisify(run.async) as unknown as Call
    return async (...given) => {
      inUse.add(given)
      try {
        return await promised(...given)
      } finally {
        inUse.delete(given)
      }
    }
  }
  const address = (bytes: Buffer | null): bigint => (bytes === null || bytes.length === 0 ? 0n : BigInt(koffi.address(bytes)))
  return { width, pointerWidth, call, address }
}

const numberAt = (bytes: Buffer, at: number, width: number): number => (width === 8 ? Number(bytes.readBigUInt64LE(at)) : bytes.readUInt32LE(at))

const numberBytes = (number: number, width: number): Buffer => {
  const bytes = Buffer.alloc(width)
  if (width === 8) bytes.writeBigUInt64LE(BigInt(number))
  else bytes.writeUInt32LE(number)
  return bytes
}

/** A value of type CK_ULONG for a template. */
export const ulong = (number: number): Uint8Array => numberBytes(number, process.platform === 'win32' ? 4 : 8)

/** Loads and initialises a module; null when there is none at the path or it does not start. */
export const loadCryptoki = async (path: string): Promise<Cryptoki | null> => {
  let loaded: Awaited<ReturnType<typeof loadModule>>
  try {
    loaded = await loadModule(path)
  } catch {
    return null
  }
  if (loaded === null) return null
  const { width, pointerWidth, call, address } = loaded
  const start = call('initialize', ['void *'])
  const lockingArguments = Buffer.concat([Buffer.alloc(4 * pointerWidth), numberBytes(lockingOk, width), Buffer.alloc(pointerWidth)])
  let status = await start(lockingArguments)
  // Calls go one at a time, so a module without locks of its own will do.
  if (status === cannotLock) status = await start(null)
  return status === 0 || status === alreadyInitialized ? bind(width, pointerWidth, call, address) : null
}

const bind = (width: number, pointerWidth: number, call: (name: keyof typeof place, args: readonly string[]) => Call, address: (bytes: Buffer | null) => bigint): Cryptoki => {
  const u = 'ulong'
  const p = 'void *'
  const functions = {
    slotList: call('slotList', ['uint8', p, p]), tokenInfo: call('tokenInfo', [u, p]), mechanismList: call('mechanismList', [u, p, p]),
    openSession: call('openSession', [u, u, p, p, p]), closeSession: call('closeSession', [u]), login: call('login', [u, u, p, u]), logout: call('logout', [u]), setPin: call('setPin', [u, p, u, p, u]),
    createObject: call('createObject', [u, p, u, p]), getAttribute: call('getAttribute', [u, u, p, u]),
    findInit: call('findInit', [u, p, u]), find: call('find', [u, p, u, p]), findFinal: call('findFinal', [u]),
    signInit: call('signInit', [u, p, u]), sign: call('sign', [u, p, u, p, p]),
  }
  /** [number, address, length]: CK_ATTRIBUTE and CK_MECHANISM alike. */
  const triple = (number: number, at: bigint, length: number): Buffer => {
    const middle = Buffer.alloc(pointerWidth)
    if (pointerWidth === 8) middle.writeBigUInt64LE(at)
    else middle.writeUInt32LE(Number(at))
    return Buffer.concat([numberBytes(number, width), middle, numberBytes(length, width)])
  }
  const answer = async <T>(status: Promise<number>, value: () => T): Answer<T> => {
    const code = await status
    return code === 0 ? ok(value()) : err(code)
  }
  const template = (attributes: readonly Attribute[]): Buffer => {
    const values = attributes.map(({ value }) => Buffer.from(value))
    const bytes = Buffer.concat(attributes.map(({ type }, i) => triple(type, address(values[i]!), values[i]!.length)))
    pointedTo.set(bytes, values)
    return bytes
  }
  const numbers = async (run: (list: Buffer | null, count: Buffer) => Promise<number>): Answer<readonly number[]> => {
    const count = numberBytes(0, width)
    const sized = await run(null, count)
    if (sized !== 0) return err(sized)
    const length = Math.min(numberAt(count, 0, width), mostFound)
    const list = Buffer.alloc(Math.max(1, length) * width)
    numberBytes(length, width).copy(count)
    return answer(run(list, count), () => Array.from({ length: Math.min(length, numberAt(count, 0, width)) }, (_, i) => numberAt(list, i * width, width)))
  }
  return {
    slots: () => numbers((list, count) => functions.slotList(1, list, count)),
    mechanisms: (slot) => numbers((list, count) => functions.mechanismList(slot, list, count)),
    tokenInfo: (slot) => {
      const info = Buffer.alloc(512)
      const text = (from: number, to: number): string => info.toString('utf8', from, to).replace(/[\0 ]+$/, '')
      return answer(functions.tokenInfo(slot, info), () => ({ label: text(0, 32), serial: text(80, 96), flags: numberAt(info, 96, width) }))
    },
    openSession: (slot, access) => {
      const handle = numberBytes(0, width)
      return answer(functions.openSession(slot, access === 'write' ? 6 : 4, null, null, handle), () => numberAt(handle, 0, width))
    },
    closeSession: (session) => answer(functions.closeSession(session), () => null),
    login: async (session, as, pin) => {
      const bytes = pin === null ? null : Buffer.from(pin)
      const done = await answer(functions.login(session, as === 'user' ? 1 : 2, bytes, bytes?.length ?? 0), () => null)
      bytes?.fill(0)
      return done
    },
    logout: (session) => answer(functions.logout(session), () => null),
    setPin: async (session, pin, newPin) => {
      const [old, next] = [pin, newPin].map((each) => (each === null ? null : Buffer.from(each)))
      const done = await answer(functions.setPin(session, old, old?.length ?? 0, next, next?.length ?? 0), () => null)
      old?.fill(0)
      next?.fill(0)
      return done
    },
    find: async (session, attributes) => {
      const started = await functions.findInit(session, template(attributes), attributes.length)
      if (started !== 0) return err(started)
      const list = Buffer.alloc(mostFound * width)
      const count = numberBytes(0, width)
      const found = await answer(functions.find(session, list, mostFound, count), () =>
        Array.from({ length: Math.min(mostFound, numberAt(count, 0, width)) }, (_, i) => numberAt(list, i * width, width)))
      await functions.findFinal(session)
      return found
    },
    attribute: async (session, object, type) => {
      const asked = triple(type, 0n, 0)
      const sized = await functions.getAttribute(session, object, asked, 1)
      const length = numberAt(asked, width + pointerWidth, width)
      // Absent or hidden attributes are told by an error or by a length of all ones; a lost session is an error of its own.
      if (sized === 0x12 || sized === 0x11 || (sized === 0 && (length === 0 || length > mostBytes))) return ok(null)
      if (sized !== 0) return err(sized)
      const bytes = Buffer.alloc(length)
      const read = triple(type, address(bytes), length)
      pointedTo.set(read, [bytes])
      return answer(functions.getAttribute(session, object, read, 1), () => new Uint8Array(bytes.subarray(0, numberAt(read, width + pointerWidth, width))))
    },
    create: (session, attributes) => {
      const handle = numberBytes(0, width)
      return answer(functions.createObject(session, template(attributes), attributes.length, handle), () => numberAt(handle, 0, width))
    },
    signInit: (session, mechanism, key) => answer(functions.signInit(session, triple(mechanism, 0n, 0), key), () => null),
    sign: (session, data) => {
      const signature = Buffer.alloc(2048)
      const length = numberBytes(signature.length, width)
      return answer(functions.sign(session, Buffer.from(data), data.length, signature, length), () => new Uint8Array(signature.subarray(0, numberAt(length, 0, width))))
    },
  }
}
