/** The files of a package and how parts name each other (ST_Loc). GB/T 33190 §7.2 */
import { formatErr, ok, readXml, readZip, type FormatError, type Result, type XmlLimits, type XmlNode, type ZipLimits, type ZipManner } from '#core/formats'

/** Files of a package by path, in the package's order. */
export type OfdFiles = ReadonlyMap<string, Uint8Array>

const zipLimits: ZipLimits = { maxEntries: 20_000, maxEntryBytes: 128 * 1024 * 1024, maxTotalBytes: 512 * 1024 * 1024, maxRatio: 200 }
/** A seal that is a document: no real one comes near. */
const nestedLimits: ZipLimits = { maxEntries: 1000, maxEntryBytes: 8 * 1024 * 1024, maxTotalBytes: 16 * 1024 * 1024, maxRatio: 200 }
const xmlLimits: XmlLimits = { bytes: 32 * 1024 * 1024, depth: 64, elements: 400_000 }

/** Opens the package. Errors ofd.zip.*: what readZip refuses (unsafe or repeated names, bombs, damage). `nesting`: documents it lies inside. */
export function openPackage(bytes: Uint8Array, nesting: number, manner: ZipManner = 'strict'): Result<OfdFiles, FormatError> {
  const entries = readZip(bytes, nesting === 0 ? zipLimits : nestedLimits, manner)
  if (!entries.ok) {
    // A name that is not text is refused under the reader's code for text.
    const code = entries.error.code.startsWith('zip.') ? entries.error.code : 'zip.path'
    return formatErr(`ofd.${code}`, entries.error.message, entries.error.offset)
  }
  return ok(new Map(entries.value.map((entry) => [entry.path, entry.bytes])))
}

/** The folder that holds a file, '' for the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** A location read in a folder, as a path from the root; null when it leads out of the package. */
export function resolveLocation(folder: string, location: string): string | null {
  const text = location.trim().replaceAll('\\', '/')
  const parts = text.startsWith('/') || folder === '' ? [] : folder.split('/')
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return null
  }
  return parts.join('/')
}

/**
 * The path under which a file is there: as named, or in other letter case (some makers write TPLS and store Tpls).
 * Also tried from the root, as some makers leave the leading slash out. Null when there is none.
 */
export function findFile(files: OfdFiles, folder: string, location: string): string | null {
  for (const from of [folder, '']) {
    const path = resolveLocation(from, location)
    if (path === null || path === '') continue
    if (files.has(path)) return path
    const other = folded(files).get(foldCase(path))
    if (other !== undefined) return other
  }
  return null
}

/** Paths by their folded form, made once for each package: thousands of parts may ask. */
const foldedPaths = new WeakMap<OfdFiles, ReadonlyMap<string, string>>()
function folded(files: OfdFiles): ReadonlyMap<string, string> {
  let paths = foldedPaths.get(files)
  if (paths === undefined) foldedPaths.set(files, (paths = new Map([...files.keys()].map((path) => [foldCase(path), path]))))
  return paths
}

const foldCase = (path: string): string => path.normalize('NFC').toLowerCase()

/** A part and where it lies. */
export type Part = { readonly path: string; readonly folder: string; readonly root: XmlNode }

/** Reads a part. Errors: ofd.location (leads out), ofd.missing, ofd.xml.* with the part's name. */
export function readPart(files: OfdFiles, folder: string, location: string): Result<Part, FormatError> {
  if (resolveLocation(folder, location) === null) return formatErr('ofd.location', `路径越出文件包：${location.slice(0, 100)}`)
  const path = findFile(files, folder, location)
  if (path === null) return formatErr('ofd.missing', `文件包中缺少：${location.slice(0, 100)}`)
  const xml = readXml(files.get(path)!, xmlLimits)
  if (!xml.ok) return formatErr(`ofd.${xml.error.code}`, `${path}：${xml.error.message}`, xml.error.offset)
  return ok({ path, folder: folderOf(path), root: xml.value })
}
