/** decide / evolve of the directory. Demo regions enter through here as well. */
import { assertNever } from '#core/formats'
import { officerRoles, roles, type Delegation, type Directory, type Organ, type Person, type Role } from './directory.ts'

export type DirectoryCommand =
  | { readonly type: 'directory.found'; readonly regionName: string; readonly organ: Organ; readonly people: readonly Person[] }
  | { readonly type: 'directory.registerOrgan'; readonly organ: Organ }
  | { readonly type: 'directory.registerPerson'; readonly person: Person }
  | { readonly type: 'directory.changeRoles'; readonly personId: string; readonly roles: readonly Role[] }
  | { readonly type: 'directory.delegate'; readonly delegation: Delegation }

export type DirectoryEvent =
  | { readonly type: 'RegionFounded'; readonly regionName: string }
  | { readonly type: 'OrganRegistered'; readonly organ: Organ }
  | { readonly type: 'PersonRegistered'; readonly person: Person }
  | { readonly type: 'RolesChanged'; readonly personId: string; readonly roles: readonly Role[] }
  | { readonly type: 'Delegated'; readonly delegation: Delegation }

export type DirectoryRefusal = { readonly code: 'not_authorized' | 'invalid_command' | 'already_exists' | 'not_found'; readonly detail: string }

export type DirectoryDecision =
  | { readonly kind: 'events'; readonly events: readonly DirectoryEvent[] }
  | { readonly kind: 'refused'; readonly refusal: DirectoryRefusal }

const refuse = (code: DirectoryRefusal['code'], detail: string): DirectoryDecision => ({ kind: 'refused', refusal: { code, detail } })
const events = (...list: DirectoryEvent[]): DirectoryDecision => ({ kind: 'events', events: list })

const identifier = /^[a-z0-9][a-z0-9-]{0,63}$/
const fonds = /^[A-Z]\d{3}$/

/** Officers are kept apart from business roles, and the auditor from the other two (三员分立). */
export const rolesConflict = (list: readonly Role[]): string | null => {
  if (list.some((role) => !roles.includes(role))) return '未知的岗位'
  const officer = list.filter((role) => officerRoles.includes(role))
  if (officer.length > 0 && officer.length < list.length) return '三员不得兼任业务岗位'
  if (list.includes('auditor') && officer.length > 1) return '安全审计员不得由其他两员兼任'
  return null
}

const organProblem = (organ: Organ): string | null => {
  if (!identifier.test(organ.id)) return '机关标识只能用小写字母、数字和连字符'
  if (organ.name === '' || organ.name.length > 100) return '机关名称为空或过长'
  if (organ.mark === '' || organ.mark.length > 20) return '机关代字为空或过长'
  if (!fonds.test(organ.fonds)) return '全宗号应为一个大写字母加三位数字'
  return null
}

const personProblem = (directory: Directory, person: Person): string | null => {
  if (!identifier.test(person.id)) return '人员标识只能用小写字母、数字和连字符'
  // The installation signs under this name; a person of the same name would act with its rights.
  if (person.id === 'system') return '人员标识 system 留给安装自身使用'
  if (person.name === '' || person.name.length > 50) return '姓名为空或过长'
  if (directory.organs[person.organId] === undefined) return '所属机关不存在'
  return rolesConflict(person.roles)
}

/** @param actor person id of the sender, or 'system' for the installation's own key @param now server time */
export const decideDirectory = (directory: Directory, command: DirectoryCommand, actor: string, now: string): DirectoryDecision => {
  if (command.type === 'directory.found') {
    if (directory.version !== 0) return refuse('already_exists', '区域已经建立')
    if (actor !== 'system') return refuse('not_authorized', '只有安装程序可以建立区域')
    const problem = organProblem(command.organ)
    if (problem !== null) return refuse('invalid_command', problem)
    const withOrgan = evolveDirectory(directory, { type: 'OrganRegistered', organ: command.organ })
    for (const person of command.people) {
      const wrong = personProblem(withOrgan, person)
      if (wrong !== null) return refuse('invalid_command', `${person.name}：${wrong}`)
    }
    return events(
      { type: 'RegionFounded', regionName: command.regionName },
      { type: 'OrganRegistered', organ: command.organ },
      ...command.people.map((person) => ({ type: 'PersonRegistered', person }) as const),
    )
  }
  const administrator = actor === 'system' || directory.people[actor]?.roles.includes('systemAdmin') === true
  const securityAdministrator = actor === 'system' || directory.people[actor]?.roles.includes('securityAdmin') === true
  switch (command.type) {
    case 'directory.registerOrgan': {
      if (!administrator) return refuse('not_authorized', '只有系统管理员可以登记机关')
      if (directory.organs[command.organ.id] !== undefined) return refuse('already_exists', '机关已存在')
      const problem = organProblem(command.organ)
      if (problem !== null) return refuse('invalid_command', problem)
      if (Object.values(directory.organs).some((organ) => organ.fonds === command.organ.fonds)) return refuse('already_exists', '全宗号已被使用')
      return events({ type: 'OrganRegistered', organ: command.organ })
    }
    case 'directory.registerPerson': {
      // A system administrator opens the entry without roles; giving roles is the security administrator's (不得自行授权).
      if (!administrator) return refuse('not_authorized', '只有系统管理员可以登记人员')
      if (actor !== 'system' && command.person.roles.length > 0) return refuse('not_authorized', '岗位须由安全保密管理员授予')
      if (directory.people[command.person.id] !== undefined) return refuse('already_exists', '人员已存在')
      const problem = personProblem(directory, command.person)
      return problem === null ? events({ type: 'PersonRegistered', person: command.person }) : refuse('invalid_command', problem)
    }
    case 'directory.changeRoles': {
      if (!securityAdministrator) return refuse('not_authorized', '只有安全保密管理员可以授予岗位')
      if (command.personId === actor) return refuse('not_authorized', '不得为自己授权')
      if (directory.people[command.personId] === undefined) return refuse('not_found', '人员不存在')
      const problem = rolesConflict(command.roles)
      return problem === null
        ? events({ type: 'RolesChanged', personId: command.personId, roles: command.roles })
        : refuse('invalid_command', problem)
    }
    case 'directory.delegate': {
      const { from, to, since, until } = command.delegation
      if (actor !== from && !securityAdministrator) return refuse('not_authorized', '只能委托自己的事项')
      if (directory.people[from] === undefined || directory.people[to] === undefined) return refuse('not_found', '人员不存在')
      if (from === to || since >= until || until <= now) return refuse('invalid_command', '委托期限不正确')
      return events({ type: 'Delegated', delegation: command.delegation })
    }
    default:
      return assertNever(command)
  }
}

export const evolveDirectory = (directory: Directory, event: DirectoryEvent): Directory => {
  const next = { ...directory, version: directory.version + 1 }
  switch (event.type) {
    case 'RegionFounded':
      return { ...next, regionName: event.regionName }
    case 'OrganRegistered':
      return { ...next, organs: { ...next.organs, [event.organ.id]: event.organ } }
    case 'PersonRegistered':
      return { ...next, people: { ...next.people, [event.person.id]: event.person } }
    case 'RolesChanged': {
      const person = next.people[event.personId]
      return person === undefined ? next : { ...next, people: { ...next.people, [person.id]: { ...person, roles: event.roles } } }
    }
    case 'Delegated':
      return { ...next, delegations: [...next.delegations, event.delegation] }
    default:
      return assertNever(event)
  }
}
