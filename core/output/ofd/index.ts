/** OFD (GB/T 33190): written from a layout, read into a model, drawn as SVG. */
export { layoutToOfd, type OfdOptions, type OfdSource } from './write.ts'
export { readOfd } from './document.ts'
export type { OfdDocument, OfdInfo, OfdOutline } from './model.ts'
export { readOfdPage } from './page.ts'
export { ofdPageToSvg, type OfdSvgOptions } from './page-svg.ts'
export type { OfdPage, Shape as OfdShape } from './scene.ts'
export type { OfdSignature, OfdStamp, SealPicture } from './signatures.ts'
export type { OfdWarning } from './warning.ts'
