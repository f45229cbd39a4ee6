/** A minimal sRGB display profile (ICC.1:2001-04, version 2.1), computed. */

/** The profile's bytes. Colorants are those of IEC 61966-2-1 adapted to D50. */
export function srgbProfile(): Uint8Array {
  const curve = curveTag()
  const tags: readonly (readonly [string, Uint8Array])[] = [
    ['desc', descriptionTag('sRGB IEC61966-2.1')],
    ['cprt', textTag('No copyright')],
    ['wtpt', xyzTag(0.9642, 1, 0.8249)],
    ['rXYZ', xyzTag(0.43607, 0.22249, 0.01392)],
    ['gXYZ', xyzTag(0.38515, 0.71687, 0.09708)],
    ['bXYZ', xyzTag(0.14307, 0.06061, 0.7141)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ]
  const directory = 128 + 4 + 12 * tags.length
  const places = new Map<Uint8Array, number>()
  let size = directory
  for (const [, data] of tags) {
    if (places.has(data)) continue
    places.set(data, size)
    size += (data.length + 3) & ~3
  }
  const profile = new Uint8Array(size)
  const view = new DataView(profile.buffer)
  header(view, size)
  view.setUint32(128, tags.length)
  tags.forEach(([name, data], i) => {
    const at = 132 + 12 * i
    ascii(view, at, name)
    view.setUint32(at + 4, places.get(data)!)
    view.setUint32(at + 8, data.length)
    profile.set(data, places.get(data)!)
  })
  return profile
}

function header(view: DataView, size: number): void {
  view.setUint32(0, size)
  view.setUint32(8, 0x02100000)
  ascii(view, 12, 'mntrRGB XYZ ')
  // A fixed date, 2026-01-01: the profile must not change from run to run.
  ;[2026, 1, 1, 0, 0, 0].forEach((value, i) => view.setUint16(24 + 2 * i, value))
  ascii(view, 36, 'acsp')
  view.setInt32(68, fixed(0.9642))
  view.setInt32(72, fixed(1))
  view.setInt32(76, fixed(0.8249))
}

const fixed = (value: number): number => Math.round(value * 65536)

function ascii(view: DataView, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) view.setUint8(at + i, text.charCodeAt(i))
}

function tag(type: string, length: number): DataView {
  const view = new DataView(new ArrayBuffer(length))
  ascii(view, 0, type)
  return view
}

const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer)

function xyzTag(x: number, y: number, z: number): Uint8Array {
  const view = tag('XYZ ', 20)
  ;[x, y, z].forEach((value, i) => view.setInt32(8 + 4 * i, fixed(value)))
  return bytesOf(view)
}

function textTag(text: string): Uint8Array {
  const view = tag('text', 8 + text.length + 1)
  ascii(view, 8, text)
  return bytesOf(view)
}

function descriptionTag(text: string): Uint8Array {
  // ASCII part, then empty Unicode and Macintosh parts of fixed size.
  const view = tag('desc', 12 + text.length + 1 + 8 + 70)
  view.setUint32(8, text.length + 1)
  ascii(view, 12, text)
  return bytesOf(view)
}

/** The sRGB transfer curve in 1024 steps. */
function curveTag(): Uint8Array {
  const steps = 1024
  const view = tag('curv', 12 + 2 * steps)
  view.setUint32(8, steps)
  for (let i = 0; i < steps; i++) {
    const v = i / (steps - 1)
    const linear = v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
    view.setUint16(12 + 2 * i, Math.round(linear * 65535))
  }
  return bytesOf(view)
}
