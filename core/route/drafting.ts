/** Deciding drafts and submission (拟稿、送核稿). */
import { hasRole } from '#core/access'
import { accept, refuse, type Context, type Decision } from './decision.ts'
import type { DocumentCommand } from './commands.ts'
import type { DraftHead, DocumentState } from './state.ts'
import { countersignProblem, issuersIn } from './issuers.ts'
import { attachmentsHash } from './seen.ts'
import { openStep } from './steps.ts'
import type { DocumentEvent } from './events.ts'

type Ask<T extends DocumentCommand['type']> = Extract<DocumentCommand, { type: T }>

export const create = (state: DocumentState | null, command: Ask<'document.create'>, context: Context): Decision => {
  if (state !== null) return refuse('already_exists', '公文标识已被使用')
  if (!hasRole(context.directory, context.actor, 'drafter', command.organId)) return refuse('not_authorized', '您没有本机关的拟稿岗位')
  if (command.title.length > 200) return refuse('invalid_command', '标题超过200字')
  return accept({ type: 'DocumentCreated', documentId: command.documentId, kind: command.kind, organId: command.organId, title: command.title, by: context.actor })
}

const head = (hash: string, base: string | null, context: Context): DraftHead =>
  ({ hash, base, by: context.actor, deviceId: context.deviceId, savedAt: context.now })

const draftable = (state: DocumentState, context: Context): Decision | null => {
  if (state.createdBy !== context.actor) return refuse('not_authorized', '只有拟稿人可以修改草稿')
  // B3: after the freeze the body channel refuses writes and says so.
  if (state.status !== 'draft') return refuse('illegal_transition', '公文已送出，草稿不再接受修改；请在流程中修改并形成新版本')
  return null
}

export const saveDraft = (state: DocumentState, command: Ask<'draft.save'>, context: Context): Decision => {
  const refused = draftable(state, context)
  if (refused !== null) return refused
  if (state.drafts.some((draft) => draft.hash === command.contentHash)) return { kind: 'noop' }
  const content = context.content(command.contentHash)
  if (content === null) return refuse('invalid_content', '草稿内容无法读取')
  const standing = state.drafts.at(-1)
  const saved = head(command.contentHash, command.base, context)
  const follows = state.drafts.length === 0 ? command.base === null : state.drafts.some((draft) => draft.hash === command.base)
  if (!follows && standing !== undefined) return accept({ type: 'DraftForked', head: saved })
  return accept({ type: 'DraftSaved', head: saved, title: content.title, urgency: content.urgency, disclosure: content.disclosure })
}

export const settleDraft = (state: DocumentState, command: Ask<'draft.settle'>, context: Context): Decision => {
  const refused = draftable(state, context)
  if (refused !== null) return refused
  const content = context.content(command.contentHash)
  if (content === null) return refuse('invalid_content', '草稿内容无法读取')
  if (!command.replaces.every((hash) => state.drafts.some((draft) => draft.hash === hash))) return refuse('draft_forked', '另有新的草稿，请重新核对后合并')
  return accept({ type: 'DraftSettled', head: head(command.contentHash, null, context), replaces: command.replaces, title: content.title })
}

export const submit = (state: DocumentState, command: Ask<'document.submit'>, context: Context): Decision => {
  const refused = draftable(state, context)
  if (refused !== null) return refused
  if (state.drafts.length > 1) return refuse('draft_forked', '草稿有两个版本，请先核对合并再送出')
  const standing = state.drafts[0]
  if (standing !== undefined && standing.hash !== command.contentHash) {
    return refuse('content_changed', '草稿在别处有更新的版本', { standing: standing.hash, asked: command.contentHash })
  }
  const route = context.routes.routes[command.routeId]
  if (route === undefined) return refuse('not_found', '流程不存在')
  if (route.version !== command.routeVersion) return refuse('route_changed', `流程已更新到第${route.version}版，请重新选择`)
  const content = context.content(command.contentHash)
  if (content === null) return refuse('invalid_content', '公文内容无法读取')
  if (!route.kinds.includes(content.kind)) return refuse('invalid_command', `流程“${route.name}”不适用于${content.kind}`)
  if (content.title === '') return refuse('invalid_content', '标题为空')
  if (content.body.every((block) => block.kind === 'paragraph' && block.text === '')) return refuse('invalid_content', '正文为空')
  for (const step of route.steps) {
    const people = command.assignments[step.id] ?? []
    if (people.length < step.branches.min || people.length > step.branches.max) {
      return refuse('invalid_command', `环节“${step.name}”应选择${step.branches.min}至${step.branches.max}人`)
    }
    if (new Set(people).size !== people.length) return refuse('invalid_command', `环节“${step.name}”的人员重复`)
    for (const personId of people) {
      const person = context.directory.people[personId]
      if (person === undefined || !person.roles.includes(step.role)) return refuse('invalid_command', `所选人员没有“${step.name}”岗位`)
      if ((person.organId === state.organId) !== (step.from === 'own')) {
        return refuse('invalid_command', step.from === 'own' ? `“${step.name}”应由本机关人员办理` : `“${step.name}”应由其他机关人员办理`)
      }
    }
  }
  const issuers = issuersIn(content, state.organId, context.directory)
  if (!issuers.ok) return refuse('invalid_content', issuers.error)
  const unasked = countersignProblem(issuers.value, route, command.assignments, context.directory)
  if (unasked !== null) return refuse('invalid_command', unasked)
  const [first] = route.steps
  if (first === undefined) return refuse('invalid_command', '流程没有环节')
  const started: DocumentEvent[] = [
    {
      type: 'RevisionFrozen', title: content.title, urgency: content.urgency, disclosure: content.disclosure,
      ...(issuers.value === null ? {} : { issuers: issuers.value }),
      revision: {
        number: 1, hash: command.contentHash, parent: null, attachmentsHash: attachmentsHash(content), by: context.actor, note: '送核稿', receivedAt: context.now,
      },
    },
    { type: 'RouteStarted', route, assignments: command.assignments },
    openStep(first, command.assignments, context.directory),
  ]
  return accept(...started)
}
