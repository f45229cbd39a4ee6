/** A seal as it looks (印模): its own picture, or a plain circle while there is none. */
import { useEffect, useMemo, useRef } from 'react'
import type { SealEntry } from '#core/sync'
import { pictureOf } from './sealPicture.ts'

/** @param alt '' where the words beside it say the same */
export const SealImage = ({ seal, alt }: { readonly seal: SealEntry | null; readonly alt: string }) => {
  const image = useRef<HTMLImageElement>(null)
  const picture = useMemo(() => pictureOf(seal), [seal])
  useEffect(() => {
    if (picture === null || image.current === null) return
    const url = URL.createObjectURL(new Blob([picture.bytes.slice()], { type: picture.type }))
    image.current.src = url
    return () => URL.revokeObjectURL(url)
  }, [picture])
  return picture === null ? <span className="wk-seal-circle" /> : <img ref={image} alt={alt} draggable={false} />
}
