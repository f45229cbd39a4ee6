/** Making the statement that a person signs (签名声明): from the bytes on screen, never from what a record claims about them. */
import { readFrozen, type DocumentContent } from '#core/document'
import { sm3Hex } from '#core/crypto'
import type { Result } from '#core/formats'
import { attachmentsHash } from './seen.ts'
import { sawHash, type ApprovalStatement } from './statement.ts'
import { standingRevision, type DocumentState } from './state.ts'

export type SeenProblem = {
  readonly code: 'nothing_to_sign' | 'bytes_differ' | 'content_unreadable'
  readonly message: string
}

/** What the client rendered: the frozen bytes, and what the pages made of them were. */
export type Shown = { readonly bytes: Uint8Array; readonly pages: number; readonly layoutHash: string; readonly fontSet: string }

/**
 * Recomputes every hash from `shown.bytes`. Fails when the bytes on screen are not those of the revision that the record names,
 * so nobody signs one text while looking at another.
 */
export const stateApproval = (
  state: DocumentState, shown: Shown, asked: { readonly stepId: string; readonly branchId: string; readonly opinion: string; readonly person: string; readonly claimedAt: string },
): Result<{ readonly statement: ApprovalStatement; readonly content: DocumentContent }, SeenProblem> => {
  const revision = standingRevision(state)
  if (revision === null || state.route === null) return { ok: false, error: { code: 'nothing_to_sign', message: '公文尚未进入流程' } }
  const revisionHash = sm3Hex(shown.bytes)
  if (revisionHash !== revision.hash) return { ok: false, error: { code: 'bytes_differ', message: '屏幕上的文本不是当前版本，请重新打开后再办理' } }
  const content = readFrozen(shown.bytes)
  if (!content.ok) return { ok: false, error: { code: 'content_unreadable', message: '公文内容无法读取，未作签名' } }
  const seen = { revisionHash, attachmentsHash: attachmentsHash(content.value), routeId: state.route.id, routeVersion: state.route.version }
  return {
    ok: true,
    value: {
      content: content.value,
      statement: {
        schema: 'wenshu.approve/1', documentId: state.id, stepId: asked.stepId, branchId: asked.branchId, decision: 'agree', opinion: asked.opinion,
        ...seen, sawHash: sawHash(seen), shown: { pages: shown.pages, layoutHash: shown.layoutHash, fontSet: shown.fontSet },
        person: asked.person, claimedAt: asked.claimedAt,
      },
    },
  }
}
