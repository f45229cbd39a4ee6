/** Who sees a document, and how much of it (知悉范围). Rule I0. */
import { actorsFor, holdersOf, type Directory } from '#core/access'
import type { DocumentState } from './state.ts'

/** `full` for those who handle it; `received` for a receiving organ: the sealed document, never the way to it. */
export type View = 'full' | 'received' | 'none'

const afterNumber: readonly DocumentState['status'][] = ['numbered', 'composed', 'sealed', 'dispatched', 'filed', 'packaged']
const afterDispatch: readonly DocumentState['status'][] = ['dispatched', 'filed', 'packaged']

const handlers = (state: DocumentState, directory: Directory, now: string): Set<string> => {
  const people = new Set<string>([state.createdBy])
  if (state.revisions.length > 0) {
    // Those who have acted keep their view; those whose step is open gain it; those whose turn never came have none.
    for (const opinion of state.opinions) people.add(opinion.by)
    for (const revision of state.revisions) people.add(revision.by)
    for (const branch of state.step?.branches ?? []) for (const person of actorsFor(directory, branch.holder, now)) people.add(person)
    // The reviewers of this document may amend it until it is approved.
    if (state.status === 'routing') {
      for (const step of state.route?.steps ?? []) {
        const reached = state.opinions.some((opinion) => opinion.stepId === step.id)
        if (step.role === 'reviewer' && reached) for (const person of state.assignments[step.id] ?? []) people.add(person)
      }
    }
  }
  if (afterNumber.includes(state.status)) for (const person of holdersOf(directory, 'sealClerk', state.organId)) people.add(person)
  if (afterNumber.includes(state.status) && state.seal !== null) for (const person of holdersOf(directory, 'registrar', state.organId)) people.add(person)
  if (afterDispatch.includes(state.status)) for (const person of holdersOf(directory, 'archivist', state.organId)) people.add(person)
  people.delete('system')
  return people
}

/** Everyone with any view of the document, with the view each has. */
export const audienceOf = (state: DocumentState, directory: Directory, now: string): ReadonlyMap<string, Exclude<View, 'none'>> => {
  const audience = new Map<string, Exclude<View, 'none'>>()
  for (const target of state.dispatch?.targets ?? []) {
    for (const person of holdersOf(directory, 'registrar', target.organId)) audience.set(person, 'received')
  }
  for (const person of handlers(state, directory, now)) if (directory.people[person] !== undefined) audience.set(person, 'full')
  return audience
}

export const viewOf = (state: DocumentState, directory: Directory, personId: string, now: string): View =>
  audienceOf(state, directory, now).get(personId) ?? 'none'

export const hasView = (state: DocumentState, directory: Directory, personId: string, now: string): boolean =>
  personId === 'system' || viewOf(state, directory, personId, now) !== 'none'

/** The record as `personId` may hold it. A receiving organ gets the sealed document and its own receipt only. */
export const project = (state: DocumentState, directory: Directory, personId: string, now: string): DocumentState | null => {
  const view = viewOf(state, directory, personId, now)
  if (view === 'none') return null
  if (view === 'full') return state
  const organId = directory.people[personId]?.organId
  return {
    ...state,
    status: 'dispatched', drafts: [], revisions: [], assignments: {}, route: null, step: null, revising: false, opinions: [], comments: [],
    approval: null, final: null, sealRequest: null, sealReturn: null, archive: null, package: null,
    dispatch: state.dispatch === null ? null : { ...state.dispatch, targets: state.dispatch.targets.filter((target) => target.organId === organId) },
  }
}

/** Hashes of the bytes that go with a projected record; knowing any other hash opens nothing (I0). File attachments are named by the contents. */
export const blobsOf = (state: DocumentState): readonly string[] => [
  ...state.drafts.map((draft) => draft.hash),
  ...state.revisions.map((revision) => revision.hash),
  ...issuedBlobsOf(state),
]

/** Hashes of the files that were made of the document: pages, sealed files, package. */
export const issuedBlobsOf = ({ final, seal, package: built }: DocumentState): readonly string[] =>
  [final?.hash, final?.ofdHash, seal?.sealedHash, seal?.sealedOfdHash, built?.hash].filter((hash) => hash !== undefined)
