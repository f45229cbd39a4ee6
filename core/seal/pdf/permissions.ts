/** What a signed file allows afterwards (认证与锁定): DocMDP, FieldMDP and the lock of a field, ISO 32000-2 §12.8.2, §12.7.5.5. */
import { catalogOf, type PdfFile } from './file.ts'
import { countOf, isArray, isDict, isString, nameOf, textOf, type PdfDict, type PdfValue } from './value.ts'

/** 1 nothing · 2 filling forms and signing · 3 annotations too. Evidence and document time stamps may always follow. */
export type ChangeLevel = 1 | 2 | 3

/** Which fields a signature froze. */
export type FieldLock = { readonly action: 'All' | 'Include' | 'Exclude'; readonly fields: readonly string[] }

const levelOf = (value: PdfValue): ChangeLevel | undefined => (value === 1 || value === 2 || value === 3 ? value : undefined)

/** Parameters of the signature's references with this method. */
const parametersOf = (file: PdfFile, signature: PdfDict, method: string): PdfDict | undefined => {
  const references = file.resolve(signature.entries.get('Reference'))
  if (!isArray(references)) return undefined
  for (const item of references.items) {
    const reference = file.resolve(item)
    if (!isDict(reference)) continue
    const parameters = file.resolve(reference.entries.get('TransformParams'))
    const named = nameOf(file.resolve(reference.entries.get('TransformMethod')))
    // Old writers leave the method out; what it is shows in the parameters.
    const isMeant = named === method || (named === undefined && isDict(parameters) && parameters.entries.has(method === 'DocMDP' ? 'P' : 'Action'))
    if (isMeant) return isDict(parameters) ? parameters : { kind: 'dict', entries: new Map() }
  }
  return undefined
}

/** The level that a certification signature set for the document; undefined without one. P is 2 when left out. */
export const certifiedLevel = (file: PdfFile): ChangeLevel | undefined => {
  const permissions = file.resolve(catalogOf(file).entries.get('Perms'))
  const certification = isDict(permissions) ? file.resolve(permissions.entries.get('DocMDP')) : null
  if (!isDict(certification)) return undefined
  return docMdpOf(file, certification)
}

/** The level that one signature carries itself. */
export const docMdpOf = (file: PdfFile, signature: PdfDict): ChangeLevel | undefined => {
  const parameters = parametersOf(file, signature, 'DocMDP')
  if (parameters === undefined) return undefined
  const level = file.resolve(parameters.entries.get('P'))
  return level === null ? 2 : levelOf(level) ?? 1
}

/** The fields that one signature froze, by FieldMDP or by the lock of its field. */
export const lockOf = (file: PdfFile, signature: PdfDict, field: PdfDict | undefined): FieldLock | undefined => {
  const own = parametersOf(file, signature, 'FieldMDP') ?? file.resolve(field?.entries.get('Lock'))
  if (!isDict(own)) return undefined
  const action = nameOf(file.resolve(own.entries.get('Action')))
  const list = file.resolve(own.entries.get('Fields'))
  const fields = isArray(list) ? list.items.flatMap((item) => {
    const text = file.resolve(item)
    return isString(text) ? [textOf(text) ?? ''] : []
  }) : []
  return { action: action === 'Include' || action === 'Exclude' ? action : 'All', fields }
}

/** P of a field's lock, which lowers the level from then on (ISO 32000-2 table 236). */
export const lockLevelOf = (file: PdfFile, field: PdfDict | undefined): ChangeLevel | undefined => {
  const lock = file.resolve(field?.entries.get('Lock'))
  return isDict(lock) ? levelOf(countOf(file.resolve(lock.entries.get('P'))) ?? null) : undefined
}

/** A name in the list freezes the field and everything below it. */
export const isLocked = (lock: FieldLock, field: string): boolean => {
  const listed = lock.fields.some((name) => field === name || field.startsWith(`${name}.`))
  return lock.action === 'All' || (lock.action === 'Include' ? listed : !listed)
}
