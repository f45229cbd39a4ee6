import { expect, test } from 'vitest'
import { defaultPreferences, readPreferences } from './preferences.ts'

test('what was stored comes back', () => {
  const wanted = { theme: 'dark', textSize: 18, leadersMode: 'on', language: 'en' } as const
  expect(readPreferences(JSON.stringify(wanted))).toEqual(wanted)
})
test.each([null, '', '{', '[]', '7', 'null', '{"theme":"pink","textSize":99,"leadersMode":1,"language":"fr"}'])('nothing usable gives the defaults: %s', (stored) => {
  expect(readPreferences(stored)).toEqual(defaultPreferences)
})
test('one bad member does not take the others with it', () => {
  expect(readPreferences('{"theme":"contrast","textSize":13}')).toEqual({ ...defaultPreferences, theme: 'contrast' })
})
