/** What a 发文处理单 shows. A plain value: the caller gathers it from the document's state. */

/** Boxes in which opinions are written. */
export const sheetBoxes = ['签发', '会签', '审核', '核稿'] as const
export type SheetBox = (typeof sheetBoxes)[number]

/** One opinion (意见) with its signature. Times are ISO 8601 with zone, UTC or offset. */
export type SheetOpinion = {
  readonly box: SheetBox
  readonly organ: string
  readonly person: string
  /** may be empty: then the decision stands for it */
  readonly text: string
  /** e.g. 同意, 退回; '' when the text says it all */
  readonly decision: string
  /** when the person says to have decided */
  readonly claimedAt: string
  /** when it reached the server, or null while it has not */
  readonly receivedAt: string | null
  /** whether a device signature of the person stands behind it */
  readonly signed: boolean
}

export type ProcessSheet = {
  /** 机关名, printed before 发文处理单 */
  readonly organName: string
  readonly title: string
  readonly number: string
  /** 密级 as printed, '' for none */
  readonly secrecy: string
  readonly urgency: string
  readonly disclosure: string
  readonly recipients: readonly string[]
  readonly copies: readonly string[]
  readonly attachments: readonly string[]
  /** agencies asked for 会签, in order: each has its cell, signed or not */
  readonly countersigners: readonly string[]
  readonly draftingUnit: string
  readonly drafter: string
  readonly phone: string
  readonly proofreader: string
  /** 份数 */
  readonly printRun: string
  /** 印发日期 as printed */
  readonly printDate: string
  /** 保管期限 */
  readonly retention: string
  /** 分类号 */
  readonly classNumber: string
  /** 档号 */
  readonly archivalCode: string
  readonly opinions: readonly SheetOpinion[]
}
