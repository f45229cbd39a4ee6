/** Words of the editor (编辑器用语), from `zh-CN.work.json` and its translations, all under `editor.`. */
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

export type Words = (key: string, values?: Readonly<Record<string, string | number>>) => string

export const useWords = (): Words => {
  const { t } = useTranslation('work')
  return useCallback((key, values) => t(`editor.${key}`, values ?? {}), [t])
}
