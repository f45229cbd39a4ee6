/** What a document alone cannot tell, what a source wrote that no content can hold, and what a unit has decided (外部事实与设置). */

/** An organ of the directory as the rules of issue see it. */
export type OrganFacts = {
  readonly name: string
  /** 规范化简称 and other accepted names */
  readonly otherNames?: readonly string[]
  /** 机关代字 */
  readonly mark?: string
  /** name of the direct superior (直接上级) */
  readonly superior?: string
  /** name of the second superior under 双重领导 */
  readonly otherSuperior?: string
  /** 内设机构: may not issue outward unless it is the general office */
  readonly isInner?: true
}

/** Facts from the directory, the register and the route. Every one may be missing: the rules that need it are then silent. */
export type Facts = {
  readonly organs?: readonly OrganFacts[]
  /** 发文字号 that the register has given to other documents */
  readonly usedNumbers?: readonly string[]
  /** YYYY-MM-DD on which the last leader signed, or the meeting adopted the document */
  readonly approvalDate?: string
  /** organ that owns the seal to be used */
  readonly sealOwner?: string
  /** organs whose leader has countersigned */
  readonly countersigned?: readonly string[]
  /** departments concerned that have not agreed yet (会签未完成) */
  readonly disagreeing?: readonly string[]
  /** whether the signer is the organ's main leader (主要负责人) */
  readonly signer?: 'main' | 'other'
  /** the government has agreed that the department issues this (经政府同意) */
  readonly governmentApproved?: true
  /** an important document, also sent to the direct superior */
  readonly important?: true
  /** words of the lower organ's 请示 that this one passes on */
  readonly lowerRequest?: readonly string[]
  /** levels that this installation is approved to handle */
  readonly approvedSecrecy?: readonly ('秘密' | '机密' | '绝密')[]
  /** the version in the other language is at hand */
  readonly otherLanguageVersion?: true
}

/** What a source says that a valid content cannot hold: read leniently, judged strictly. */
export type Written = {
  readonly kind?: string
  readonly secrecy?: string
  /** 机密5年: level and period without the ★ between them */
  readonly secrecyJoined?: string
  readonly copyNumber?: string
  readonly urgency?: string
  readonly date?: string
  readonly printDate?: string
  /** name in the list, and what stands over the attachment's text */
  readonly attachments?: readonly { readonly index: number; readonly listed: string; readonly found: string }[]
  /** lines of a plain text as typed */
  readonly recipientLine?: string
  readonly attachmentLines?: readonly string[]
  readonly noteLine?: string
  readonly copiesLine?: string
  readonly printLine?: string
  /** a text without a head of its own that names no statutory kind (方案, 办法 …) */
  readonly carrier?: 'missing'
  /** a plain text without number, recipients, date: what is not there is not missed */
  readonly head?: 'none'
}

/** Settings of a unit (单位设置). */
export type Settings = {
  /** rules that do not run */
  readonly off?: readonly string[]
  /** rules of `basis: practice` as a whole; on by default */
  readonly practice?: 'on' | 'off'
  /** 普发性公文 with a mark of its own may go unsealed; by default said as a hint */
  readonly unsealedCirculars?: 'hint' | 'accepted'
  /** 机关代字 suffix → kinds that it goes with; replaces the default table */
  readonly numberSuffixes?: Readonly<Record<string, readonly string[]>>
  /** bound copies end on an even page; off by default because it is practice */
  readonly evenLastPage?: 'on' | 'off'
}
