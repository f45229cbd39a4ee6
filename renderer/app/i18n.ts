/** Words of the interface (界面语言): two files a language, `shell` for the frame and `work` for the business screens. */
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Preferences } from '../store/index.ts'

const files = import.meta.glob<Record<string, unknown>>('../../resources/locales/*.{shell,work}.json', { eager: true, import: 'default' })

const wordsOf = (language: Preferences['language'], part: 'shell' | 'work'): Record<string, unknown> =>
  Object.entries(files).find(([path]) => path.endsWith(`/${language}.${part}.json`))?.[1] ?? {}

const languages: readonly Preferences['language'][] = ['zh-CN', 'en']

export const startWords = async (language: Preferences['language']): Promise<void> => {
  await i18next.use(initReactI18next).init({
    lng: language, fallbackLng: 'zh-CN', ns: ['shell', 'work'], defaultNS: 'shell', fallbackNS: ['shell', 'work'],
    resources: Object.fromEntries(languages.map((code) => [code, { shell: wordsOf(code, 'shell'), work: wordsOf(code, 'work') }])),
    // React escapes by itself.
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  document.documentElement.lang = language
}

export const changeWords = (language: Preferences['language']): void => {
  document.documentElement.lang = language
  void i18next.changeLanguage(language)
}
