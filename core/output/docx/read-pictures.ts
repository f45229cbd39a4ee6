/** Pictures of a DOCX: DrawingML and VML, PNG and JPEG only; what lies outside the package is never fetched. */
import { childElements, type XmlNode } from '#core/formats'
import { sm3Hex } from '#core/crypto'
import { pictureSize, type Picture } from '#core/document'
import { at, attributeOf } from './read-package.ts'
import { walkLimits, type WalkContext } from './read-context.ts'
import type { RawPicture } from './raw.ts'

/** Where pictures, and the text boxes among them, are put as they are met. */
type PictureList = { readonly pictures: RawPicture[]; readonly boxes: XmlNode[] }

/** w:drawing: pictures and text boxes; charts, diagrams and shapes are reported. */
export function readDrawing(drawing: XmlNode, inline: PictureList, context: WalkContext): void {
  const holder = at(drawing, 'inline') ?? at(drawing, 'anchor')
  if (holder === undefined) return
  const described = at(holder, 'docPr')
  const extent = Number(attributeOf(at(holder, 'extent'), 'cx') ?? Number.NaN)
  const found = { blips: [] as XmlNode[], boxes: [] as XmlNode[], other: '' }
  search(holder, found)
  inline.boxes.push(...found.boxes)
  for (const blip of found.blips) {
    addPicture(attributeOf(blip, 'embed'), attributeOf(blip, 'link'), { name: attributeOf(described, 'name') ?? '', caption: attributeOf(described, 'descr') ?? '', title: attributeOf(described, 'title') ?? '', widthMm: extent / 36_000 }, inline, context)
  }
  if (found.blips.length === 0 && found.boxes.length === 0) context.repairs.add('docx.shape-dropped', found.other === '' ? '文档里的图形（线条、形状）已去除' : `文档里的${found.other}已去除，请改用图片`)
}

function search(node: XmlNode, found: { blips: XmlNode[]; boxes: XmlNode[]; other: string }): void {
  for (const child of childElements(node)) {
    if (child.name === 'blip') found.blips.push(child)
    else if (child.name === 'txbxContent') found.boxes.push(child)
    else if (child.name === 'chart') found.other = '图表'
    else if (child.name === 'relIds') found.other = ' SmartArt 图示'
    else search(child, found)
  }
}

/** w:pict and w:object: v:imagedata and v:textbox. */
export function readVmlPicture(pict: XmlNode, inline: PictureList, context: WalkContext): void {
  for (const child of childElements(pict)) {
    if (child.name === 'imagedata') {
      const id = attributeOf(child, 'id')
      addPicture(id, attributeOf(child, 'href'), { name: attributeOf(child, 'title') ?? '', caption: '', title: '', widthMm: widthOf(attributeOf(pict, 'style')) }, inline, context)
    } else if (child.name === 'txbxContent') inline.boxes.push(child)
    else readVmlPicture(child, inline, context)
  }
}

/** `width:120pt` of a VML style, mm; NaN when there is none. */
function widthOf(style: string | undefined): number {
  const match = /(?:^|;)\s*width:\s*([\d.]+)(pt|in|mm|cm)/u.exec(style ?? '')
  if (match === null) return Number.NaN
  const unit = { pt: 25.4 / 72, in: 25.4, mm: 1, cm: 10 }[match[2] as 'pt' | 'in' | 'mm' | 'cm']
  return Number(match[1]) * unit
}

type Described = { readonly name: string; readonly caption: string; readonly title: string; readonly widthMm: number }

function addPicture(embed: string | undefined, link: string | undefined, described: Described, inline: PictureList, context: WalkContext): void {
  const { repairs, docx } = context
  const relation = context.relations.get(embed ?? link ?? '')
  if (relation === undefined) return repairs.count('docx.picture-missing', '有 {n} 张图片在文件里找不到，已去掉')
  if (relation.isExternal) return repairs.add('docx.external-picture', `图片引用了文件外的地址，没有下载：${relation.target.slice(0, 100)}`)
  const bytes = docx.parts.get(relation.target)
  if (bytes === undefined) return repairs.count('docx.picture-missing', '有 {n} 张图片在文件里找不到，已去掉')
  if (inline.pictures.length + context.pictures.size >= walkLimits.pictures) return repairs.add('docx.too-many-pictures', `图片超过 ${walkLimits.pictures} 张的上限，其余已去掉`)
  const size = pictureSize(bytes)
  const partName = relation.target.slice(relation.target.lastIndexOf('/') + 1)
  if (!size.ok) {
    const extension = partName.slice(partName.lastIndexOf('.') + 1).toUpperCase()
    return repairs.add('docx.picture-unsupported', `图片「${partName.slice(0, 60)}」已去掉：${size.error.code === 'picture.unsupported' ? `${extension} 格式不支持，请换成 PNG 或 JPEG` : size.error.message}`)
  }
  const hash = sm3Hex(bytes)
  context.pictures.set(hash, bytes)
  const { mediaType, width, height } = size.value
  inline.pictures.push({
    kind: 'picture',
    picture: {
      kind: 'picture',
      caption: [...described.caption.replaceAll(/\s+/gu, ' ').trim()].slice(0, 200).join(''),
      file: { fileName: fileNameOf(described.name, partName), mediaType, size: bytes.length, hash },
      pixels: { width, height },
      width: printedWidth(described, width),
    },
  })
}

/** The name given to the picture when it is a file name, else that of its part. */
function fileNameOf(name: string, partName: string): string {
  return /^[^\\/:*?"<>|\u0000-\u001f]{1,120}\.(?:png|jpe?g)$/iu.test(name) ? name : [...partName].slice(-120).join('')
}

/** Width on paper in mm as our own documents say it in so many words, else the drawn one; 0 when it is the natural size. */
function printedWidth(described: Described, pixels: number): Picture['width'] {
  const said = /^(\d{1,3})mm$/u.exec(described.title)
  if (said !== null) return Math.min(210, Number(said[1]))
  const natural = (pixels / 96) * 25.4
  if (!Number.isFinite(described.widthMm) || described.widthMm < 1 || Math.abs(described.widthMm - Math.min(natural, 156)) < 1) return 0
  return Math.min(156, Math.round(described.widthMm))
}
