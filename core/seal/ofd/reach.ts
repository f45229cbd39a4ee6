/** Which files of a package a reader comes to from OFD.xml (可达文件). What none of them names is no part of the document. */
import { childElements, innerText, type XmlNode } from '#core/formats'
import { findOfdFile, ofdFolder, readOfdPart, resolveOfdLocation, type OfdFiles } from '#core/output'

/**
 * What a file is for. content 内容: says or shows something of its own: the document, pages, annotations, attachments,
 * versions; means 呈现资源: what pages are drawn with or explained by: templates, resources, fonts, pictures, profiles, tags; side 附属:
 * extensions, the entry itself; signing 签名: lists, values and seals of signatures.
 */
export type FileRole = 'content' | 'means' | 'side' | 'signing'

/** One document of a package (DocBody). */
export type ReachedDocument = {
  /** its Document.xml; null where none can be found */
  readonly root: string | null
  /** ids of its pages, as written */
  readonly pages: ReadonlySet<string>
  /** Signatures.xml as it names it, where it is there */
  readonly lists: readonly string[]
  /** files by path; one with two roles has the one that comes first above */
  readonly files: ReadonlyMap<string, FileRole>
  /** the element by which each of them was found */
  readonly kinds: ReadonlyMap<string, string>
}

const ROLES: readonly FileRole[] = ['content', 'means', 'side', 'signing']

/** Elements whose text is a location (ST_Loc). */
const TEXT_LOCATIONS: ReadonlySet<string> = new Set([
  'DocRoot', 'PublicRes', 'DocumentRes', 'PageRes', 'FontFile', 'MediaFile', 'Annotations', 'CustomTags', 'Attachments', 'Extensions', 'ExtendData',
  'FileLoc', 'SchemaLoc', 'Signatures', 'SignedValue', 'SignedValueLoc', 'ImageLoc', 'BaseLoc', 'Cover', 'File',
])
/** Attributes that are locations, by element. */
const ATTRIBUTE_LOCATIONS: Readonly<Record<string, string>> = {
  Page: 'BaseLoc', TemplatePage: 'BaseLoc', Signature: 'BaseLoc', Version: 'BaseLoc', ColorSpace: 'Profile', File: 'FileLoc',
}
/** Elements that lead away from what is said, with everything below. */
const LEADS_TO: Readonly<Record<string, FileRole>> = {
  TemplatePage: 'means', PublicRes: 'means', DocumentRes: 'means', PageRes: 'means', Res: 'means', Cover: 'means', CustomTags: 'means',
  Extensions: 'side', SchemaLoc: 'side', Signatures: 'signing',
}
/** Locations in these name leaves: nothing is looked for inside. */
const LEAVES: ReadonlySet<string> = new Set(['FontFile', 'MediaFile', 'SignedValue', 'SignedValueLoc', 'ImageLoc', 'SchemaLoc', 'ExtendData', 'ColorSpace', 'Cover', 'File'])
/** What these name is handed out as it is: an attachment may be an XML that speaks of files of its own. */
const LEAF_HOLDERS: ReadonlySet<string> = new Set(['Attachment', 'CustomTag'])

type Link = { readonly location: string; readonly folders: readonly string[]; readonly role: FileRole; readonly leaf: boolean; readonly kind: string }
/** A link that leads to a file. */
type Target = Pick<Link, 'role' | 'leaf' | 'kind'> & { readonly path: string }

/**
 * Every document of the package with what it reaches. References of signatures do not count: being signed makes a file no
 * part of the document. Parts that cannot be read are reached, what they would name is not.
 */
export const reachedDocuments = (files: OfdFiles, entry: XmlNode): readonly ReachedDocument[] => {
  // A part is read once for all documents; its links depend on the role that it was reached in, where they lead on the document.
  const read = new Map<string, readonly Link[]>()
  const linksIn = (path: string, role: FileRole): readonly Link[] => {
    const key = `${role} ${path}`
    let links = read.get(key)
    if (links === undefined) {
      const part = readOfdPart(files, '', `/${path}`)
      read.set(key, (links = part.ok ? linksOf(part.value.root, ofdFolder(path), role) : []))
    }
    return links
  }
  const led = new Map<string, readonly Target[]>()
  const beside = childElements(entry).filter((element) => element.name !== 'DocBody').flatMap((element) => linksOf(element, '', 'content'))
  return childElements(entry, 'DocBody').map((body) => {
    const locations = (name: string): readonly string[] => childElements(body, name).flatMap((element) => findOfdFile(files, '', innerText(element)) ?? [])
    const root = locations('DocRoot')[0] ?? null
    // Some readers look from the root, or from the folder of the document.
    const anywhere = root === null ? [''] : ['', ofdFolder(root)]
    const targetsIn = (path: string, role: FileRole): readonly Target[] => {
      const key = `${anywhere.at(-1)} ${role} ${path}`
      const targets = led.get(key) ?? targetsOf(files, anywhere, linksIn(path, role))
      led.set(key, targets)
      return targets
    }
    return { root, pages: pagesOf(files, root), lists: locations('Signatures'), ...reach(files, targetsOf(files, anywhere, [...linksOf(body, '', 'content'), ...beside]), targetsIn) }
  })
}

