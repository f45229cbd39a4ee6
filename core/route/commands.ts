/** Commands about one document. The envelope (id, device, signature) is in core/sync; this is what is asked. */
import type { DocumentKind } from '#core/document'
import type { Retention } from './state.ts'
import type { RouteDefinition } from './definition.ts'
import type { StatementSignature } from './statement.ts'

/**
 * Signatures of a seal whose key is at the seal desk (用印台签名), over what the server prepared at `signedAt`: RSA block or ECDSA DER for the
 * PDF, SM2 DER for the OFD, base64. No part of a statement; the signature of the command binds them.
 */
export type DeskSignatures = { readonly signedAt: string; readonly pdfSignature: string; readonly ofdSignature: string }

export type DocumentCommand =
  /** 拟稿 */
  | { readonly type: 'document.create'; readonly documentId: string; readonly kind: DocumentKind; readonly organId: string; readonly title: string }
  /** Save a draft; `base` is the head it was written from. A stale base forks and keeps both (B1). */
  | { readonly type: 'draft.save'; readonly documentId: string; readonly contentHash: string; readonly base: string | null }
  /** After a fork: these heads are settled by the newly saved content; all bytes remain stored. */
  | { readonly type: 'draft.settle'; readonly documentId: string; readonly contentHash: string; readonly replaces: readonly string[] }
  /** 送核稿 */
  | {
      readonly type: 'document.submit'; readonly documentId: string; readonly contentHash: string
      readonly routeId: string; readonly routeVersion: number
      readonly assignments: Readonly<Record<string, readonly string[]>>
    }
  /** 修改: a new revision from `parentHash`; the earlier one stays (B4). */
  | { readonly type: 'revision.amend'; readonly documentId: string; readonly contentHash: string; readonly parentHash: string; readonly note: string }
  /** 同意 (signed with the personal key where the step asks for it) */
  | {
      readonly type: 'step.agree'; readonly documentId: string; readonly stepId: string; readonly branchId: string
      readonly opinion: string; readonly sawHash: string; readonly signature: StatementSignature | null
    }
  /** 退回修改 */
  | { readonly type: 'step.return'; readonly documentId: string; readonly stepId: string; readonly branchId: string; readonly reason: string; readonly sawHash: string }
  /** 修改后重新送出, to the returning branches only */
  | { readonly type: 'step.resubmit'; readonly documentId: string; readonly note: string }
  /** 撤回, before approval */
  | { readonly type: 'document.recall'; readonly documentId: string; readonly reason: string }
  | { readonly type: 'comment.add'; readonly documentId: string; readonly text: string }
  /** 编号 (system) */
  | { readonly type: 'document.number'; readonly documentId: string }
  /** 排版成文 (system) */
  | { readonly type: 'document.compose'; readonly documentId: string }
  /** 用印 */
  | { readonly type: 'document.seal'; readonly documentId: string; readonly purpose: string; readonly sealId: string; readonly signature: StatementSignature; readonly desk?: DeskSignatures | undefined }
  /** 复核用印, by a second clerk under dual control */
  | { readonly type: 'document.confirmSeal'; readonly documentId: string; readonly signature: StatementSignature; readonly desk?: DeskSignatures | undefined }
  /** 撤回或退回用印, before it is confirmed */
  | { readonly type: 'document.returnSeal'; readonly documentId: string; readonly reason: string }
  /** 拒绝用印: an issuing organ's clerk found something wrong */
  | { readonly type: 'document.declineSeal'; readonly documentId: string; readonly reason: string }
  /** 封发 */
  | { readonly type: 'document.dispatch'; readonly documentId: string; readonly organIds: readonly string[] }
  /** 签收 */
  | { readonly type: 'receipt.sign'; readonly documentId: string; readonly organId: string; readonly signature: StatementSignature }
  /** 归档 */
  | { readonly type: 'document.file'; readonly documentId: string; readonly retention: Retention; readonly category: string; readonly reason: string }
  /** 生成归档包 (system) */
  | { readonly type: 'archive.package'; readonly documentId: string }

/** 发布流程 */
export type RouteCommand = { readonly type: 'route.publish'; readonly route: RouteDefinition }

/** Commands that only the installation itself may send. */
export const systemCommands = ['document.number', 'document.compose', 'archive.package'] as const

/** Blobs that must be stored before the command can be judged: a state never points at bytes that are not there. */
export const requiredBlobs = (command: DocumentCommand): readonly string[] => {
  switch (command.type) {
    case 'draft.save':
    case 'draft.settle':
    case 'document.submit':
    case 'revision.amend':
      return [command.contentHash]
    default:
      return []
  }
}
