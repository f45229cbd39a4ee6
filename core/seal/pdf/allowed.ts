/** Whether a signature allows what later revisions did (允许的后续修改), ISO 32000-2 §12.8.2. */
import type { Change } from './changes.ts'
import { isLocked, type ChangeLevel, type FieldLock } from './permissions.ts'

export type Allowance = {
  /** what the certification allows; undefined: the document is not certified, and only signatures may follow */
  readonly level: ChangeLevel | undefined
  readonly lock: FieldLock | undefined
}

/** problems: not allowed after this signature; notes: allowed, but told; open: the signature does not say. */
export type Judged = { readonly problems: readonly string[]; readonly notes: readonly string[]; readonly open: readonly string[] }

export const judgeChanges = (changes: readonly Change[], { level, lock }: Allowance): Judged => {
  const problems = new Set<string>()
  const notes = new Set<string>()
  const open = new Set<string>()
  for (const change of changes) {
    switch (change.kind) {
      case 'forbidden':
        problems.add(`签名后${change.text}`)
        break
      case 'fill':
        // A signature that names the fields it freezes leaves the others to be filled in.
        if ((level === undefined ? lock !== undefined : level >= 2) && !(lock !== undefined && isLocked(lock, change.field))) notes.add(`签名后填写了表单域“${change.field}”，签名允许`)
        // Nothing was said about fields: forms are made to be filled in, which every reader allows and tells. What the signer saw there must stay.
        else if (level === undefined && lock === undefined && change.over === 'empty') notes.add(`签名后填写了表单域“${change.field}”，签名时为空，签名没有限制`)
        else if (level === undefined && lock === undefined) open.add(`签名后改写了表单域“${change.field}”，那里签名时已有内容，签名没有说明是否允许`)
        else problems.add(`签名后修改了表单域“${change.field}”的内容`)
        break
      case 'annotation':
        if (level === 3 && change.conceals) open.add(`签名后${change.text}，认证签名虽然允许批注，但它可能遮盖页面内容`)
        else if (level === 3) notes.add(`签名后${change.text}，认证签名允许`)
        else problems.add(`签名后${change.text}`)
        break
      case 'signature':
        if (level === 1 && !change.stamp) problems.add('认证签名不允许任何后续修改，其后却增加了签名')
        break
      case 'properties':
        notes.add('签名后修改了文档属性（元数据）')
        break
      case 'structure':
        notes.add('签名后增加了结构标签')
        break
      case 'evidence':
        break
    }
  }
  return { problems: [...problems], notes: [...notes], open: [...open] }
}
