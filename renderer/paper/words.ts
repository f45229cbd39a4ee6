/** The words of the writing, deciding, sealing and filing screens (界面用语). */
import { useTranslation } from 'react-i18next'

export type Words = (key: string, values?: Readonly<Record<string, string | number>>) => string

const remembered = new WeakMap<Words, Words>()

/** Looking a word up takes as long as drawing a line: what takes no values is looked up once a language. */
const remembering = (look: Words): Words => {
  const known = new Map<string, string>()
  return (key, values) => {
    if (values !== undefined) return look(key, values)
    const found = known.get(key) ?? look(key)
    known.set(key, found)
    return found
  }
}

/** Words come from `zh-CN.work.json` and its translations. The function stays the same as long as the language does. */
export const useWords = (): Words => {
  const look = useTranslation('work').t as unknown as Words
  const words = remembered.get(look) ?? remembering(look)
  remembered.set(look, words)
  return words
}
