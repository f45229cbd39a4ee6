/** A drawing as a one-page OFD (矢量印模): the page is the seal, GB/T 33190. The tax seals in use carry their picture so. */
import { utf8, writeXml, writeZip, xmlElement, xmlText, type XmlElement } from '#core/formats'
import { MM, type Colour, type Drawing, type PathStep, type Shape } from './drawing.ts'

const NAMESPACE = 'http://www.ofdspec.org/2016'

/** `id`: 32 hexadecimal digits, from the seal's identity; `date` YYYY-MM-DD. The same drawing gives the same bytes. */
export const ofdPicture = (drawing: Drawing, about: { readonly id: string; readonly title: string; readonly date: string }): Uint8Array => {
  const box = `0 0 ${number(drawing.width / MM)} ${number(drawing.height / MM)}`
  const first = 3
  const objects = drawing.shapes.filter((shape) => shape.path.length > 0).map((shape, i) => pathObject(shape, drawing, box, first + i))
  const area = xmlElement('ofd:PageArea', {}, [xmlText('ofd:PhysicalBox', box)])
  const documents: readonly (readonly [string, XmlElement])[] = [
    ['OFD.xml', root('OFD', { Version: '1.0', DocType: 'OFD' }, [xmlElement('ofd:DocBody', {}, [
      xmlElement('ofd:DocInfo', {}, [xmlText('ofd:DocID', about.id), xmlText('ofd:Title', about.title), xmlText('ofd:CreationDate', about.date)]),
      xmlText('ofd:DocRoot', 'Doc_0/Document.xml'),
    ])])],
    ['Doc_0/Document.xml', root('Document', {}, [
      xmlElement('ofd:CommonData', {}, [xmlText('ofd:MaxUnitID', String(first + objects.length)), area]),
      xmlElement('ofd:Pages', {}, [xmlElement('ofd:Page', { ID: '1', BaseLoc: 'Pages/Page_0/Content.xml' }, [])]),
    ])],
    ['Doc_0/Pages/Page_0/Content.xml', root('Page', {}, [
      xmlElement('ofd:Area', {}, [xmlText('ofd:PhysicalBox', box)]),
      xmlElement('ofd:Content', {}, [xmlElement('ofd:Layer', { ID: '2', Type: 'Body' }, objects)]),
    ])],
  ]
  return writeZip(documents.map(([path, xml]) => ({ path, bytes: utf8(writeXml(xml)) })))
}

const root = (name: string, attributes: Readonly<Record<string, string>>, children: readonly XmlElement[]): XmlElement =>
  xmlElement(`ofd:${name}`, { 'xmlns:ofd': NAMESPACE, ...attributes }, children)

const number = (value: number): string => String(Number(value.toFixed(4)))

const pathObject = (shape: Shape, drawing: Drawing, box: string, id: number): XmlElement => {
  const point = (x: number, y: number): string => `${number((drawing.originX + x) / MM)} ${number((drawing.height - drawing.originY - y) / MM)}`
  const step = (part: PathStep): string => {
    switch (part.to) {
      case 'move':
        return `M ${point(part.x, part.y)}`
      case 'line':
        return `L ${point(part.x, part.y)}`
      case 'curve':
        return `B ${point(part.x1, part.y1)} ${point(part.x2, part.y2)} ${point(part.x, part.y)}`
      case 'close':
        return 'C'
    }
  }
  const { fill, stroke } = shape
  const joins = { miter: 'Miter', round: 'Round', bevel: 'Bevel' } as const
  const caps = { butt: 'Butt', round: 'Round', square: 'Square' } as const
  return xmlElement('ofd:PathObject', {
    ID: String(id), Boundary: box,
    ...(stroke === undefined ? {} : { LineWidth: number(stroke.width / MM), Join: joins[stroke.join ?? 'miter'], Cap: caps[stroke.cap ?? 'butt'] }),
    Stroke: String(stroke !== undefined), Fill: String(fill !== undefined), Rule: shape.rule === 'evenodd' ? 'Even-Odd' : 'NonZero',
  }, [
    ...(stroke === undefined ? [] : [xmlElement('ofd:StrokeColor', colour(stroke.colour), [])]),
    ...(fill === undefined ? [] : [xmlElement('ofd:FillColor', colour(fill), [])]),
    xmlText('ofd:AbbreviatedData', shape.path.map(step).join(' ')),
  ])
}

const colour = ({ r, g, b, alpha }: Colour): Readonly<Record<string, string>> => ({
  Value: [r, g, b].map((part) => Math.round(part * 255)).join(' '), ...(alpha === undefined || alpha === 1 ? {} : { Alpha: String(Math.round(alpha * 255)) }),
})
