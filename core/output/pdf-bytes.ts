/** A growing run of bytes with the few kinds of writing that content streams need: no strings in between. */

const hexDigits = '0123456789abcdef'
/** ASCII codes of the hexadecimal digits */
const hexCodes = Uint8Array.from(hexDigits, (digit) => digit.charCodeAt(0))

export type ByteSink = { bytes: Uint8Array; length: number }

export function createSink(capacity: number): ByteSink {
  return { bytes: new Uint8Array(capacity), length: 0 }
}

/** Makes room for `count` more bytes. */
function reserve(sink: ByteSink, count: number): void {
  const needed = sink.length + count
  if (needed <= sink.bytes.length) return
  const larger = new Uint8Array(Math.max(needed, sink.bytes.length * 2))
  larger.set(sink.bytes.subarray(0, sink.length))
  sink.bytes = larger
}

/** ASCII text. */
export function writeText(sink: ByteSink, text: string): void {
  reserve(sink, text.length)
  const { bytes } = sink
  let at = sink.length
  for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i)
  sink.length = at
}

export function writeBytes(sink: ByteSink, data: Uint8Array): void {
  reserve(sink, data.length)
  sink.bytes.set(data, sink.length)
  sink.length += data.length
}

/** A number as `short` writes it. */
export function writeNumber(sink: ByteSink, value: number): void {
  reserve(sink, 24)
  const { bytes } = sink
  let at = sink.length
  let scaled = Math.round(value * 10_000)
  if (scaled < 0) {
    bytes[at++] = 0x2d
    scaled = -scaled
  }
  const whole = Math.floor(scaled / 10_000)
  let rest = scaled - whole * 10_000
  let unit = 1
  while (unit * 10 <= whole) unit *= 10
  for (let left = whole; unit >= 1; unit = Math.floor(unit / 10)) {
    const digit = Math.floor(left / unit)
    bytes[at++] = 0x30 + digit
    left -= digit * unit
  }
  if (rest > 0) {
    bytes[at++] = 0x2e
    for (let place = 1000; rest > 0; place /= 10) {
      const digit = Math.floor(rest / place)
      bytes[at++] = 0x30 + digit
      rest -= digit * place
    }
  }
  sink.length = at
}

/** Four hexadecimal digits. */
export function writeHex4(sink: ByteSink, value: number): void {
  reserve(sink, 4)
  const { bytes } = sink
  const at = sink.length
  bytes[at] = hexCodes[value >> 12 & 15]!
  bytes[at + 1] = hexCodes[value >> 8 & 15]!
  bytes[at + 2] = hexCodes[value >> 4 & 15]!
  bytes[at + 3] = hexCodes[value & 15]!
  sink.length = at + 4
}

/** What was written, as bytes of its own. */
export function takeBytes(sink: ByteSink): Uint8Array {
  return sink.bytes.slice(0, sink.length)
}

/** A number with at most four decimals and no trailing zeros. */
export function short(value: number): string {
  return String(Math.round(value * 10_000) / 10_000)
}
