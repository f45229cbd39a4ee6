/** Opening a document from a list and coming back to the same row (打开与返回). */
import { goTo, home, type Place } from '../../store/index.ts'

/** The list that was left last; Back leads there however many screens a document has been through since. */
let left: Place = home

/** @param from the list as it shall be found again, with its chosen row; null where there is none, and Back keeps its way */
export const openDocument = (documentId: string, from: Place | null): void => {
  if (from !== null) {
    left = from
    goTo(from, 'replace')
  }
  goTo({ screen: 'document', documentId })
}

export const backToList = (): void => goTo(left)
