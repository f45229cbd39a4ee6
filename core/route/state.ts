/** The state of one document (公文办理状态), rebuilt from its events. */
import type { Disclosure, DocumentKind, Urgency } from '#core/document'
import type { SealGround } from './placing.ts'
import type { StatementSignature } from './statement.ts'
import type { RouteDefinition } from './definition.ts'

/** 起草 · 办理中 · 已签发 · 已编号 · 待用印 · 已用印 · 已封发 · 已归档 · 归档包已生成 · 已撤回 */
export type DocumentStatus =
  | 'draft' | 'routing' | 'approved' | 'numbered' | 'composed' | 'sealed' | 'dispatched' | 'filed' | 'packaged' | 'recalled'

/** One saved draft; more than one head means that two devices wrote from the same base and both are kept (B1). */
export type DraftHead = { readonly hash: string; readonly base: string | null; readonly by: string; readonly deviceId: string; readonly savedAt: string }

/** A frozen revision (定稿、修改稿), content-addressed (B3). */
export type Revision = {
  readonly number: number
  readonly hash: string
  readonly parent: string | null
  readonly attachmentsHash: string
  readonly by: string
  readonly note: string
  readonly receivedAt: string
}

export type Branch = {
  readonly id: string
  readonly holder: string
  readonly organId: string
  readonly state: 'open' | 'agreed' | 'returned'
  /** 1 when first opened, +1 for each time it is reopened after a return */
  readonly round: number
}

export type OpenStep = { readonly stepId: string; readonly name: string; readonly openedAt: string; readonly branches: readonly Branch[] }

/** An opinion (意见): append-only; a return or a recall never removes it. */
export type Opinion = {
  readonly stepId: string
  readonly stepName: string
  readonly branchId: string
  readonly round: number
  readonly by: string
  /** set when `by` acted for someone else by delegation */
  readonly onBehalfOf: string | null
  readonly organId: string
  readonly decision: 'agree' | 'return'
  readonly text: string
  readonly revision: number
  readonly commandId: string
  /** O4: the device's word */
  readonly claimedAt: string
  /** O4: the server's clock */
  readonly receivedAt: string
  readonly signature: StatementSignature | null
}

export type Comment = { readonly by: string; readonly text: string; readonly claimedAt: string; readonly receivedAt: string }

export type DispatchTarget = {
  readonly organId: string
  readonly receipt: null | {
    readonly by: string
    readonly claimedAt: string
    readonly receivedAt: string
    readonly verdict: 'valid' | 'invalid' | 'undecided'
    readonly signature: StatementSignature
  }
}

/** `organId` in these: whose seal it is, in a joint issue; absent where the document has one issuing organ, whose it is then. */
export type SealRequested = {
  readonly purpose: string; readonly sealId: string; readonly sealName: string; readonly by: string; readonly receivedAt: string
  readonly signature: StatementSignature
  readonly organId?: string
}
export type SealReturn = { readonly by: string; readonly requestedBy: string; readonly sealId: string; readonly reason: string; readonly receivedAt: string; readonly organId?: string }
export type SealConfirmation = { readonly by: string; readonly receivedAt: string; readonly signature: StatementSignature }
/** An issuing organ's clerk will not seal what was composed (拒绝用印); a later seal of that organ clears it. */
export type SealDeclined = { readonly organId: string; readonly by: string; readonly reason: string; readonly receivedAt: string }
/** One use of a seal (用印): the files that came out of it carry all seals up to this one. */
export type SealApplication = {
  readonly purpose: string; readonly sealId: string; readonly sealName: string; readonly sealedHash: string
  /** the OFD under its GB/T 38540 seal; there when `final.ofdHash` is */
  readonly sealedOfdHash?: string
  readonly by: string; readonly receivedAt: string; readonly certificate: string; readonly signature: StatementSignature
  /** the second clerk, where the seal is under dual control */
  readonly confirmation?: SealConfirmation
  readonly organId?: string
}
export type AppliedSeal = SealApplication & { readonly organId: string }
type ByOrgan<T> = Readonly<Record<string, T>>

export type DocumentState = {
  readonly schema: 1
  readonly id: string
  /** number of events so far */
  readonly version: number
  readonly status: DocumentStatus
  readonly kind: DocumentKind
  readonly title: string
  readonly urgency: Urgency
  readonly disclosure: Disclosure
  readonly organId: string
  readonly createdBy: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly drafts: readonly DraftHead[]
  readonly revisions: readonly Revision[]
  readonly route: RouteDefinition | null
  /** person ids by step id, chosen by the drafter */
  readonly assignments: Readonly<Record<string, readonly string[]>>
  readonly step: OpenStep | null
  /** set while a returned branch waits for the drafter */
  readonly revising: boolean
  readonly opinions: readonly Opinion[]
  readonly comments: readonly Comment[]
  readonly approval: null | { readonly by: string; readonly revision: number; readonly claimedAt: string; readonly receivedAt: string }
  readonly number: null | { readonly mark: string; readonly year: number; readonly serial: number; readonly text: string; readonly date: string; readonly printDate: string }
  /** the numbered, unsealed pages */
  readonly final: null | {
    readonly hash: string; readonly pages: number; readonly layoutHash: string; readonly revisionHash: string
    /** the same pages as OFD; absent in records of before OFD was made */
    readonly ofdHash?: string
    /** where seals may stand on them; absent in old records, and where nothing is sealed */
    readonly sealGround?: SealGround
  }
  /** 联合行文: the issuing organs, the host (`organId`) first; absent in old records and where there is one organ. See `issuersOf`. */
  readonly issuers?: readonly string[]
  /** of a joint issue: every seal so far, in order of application, and what is asked, returned and declined, by organ */
  readonly seals?: readonly AppliedSeal[]
  readonly sealRequests?: ByOrgan<SealRequested>
  readonly sealReturns?: ByOrgan<SealReturn>
  readonly sealDeclines?: ByOrgan<SealDeclined>
  /** under dual control, of a single organ: asked for by one clerk, waiting for another (双人用印); absent in old records */
  readonly sealRequest?: SealRequested | null
  /** the last request that was withdrawn or returned, until the seal is asked for again */
  readonly sealReturn?: SealReturn | null
  /** The last seal, whose files are the finished ones; null until every issuing organ has sealed (J3). */
  readonly seal: SealApplication | null
  readonly dispatch: null | { readonly by: string; readonly receivedAt: string; readonly targets: readonly DispatchTarget[] }
  readonly archive: null | {
    readonly code: string; readonly retention: Retention; readonly category: string; readonly year: number; readonly serial: number
    readonly by: string; readonly receivedAt: string; readonly reason: string
  }
  readonly package: null | { readonly hash: string; readonly manifestHash: string; readonly size: number }
}

/** 保管期限: 永久, 定期30年, 定期10年 (国家档案局令第8号) */
export type Retention = 'Y' | 'D30' | 'D10'

/** The revision that stands now, or null before the first freeze. */
export const standingRevision = (state: DocumentState): Revision | null => state.revisions.at(-1) ?? null
