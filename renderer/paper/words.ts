/** The words of the writing, deciding, sealing and filing screens (界面用语). */
import { useTranslation } from 'react-i18next'

export type Words = (key: string, values?: Readonly<Record<string, string | number>>) => string

/** Words come from `zh-CN.work.json` and its translations. */
export const useWords = (): Words => useTranslation('work').t as unknown as Words
