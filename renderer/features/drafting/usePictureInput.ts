/** Pictures on their way into a text (插图): checked, stored in the profile, shown from there. */
import { useMemo, useState } from 'react'
import { limits, pictureSize, type Picture } from '#core/document'
import type { Result } from '#core/formats'
import { usePictureUrls, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { sizeText } from './sizes.ts'

export type PictureInput = {
  readonly onPicture: (file: File) => Promise<Result<Pick<Picture, 'file' | 'pixels'>, string>>
  readonly pictureUrl: (hash: string) => string | null
}

const shortName = (name: string): string => [...name].slice(0, limits.nameChars).join('')

export const usePictureInput = (): PictureInput => {
  const t = useWords()
  const { putFile } = useClient()
  const [wanted, setWanted] = useState<readonly string[]>([])
  const urlOf = usePictureUrls(wanted)
  return useMemo(() => ({
    onPicture: async (file) => {
      if (file.size > limits.pictureBytes) return { ok: false, error: t('tools.pictureTooLarge', { name: file.name, size: sizeText(limits.pictureBytes) }) }
      const bytes = new Uint8Array(await file.arrayBuffer())
      const size = pictureSize(bytes)
      if (!size.ok) return { ok: false, error: `${file.name}：${size.error.message}` }
      const stored = await putFile(bytes)
      if (!stored.ok) return { ok: false, error: stored.error.message }
      setWanted((old) => (old.includes(stored.value) ? old : [...old, stored.value]))
      const { mediaType, width, height } = size.value
      return { ok: true, value: { file: { fileName: shortName(file.name), mediaType, size: bytes.length, hash: stored.value }, pixels: { width, height } } }
    },
    pictureUrl: (hash) => {
      const url = urlOf(hash)
      // Asked while drawing: remembered for after it.
      if (url === null) queueMicrotask(() => setWanted((old) => (old.includes(hash) ? old : [...old, hash])))
      return url
    },
  }), [t, putFile, urlOf])
}