const pagesOf = (files: OfdFiles, root: string | null): ReadonlySet<string> => {
  const part = root === null ? undefined : readOfdPart(files, '', `/${root}`)
  const lists = part?.ok === true ? childElements(part.value.root, 'Pages') : []
  return new Set(lists.flatMap((list) => childElements(list, 'Page')).map((page) => (page.attributes['ID'] ?? '').trim()))
}

const reach = (files: OfdFiles, first: readonly Target[], targetsIn: (path: string, role: FileRole) => readonly Target[]): Pick<ReachedDocument, 'files' | 'kinds'> => {
  const reached = new Map<string, FileRole>()
  const kinds = new Map<string, string>()
  const waiting: Record<FileRole, Target[]> = { content: [], means: [], side: [], signing: [] }
  // The entry names the document and tells about it, but shows nothing itself.
  const entry = findOfdFile(files, '', 'OFD.xml')
  if (entry !== null) reached.set(entry, 'side')
  const entries = findOfdFile(files, '', 'OFDEntries.xml')
  if (entries !== null) waiting.signing.push({ path: entries, role: 'signing', leaf: false, kind: 'OFDEntries' })
  for (const target of first) waiting[target.role].push(target)
  for (const role of ROLES) {
    const pending = waiting[role]
    for (let target = pending.pop(); target !== undefined; target = pending.pop()) {
      const { path, leaf, kind } = target
      if (reached.has(path)) continue
      reached.set(path, role)
      kinds.set(path, kind)
      if (!leaf) for (const found of targetsIn(path, role)) if (!reached.has(found.path)) waiting[found.role].push(found)
    }
  }
  return { files: reached, kinds }
}

/** Each file once in a role, however often a part names it. */
const targetsOf = (files: OfdFiles, anywhere: readonly string[], links: readonly Link[]): readonly Target[] => {
  const targets = new Map<string, Target>()
  for (const link of links) {
    for (const path of foundIn(files, anywhere, link)) targets.set(`${link.role} ${link.leaf} ${path}`, { path, role: link.role, leaf: link.leaf, kind: link.kind })
  }
  return [...targets.values()]
}

/** Everywhere that some reader may look: makers forget the resources' folder or the leading slash, and readers differ in what they try first. */
const foundIn = (files: OfdFiles, anywhere: readonly string[], { folders, location }: Link): readonly string[] => {
  const names = location.includes('%') ? [location, unescaped(location)] : [location]
  const found = [...new Set([...folders, ...anywhere])].flatMap((folder) => names.flatMap((name) => findOfdFile(files, folder, name) ?? []))
  return [...new Set(found)]
}

/** As addresses are written; what is no such writing stays. */
export const unescaped = (location: string): string => {
  try {
    return decodeURIComponent(location)
  } catch {
    return location
  }
}

/** Locations inside a part. `folder`: where it lies. */
const linksOf = (root: XmlNode, folder: string, role: FileRole): readonly Link[] => {
  const links: Link[] = []
  // Files of a resource part lie in a folder that the part names.
  const base = root.name === 'Res' ? root.attributes['BaseLoc'] : undefined
  const folders = base === undefined ? [folder] : [resolveOfdLocation(folder, base) ?? folder, folder]
  const walk = (element: XmlNode, outer: FileRole, holder: 'leaf' | 'part'): void => {
    const own = weaker(outer, LEADS_TO[element.name])
    const within = holder === 'leaf' || LEAF_HOLDERS.has(element.name) ? 'leaf' : 'part'
    const leaf = within === 'leaf' || LEAVES.has(element.name)
    const attribute = ATTRIBUTE_LOCATIONS[element.name]
    const named = attribute === undefined ? undefined : element.attributes[attribute]
    if (named !== undefined) links.push({ location: named, folders, role: own, leaf, kind: element.name })
    if (TEXT_LOCATIONS.has(element.name)) {
      const location = innerText(element).trim()
      if (location !== '') links.push({ location, folders, role: own, leaf, kind: element.name })
    }
    for (const child of childElements(element)) walk(child, own, within)
  }
  walk(root, role, 'part')
  return links
}

const weaker = (a: FileRole, b: FileRole | undefined): FileRole => (b !== undefined && ROLES.indexOf(b) > ROLES.indexOf(a) ? b : a)
