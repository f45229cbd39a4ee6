/** JPEG 2000 files. ISO 19005-2 §6.2.8.3, ISO/IEC 15444-1 Annex I */
import type { PdfFile } from './file.ts'
import { latin } from './values.ts'

type Box = { readonly type: string; readonly body: Uint8Array }

function boxes(data: Uint8Array): Box[] {
  const found: Box[] = []
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  for (let at = 0; at + 8 <= data.length && found.length < 200; ) {
    let length = view.getUint32(at)
    let head = 8
    if (length === 1 && at + 16 <= data.length) {
      length = view.getUint32(at + 12)
      head = 16
    }
    if (length === 0) length = data.length - at
    if (length < head || at + length > data.length) break
    found.push({ type: latin(data.subarray(at + 4, at + 8)), body: data.subarray(at + head, at + length) })
    at += length
  }
  return found
}

/** `space`: whether the image dictionary states the colour space or only the data do. */
export function checkJpeg2000(file: PdfFile, data: Uint8Array, space: 'stated' | 'inside'): void {
  const { report } = file
  const header = boxes(data).find(({ type }) => type === 'jp2h')
  if (header === undefined) return
  const inner = boxes(header.body)
  const size = inner.find(({ type }) => type === 'ihdr')?.body
  if (size !== undefined && size.length >= 11) {
    const channels = (size[8]! << 8) | size[9]!
    const colour = channels - opacityChannels(inner.find(({ type }) => type === 'cdef')?.body)
    if (colour !== 1 && colour !== 3 && colour !== 4) report.add('6.2.8.3', 'jpx-channels', 'JPEG 2000 图像的颜色通道数应为 1、3 或 4')
    const depth = (size[10]! & 0x7f) + 1
    if (size[10] !== 255 && (depth < 1 || depth > 38)) report.add('6.2.8.3', 'jpx-depth', 'JPEG 2000 图像的位深超出范围')
  }
  if (inner.some(({ type }) => type === 'bpcc')) report.add('6.2.8.3', 'jpx-depth', 'JPEG 2000 图像各颜色通道的位深应相同')
  if (space === 'stated') return
  const specs = inner.filter(({ type, body }) => type === 'colr' && body.length >= 3).map(({ body }) => body)
  if (specs.length !== 1 && specs.filter((body) => body[2] === 1).length !== 1) report.add('6.2.8.3', 'jpx-colour-specs', 'JPEG 2000 图像应恰有一个 APPROX 为 1 的颜色说明')
  const used = specs.find((body) => body[2] === 1) ?? specs[0]
  if (used === undefined) return
  if (used[0] !== 1 && used[0] !== 2 && used[0] !== 3) report.add('6.2.8.3', 'jpx-method', 'JPEG 2000 图像的颜色说明方法应为 1、2 或 3')
  if (used[0] === 1 && used.length >= 7 && new DataView(used.buffer, used.byteOffset).getUint32(3) === 19) report.add('6.2.8.3', 'jpx-ciejab', 'JPEG 2000 图像不得使用 CIEJab 颜色空间')
}

function opacityChannels(definition: Uint8Array | undefined): number {
  if (definition === undefined || definition.length < 2) return 0
  let count = 0
  for (let at = 2; at + 6 <= definition.length; at += 6) {
    const kind = (definition[at + 2]! << 8) | definition[at + 3]!
    if (kind === 1 || kind === 2) count++
  }
  return count
}
