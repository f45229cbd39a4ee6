/** The fifteen kinds of official document (文种). 党政机关公文处理工作条例 (2012) Art. 8. */
export const documentKinds = [
  '决议', '决定', '命令', '公报', '公告', '通告', '意见', '通知', '通报', '报告', '请示', '批复', '议案', '函', '纪要',
] as const
export type DocumentKind = (typeof documentKinds)[number]

/** Layout forms (版式). GB/T 9704-2012 clauses 7 and 10. */
export const layoutForms = ['文件', '信函', '命令', '纪要'] as const
export type LayoutForm = (typeof layoutForms)[number]
