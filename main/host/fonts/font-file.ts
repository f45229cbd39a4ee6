/** A font as the host holds it: whole in memory, or where it can be read (字体文件). */
export type FontFile = {
  readonly path: string
  /** place in the collection that it was taken from, 0 for single fonts */
  readonly index: number
  /** one face, never a collection */
  readonly bytes: Uint8Array
  readonly family: string
  /** whether the face is not of the role's own design */
  readonly substituted: boolean
}

/** A block of rare characters, by its first code point: read when one of them is printed. `size`: of the file, in bytes. */
export type UnreadFont = Omit<FontFile, 'bytes'> & { readonly rare: number; readonly size: number; readonly read: () => Promise<Uint8Array> }

export const bytesOf = async (file: FontFile | UnreadFont): Promise<Uint8Array> => 'read' in file ? file.read() : file.bytes
