import { describe, expect, test } from 'vitest'
import { home, readPlace, writePlace, type Place } from './navigation.ts'

const places: readonly Place[] = [
  { screen: 'desk', box: 'done', documentId: 'doc-1' }, { screen: 'desk', box: 'todo', documentId: null }, { screen: 'document', documentId: 'a1-B2' },
  { screen: 'drafting', documentId: null }, { screen: 'drafting', documentId: 'doc-9' }, { screen: 'sealing' }, { screen: 'receiving' }, { screen: 'archive' },
  { screen: 'search' }, { screen: 'attention' }, { screen: 'settings' },
]

describe('places in the address', () => {
  test.each(places)('$screen comes back as it was written', (place) => {
    expect(readPlace(writePlace(place))).toEqual(place)
  })
  test.each(['', '#', '#/nowhere', '#/desk', '#/desk/everything', '#/document', '#/document/<img>', '#/document/../../etc', `#/document/${'a'.repeat(65)}`, '#launch=abc'])(
    'a fragment that is none leads home: %s', (fragment) => { expect(readPlace(fragment)).toEqual(home) },
  )
  test('a hostile id of a draft becomes a new draft, not a path', () => {
    expect(readPlace('#/drafting/%2e%2e')).toEqual({ screen: 'drafting', documentId: null })
  })
})
