/** The outcome of `decide`, the context it is given, and the closed set of refusals. */
import type { Directory } from '#core/access'
import type { DocumentContent, Issue } from '#core/document'
import type { DeskSignatures } from './commands.ts'
import type { DocumentEvent } from './events.ts'
import type { Routes } from './definition.ts'
import type { SealGround, SealPosition } from './placing.ts'
import type { Retention } from './state.ts'
import type { PersonalKey } from './statement.ts'

/** O3 plus what the other commands need. */
export const refusalCodes = [
  'step_closed', 'route_changed', 'content_changed', 'not_authorized', 'recalled', 'offline_not_allowed', 'too_old', 'device_revoked',
  'invalid_command', 'invalid_content', 'not_found', 'already_exists', 'illegal_transition', 'already_sealed', 'already_received',
  'signature_invalid', 'signature_required', 'draft_forked', 'depends_on_rejected', 'seal_unusable', 'prepare_again', 'same_person', 'internal_error',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

/** `standing` and `asked` carry the two hashes when the content changed, so that a screen can show both versions. */
export type Refusal = {
  readonly code: RefusalCode
  readonly detail: string
  readonly standing?: string
  readonly asked?: string
}

/** Work that only the server can do between two calls of `decide` in one transaction. */
export type EffectRequest =
  | { readonly kind: 'allocateNumber'; readonly mark: string; readonly year: number }
  | { readonly kind: 'composeFinal'; readonly revisionHash: string; readonly issue: Issue }
  /** whether the seal may be used now, and whether it wants a second person */
  | { readonly kind: 'checkSeal'; readonly purpose: string; readonly sealId: string; readonly organId: string; readonly by: string; readonly place: SealPosition | null }
  | {
      readonly kind: 'applySeal'; readonly purpose: string; readonly sealId: string; readonly organId: string; readonly revisionHash: string
      readonly finalHash: string; readonly ofdHash: string | null
      /** what is sealed: these pages, or the newest files under the seals of other organs */
      readonly base: { readonly hash: string; readonly ofdHash: string | null }
      readonly by: string; readonly confirmedBy: string | null
      /** where the clerk saw it; null leaves it to the composed pages (statements before version 3) */
      readonly place: SealPosition | null
      /** signatures of the seal desk, where its key is there */
      readonly desk: DeskSignatures | null
    }
  | { readonly kind: 'allocateArchivalCode'; readonly organId: string; readonly year: number; readonly retention: Retention }
  | { readonly kind: 'buildPackage' }

export type EffectResult =
  | { readonly kind: 'allocateNumber'; readonly serial: number }
  | { readonly kind: 'composeFinal'; readonly hash: string; readonly ofdHash?: string; readonly pages: number; readonly layoutHash: string; readonly sealGround?: SealGround }
  | { readonly kind: 'checkSeal'; readonly control: 'single' | 'dual'; readonly sealName: string }
  | { readonly kind: 'applySeal'; readonly sealedHash: string; readonly sealedOfdHash?: string; readonly sealName: string; readonly certificate: string }
  | { readonly kind: 'allocateArchivalCode'; readonly code: string; readonly serial: number }
  | { readonly kind: 'buildPackage'; readonly hash: string; readonly manifestHash: string; readonly size: number }

export type Decision =
  | { readonly kind: 'events'; readonly events: readonly DocumentEvent[] }
  | { readonly kind: 'noop' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'needs'; readonly effect: EffectRequest }

export type Context = {
  /** person id, or 'system' */
  readonly actor: string
  readonly deviceId: string
  readonly commandId: string
  /** the device's word (O4); never used to order or gate anything */
  readonly claimedAt: string
  /** server time of receipt, ISO 8601 UTC; on a client its best guess, for display only */
  readonly now: string
  /** seconds between `now` and the server's own time of the command's `basedOn` cursor (O2); 0 on a client */
  readonly viewAgeSeconds: number
  /** local calendar date of `now` in the installation's time zone, YYYY-MM-DD */
  readonly today: string
  readonly directory: Directory
  readonly routes: Routes
  /** frozen content by hash, or null when it is not at hand or not valid */
  readonly content: (hash: string) => DocumentContent | null
  /** the keys that may sign for a person now: a workstation and a laptop have one each; none for anybody but the actor */
  readonly personalKeys: (personId: string) => readonly PersonalKey[]
  readonly effect: EffectResult | null
}

export const refuse = (code: RefusalCode, detail: string, more: Pick<Refusal, 'standing' | 'asked'> = {}): Decision =>
  ({ kind: 'refused', refusal: { code, detail, ...more } })
export const accept = (...events: readonly DocumentEvent[]): Decision => ({ kind: 'events', events })
export const needs = (effect: EffectRequest): Decision => ({ kind: 'needs', effect })
