/** An opened OFD (版式文档). Pages stay in the package until they are asked for. */
import type { OfdFiles } from './locations.ts'
import type { Resources } from './resources.ts'
import type { OfdSignature } from './signatures.ts'
import type { Box } from './values.ts'
import type { OfdWarning } from './warning.ts'

export type OfdInfo = {
  readonly docId: string
  readonly title: string
  readonly author: string
  /** as written */
  readonly creationDate: string
  readonly creator: string
  readonly customData: readonly { readonly name: string; readonly value: string }[]
}

/** Entry of the outline; `page` from 0, null when it leads nowhere. */
export type OfdOutline = { readonly title: string; readonly page: number | null; readonly children: readonly OfdOutline[] }

export type OfdDocument = {
  /** every file of the package, bytes as stored, by path without leading slash */
  readonly files: OfdFiles
  readonly docType: string
  readonly info: OfdInfo
  /** Document.xml: its path, and its folder */
  readonly path: string
  readonly folder: string
  /** paper of pages that say nothing else */
  readonly pageBox: Box
  readonly pages: readonly { readonly id: string; readonly location: string }[]
  readonly templates: ReadonlyMap<string, { readonly location: string; readonly zOrder: string }>
  readonly resources: Resources
  readonly annotations: readonly { readonly page: string; readonly folder: string; readonly location: string }[]
  readonly outline: readonly OfdOutline[]
  readonly signatures: readonly OfdSignature[]
  readonly warnings: readonly OfdWarning[]
  /** how many documents this one lies inside as a picture */
  readonly nesting: number
}
