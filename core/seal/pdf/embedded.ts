/** The signature values of a PDF as they stand (签名数据), for looking at seals without judging the file. */
import { ok, type FormatError, type Result } from '#core/formats'
import { attempt, openPdf } from './file.ts'
import { signaturesOf } from './signatures.ts'
import { isString, nameOf } from './value.ts'

/** /Contents of every signature, padding included, with the name of its field. Errors pdf.*. */
export const embeddedInPdf = (bytes: Uint8Array): Result<readonly { readonly field: string; readonly filter: string; readonly contents: Uint8Array }[], FormatError> => {
  const file = openPdf(bytes)
  if (!file.ok) return file
  const found = attempt(() => signaturesOf(file.value))
  if (!found.ok) return found
  return ok(found.value.flatMap(({ fieldName, dict }) => {
    const contents = file.value.resolve(dict.entries.get('Contents'))
    return isString(contents) ? [{ field: fieldName, filter: nameOf(dict.entries.get('SubFilter')) ?? '', contents: contents.bytes }] : []
  }))
}
