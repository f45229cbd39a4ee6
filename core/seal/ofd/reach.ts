/** Which files of a package a reader comes to from OFD.xml (可达文件). What none of them names is no part of the document. */
import { childElements, innerText, type XmlNode } from '#core/formats'
import { findOfdFile, ofdFolder, readOfdPart, resolveOfdLocation, type OfdFiles } from '#core/output'

/**
 * What a file is for. content 内容: shown, printed or opened as part of the document; side 附属: tags, extensions, the entry
 * itself, which show nothing; signing 签名: lists, values and seals of signatures.
 */
export type FileRole = 'content' | 'side' | 'signing'

const ROLES: readonly FileRole[] = ['content', 'side', 'signing']

/** Elements whose text is a location (ST_Loc). */
const TEXT_LOCATIONS: ReadonlySet<string> = new Set([
  'DocRoot', 'PublicRes', 'DocumentRes', 'PageRes', 'FontFile', 'MediaFile', 'Annotations', 'CustomTags', 'Attachments', 'Extensions', 'ExtendData',
  'FileLoc', 'SchemaLoc', 'Signatures', 'SignedValue', 'SignedValueLoc', 'ImageLoc', 'BaseLoc', 'Cover',
])
/** Attributes that are locations, by element. */
const ATTRIBUTE_LOCATIONS: Readonly<Record<string, string>> = {
  Page: 'BaseLoc', TemplatePage: 'BaseLoc', Signature: 'BaseLoc', Version: 'BaseLoc', ColorSpace: 'Profile', File: 'FileLoc',
}
/** Elements that lead away from what is shown, with everything below. */
const LEADS_TO: Readonly<Record<string, FileRole>> = { CustomTags: 'side', Extensions: 'side', Signatures: 'signing' }
/** Locations in these name leaves: nothing is looked for inside. */
const LEAVES: ReadonlySet<string> = new Set(['FontFile', 'MediaFile', 'SignedValue', 'SignedValueLoc', 'ImageLoc', 'SchemaLoc', 'ExtendData', 'ColorSpace', 'Cover', 'File'])

type Link = { readonly location: string; readonly folders: readonly string[]; readonly role: FileRole; readonly leaf: boolean }

/**
 * Files by path with their role; a file with two roles has the one that shows more. References of signatures do not count:
 * being signed makes a file no part of the document. Parts that cannot be read are reached, what they would name is not.
 */
export const reachableFiles = (files: OfdFiles): ReadonlyMap<string, FileRole> => {
  const reached = new Map<string, FileRole>()
  const waiting: Record<FileRole, Link[]> = { content: [], side: [], signing: [] }
  waiting.content.push({ location: '/OFD.xml', folders: [''], role: 'content', leaf: false })
  waiting.signing.push({ location: '/OFDEntries.xml', folders: [''], role: 'signing', leaf: false })
  for (const role of ROLES) {
    const pending = waiting[role]
    for (let link = pending.pop(); link !== undefined; link = pending.pop()) {
      const path = foundIn(files, link)
      if (path === null || reached.has(path)) continue
      // The entry names the document and tells about it, but shows nothing itself.
      reached.set(path, path.toLowerCase() === 'ofd.xml' ? 'side' : role)
      const part = link.leaf ? undefined : readOfdPart(files, '', `/${path}`)
      if (part?.ok !== true) continue
      for (const found of linksOf(part.value.root, ofdFolder(path), role)) waiting[found.role].push(found)
    }
  }
  return reached
}

/** Where a reader finds it: makers forget the resources' folder, and our own reader then looks beside the part. */
const foundIn = (files: OfdFiles, { folders, location }: Link): string | null => {
  for (const folder of folders) {
    const path = findOfdFile(files, folder, location)
    if (path !== null) return path
  }
  return null
}

/** Locations inside a part. `folder`: where it lies. */
const linksOf = (root: XmlNode, folder: string, role: FileRole): readonly Link[] => {
  const links: Link[] = []
  // Files of a resource part lie in a folder that the part names.
  const base = root.name === 'Res' ? root.attributes['BaseLoc'] : undefined
  const folders = base === undefined ? [folder] : [resolveOfdLocation(folder, base) ?? folder, folder]
  const walk = (element: XmlNode, outer: FileRole): void => {
    const own = weaker(outer, LEADS_TO[element.name])
    const attribute = ATTRIBUTE_LOCATIONS[element.name]
    const named = attribute === undefined ? undefined : element.attributes[attribute]
    if (named !== undefined) links.push({ location: named, folders, role: own, leaf: LEAVES.has(element.name) })
    if (TEXT_LOCATIONS.has(element.name)) {
      const location = innerText(element).trim()
      if (location !== '') links.push({ location, folders, role: own, leaf: LEAVES.has(element.name) })
    }
    for (const child of childElements(element)) walk(child, own)
  }
  walk(root, role)
  return links
}

const weaker = (a: FileRole, b: FileRole | undefined): FileRole => (b !== undefined && ROLES.indexOf(b) > ROLES.indexOf(a) ? b : a)
