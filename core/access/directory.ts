/**
 * The directory (组织机构与人员): organs, people and the grants that give them something to do.
 * It is an aggregate like a document: changed only by commands, rebuilt only from events.
 */

/** 机关. `fonds` is its 全宗号 (letter + 3 digits, DA/T 13). */
export type Organ = {
  readonly id: string
  readonly name: string
  readonly shortName: string
  /** 机关代字 used in 发文字号, e.g. 内政办发 */
  readonly mark: string
  readonly fonds: string
  /** 机构代码 used in 档号, e.g. BGS */
  readonly unitCode: string
}

/** What a person may do for an organ (岗位职责). The last three are the 三员 and never see document text. */
export const roles = [
  'drafter', 'reviewer', 'countersigner', 'leader', 'sealClerk', 'registrar', 'archivist',
  'systemAdmin', 'securityAdmin', 'auditor',
] as const
export type Role = (typeof roles)[number]

/** 三员: system administrator, security administrator, auditor. */
export const officerRoles: readonly Role[] = ['systemAdmin', 'securityAdmin', 'auditor']

export type Person = {
  readonly id: string
  readonly name: string
  readonly organId: string
  /** 职务 as printed */
  readonly title: string
  readonly roles: readonly Role[]
}

/** 委托: `to` may act in `from`'s steps between the two server times (ISO 8601 UTC). */
export type Delegation = { readonly from: string; readonly to: string; readonly since: string; readonly until: string }

export type Directory = {
  readonly schema: 1
  readonly version: number
  readonly regionName: string
  readonly organs: Readonly<Record<string, Organ>>
  readonly people: Readonly<Record<string, Person>>
  readonly delegations: readonly Delegation[]
}

export const emptyDirectory: Directory = {
  schema: 1, version: 0, regionName: '', organs: {}, people: {}, delegations: [],
}

export const hasRole = (directory: Directory, personId: string, role: Role, organId?: string): boolean => {
  const person = directory.people[personId]
  return person !== undefined && person.roles.includes(role) && (organId === undefined || person.organId === organId)
}

/** Everyone who holds `role` in `organId`, in a stable order. */
export const holdersOf = (directory: Directory, role: Role, organId: string): readonly string[] =>
  Object.values(directory.people)
    .filter((person) => person.organId === organId && person.roles.includes(role))
    .map((person) => person.id)
    .sort()

/** True when `actor` is `holder` or holds a delegation from `holder` that is valid at `now` (server time). */
export const actsFor = (directory: Directory, actor: string, holder: string, now: string): boolean =>
  actor === holder ||
  directory.delegations.some((d) => d.from === holder && d.to === actor && d.since <= now && now < d.until)

/** Who may act in `holder`'s place at `now`, the holder first. */
export const actorsFor = (directory: Directory, holder: string, now: string): readonly string[] => [
  holder,
  ...directory.delegations.filter((d) => d.from === holder && d.since <= now && now < d.until).map((d) => d.to),
]
