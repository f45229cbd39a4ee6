/** Which registered organs the printed recipients mean (主送机关 → 收文机关). */
import type { Directory, Organ } from '#core/access'

const bare = (name: string): string => name.replaceAll(/[\s，、。；：]/gu, '').replace(/^各/u, '')

/** Only what the names say for certain is chosen: a collective name (各盟市) chooses nobody and is left to the clerk. */
export const matchRecipients = (recipients: readonly string[], directory: Directory, ownOrganId: string): readonly string[] => {
  const names = recipients.flatMap((entry) => entry.split(/[，、；]/u)).map(bare).filter((name) => name.length > 1)
  const means = (organ: Organ): boolean => names.some((name) => name === bare(organ.name) || name === bare(organ.shortName) ||
    // 阿拉善右旗人民政府 is addressed, its 办公室 receives.
    bare(organ.name) === `${name}办公室` || bare(organ.name) === `${name}办公厅`)
  return Object.values(directory.organs).filter((organ) => organ.id !== ownOrganId && means(organ)).map((organ) => organ.id)
}
