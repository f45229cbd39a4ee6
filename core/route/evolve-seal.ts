/** What events of sealing do to the state: of one organ as ever, of a joint issue by organ (J3–J5). */
import type { DocumentEvent } from './events.ts'
import { sealersOf, sealsOf } from './joint.ts'
import type { DocumentState } from './state.ts'

type SealEvent = Extract<DocumentEvent, { type: 'SealApplied' | 'SealRequested' | 'SealReturned' | 'SealDeclined' }>

export const without = <T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> => {
  const { [key]: _gone, ...rest } = value
  return rest
}

const ofSingle = (state: DocumentState, event: Exclude<SealEvent, { type: 'SealDeclined' }>): DocumentState => {
  switch (event.type) {
    case 'SealApplied':
      return { ...state, status: 'sealed', seal: event.seal, sealRequest: null, sealReturn: null }
    case 'SealRequested':
      return { ...state, sealRequest: event.request, sealReturn: null }
    case 'SealReturned': {
      const { type: _type, ...sealReturn } = event
      return { ...state, sealRequest: null, sealReturn }
    }
  }
}

export const evolveSeal = (state: DocumentState, event: SealEvent): DocumentState => {
  const sealers = sealersOf(state)
  if (event.type !== 'SealDeclined' && sealers.length === 1) return ofSingle(state, event)
  const { sealRequests = {}, sealReturns = {}, sealDeclines = {} } = state
  switch (event.type) {
    case 'SealApplied': {
      const organId = event.seal.organId ?? state.organId
      const seals = [...sealsOf(state), { ...event.seal, organId }]
      const isLast = sealers.every((sealer) => seals.some((seal) => seal.organId === sealer))
      return {
        ...state, ...(isLast ? { status: 'sealed', seal: event.seal } : {}), seals,
        sealRequests: without(sealRequests, organId), sealReturns: without(sealReturns, organId), sealDeclines: without(sealDeclines, organId),
      }
    }
    case 'SealRequested': {
      const organId = event.request.organId ?? state.organId
      return { ...state, sealRequests: { ...sealRequests, [organId]: event.request }, sealReturns: without(sealReturns, organId) }
    }
    case 'SealReturned': {
      const { type: _type, ...sealReturn } = event
      const organId = event.organId ?? state.organId
      return { ...state, sealRequests: without(sealRequests, organId), sealReturns: { ...sealReturns, [organId]: sealReturn } }
    }
    case 'SealDeclined': {
      const { type: _type, ...declined } = event
      return { ...state, sealDeclines: { ...sealDeclines, [event.organId]: declined } }
    }
  }
}
