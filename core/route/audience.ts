/** Who sees a document, and how much of it (知悉范围). Rule I0. */
import { actorsFor, holdersOf, type Directory } from '#core/access'
import { sealersOf } from './joint.ts'
import type { DocumentState } from './state.ts'

/**
 * `full` for those who handle it; `issuing` for the seal clerks of the other issuing organs (J4): the pages and their seals, never
 * the way to them; `received` for a receiving organ: the sealed document alone.
 */
export type View = 'full' | 'issuing' | 'received' | 'none'

const afterNumber: readonly DocumentState['status'][] = ['numbered', 'composed', 'sealed', 'dispatched', 'filed', 'packaged']
const afterComposing = afterNumber.slice(1)
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
  // The widest view counts: a registrar who keeps the seal too has the other organ's pages from their composing on.
  if (afterComposing.includes(state.status)) {
    for (const organId of sealersOf(state)) for (const person of holdersOf(directory, 'sealClerk', organId)) audience.set(person, 'issuing')
  }
  for (const person of handlers(state, directory, now)) if (directory.people[person] !== undefined) audience.set(person, 'full')
  return audience
}

export const viewOf = (state: DocumentState, directory: Directory, personId: string, now: string): View =>
  audienceOf(state, directory, now).get(personId) ?? 'none'

export const hasView = (state: DocumentState, directory: Directory, personId: string, now: string): boolean =>
  personId === 'system' || viewOf(state, directory, personId, now) !== 'none'

/** Of what is kept by organ, the organ's own. */
const own = <T>(all: Readonly<Record<string, T>> | undefined, organId: string): Readonly<Record<string, T>> =>
  all !== undefined && Object.hasOwn(all, organId) ? { [organId]: all[organId] as T } : {}

/** Nothing of the way to the pages, nor of what came of them in another organ. */
const bare = (state: DocumentState, organId: string): DocumentState => ({
  ...state, drafts: [], revisions: [], assignments: {}, route: null, step: null, revising: false, opinions: [], comments: [], approval: null,
  archive: null, package: null, sealRequest: null, sealReturn: null,
  dispatch: state.dispatch === null ? null : { ...state.dispatch, targets: state.dispatch.targets.filter((target) => target.organId === organId) },
})

/** J4: of the opinions only that the own organ has agreed, without its words; what is asked and declined, of the own organ. */
const issuing = (state: DocumentState, organId: string): DocumentState => ({
  ...bare(state, organId), status: afterDispatch.includes(state.status) ? 'dispatched' : state.status, approval: state.approval,
  opinions: state.opinions.filter((opinion) => opinion.organId === organId).map((opinion) => ({ ...opinion, text: '', signature: null })),
  sealRequests: own(state.sealRequests, organId), sealReturns: own(state.sealReturns, organId), sealDeclines: own(state.sealDeclines, organId),
})

const received = (state: DocumentState, organId: string): DocumentState => {
  const { seals: _seals, sealRequests: _requests, sealReturns: _returns, sealDeclines: _declines, ...sealed } = bare(state, organId)
  return { ...sealed, status: 'dispatched', final: null }
}

/** The record as `personId` may hold it. */
export const project = (state: DocumentState, directory: Directory, personId: string, now: string): DocumentState | null => {
  const organId = directory.people[personId]?.organId ?? ''
  switch (viewOf(state, directory, personId, now)) {
    case 'none': return null
    case 'full': return state
    case 'issuing': return issuing(state, organId)
    case 'received': return received(state, organId)
  }
}

/** Hashes of the bytes that go with a projected record; knowing any other hash opens nothing (I0). File attachments are named by the contents. */
export const blobsOf = (state: DocumentState): readonly string[] => [
  ...state.drafts.map((draft) => draft.hash),
  ...state.revisions.map((revision) => revision.hash),
  ...issuedBlobsOf(state),
]

/** Hashes of the files that were made of the document: pages, sealed files (of a joint issue also those between), package. */
export const issuedBlobsOf = ({ final, seal, seals = [], package: built }: DocumentState): readonly string[] => {
  const files = [final?.hash, final?.ofdHash, ...[...seals, seal].flatMap((applied) => [applied?.sealedHash, applied?.sealedOfdHash]), built?.hash]
  return [...new Set(files.filter((hash) => hash !== undefined))]
}
