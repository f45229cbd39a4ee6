/** The columns of a list of documents (列表栏目); how many are shown follows the width that there is. */
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Light, type Column } from '../../ui/index.ts'
import type { DeskRow } from './rows.ts'
import { shortMoment, spanOf } from './time.ts'

/** Least width of the list, px at 14 px text, from which a column is shown. The rest are always there. */
const shownFrom: Readonly<Record<string, number>> = { stay: 380, stage: 460, organ: 960, updated: 1120, urgency: 1240 }
/** 文号 leaves its room to the title while nothing in a narrow list has a number. */
const numberFrom = { some: 760, none: 1200 } as const

export const useColumns = (width: number, textSize: number, now: string, numbers: keyof typeof numberFrom): readonly Column<DeskRow>[] => {
  const { t, i18n } = useTranslation()
  return useMemo(() => {
    const scale = textSize / 14
    const px = (value: number): string => `${Math.round(value * scale)}px`
    const shown = (key: string): boolean => width / scale >= (key === 'number' ? numberFrom[numbers] : shownFrom[key] ?? 0)
    const column = (key: string, track: string, cell: (row: DeskRow) => ReactNode): Column<DeskRow> => ({ key, title: t(`desk.column.${key}`), track, sortable: true, cell })
    const stage = (row: DeskRow): string => {
      const name = row.stage.key === 'revising' ? t('desk.stage.revising') : row.stage.step ?? t(`desk.stage.${row.stage.key}`)
      return row.stage.holders === '' ? name : `${name} · ${row.stage.holders}`
    }
    const stay = (row: DeskRow): string => {
      if (row.since === null) return '—'
      const span = spanOf(row.since, now)
      if (span.count === 0) return t('desk.span.fresh')
      return t(`desk.span.${span.unit}`, { count: span.count })
    }
    const all: readonly Column<DeskRow>[] = [
      // English words are longer.
      column('light', px(i18n.language === 'en' ? 92 : 72), (row) => <Light tone={row.light} word={t(`desk.light.${row.light}`)} />),
      column('number', px(156), (row) => row.number),
      column('title', 'minmax(0, 1fr)', (row) => (
        <span className="ws-title-cell" title={row.title}>
          {row.urgency === '' || shown('urgency') ? null : <strong className="ws-urgency">{row.urgency}</strong>}
          {row.title === '' ? <em>{t('desk.untitled')}</em> : row.title}
        </span>
      )),
      column('organ', px(128), (row) => row.organ),
      column('urgency', px(64), (row) => (row.urgency === '' ? '' : <strong className="ws-urgency">{row.urgency}</strong>)),
      column('stage', px(width / scale < 640 ? 136 : 168), (row) => (
        <span title={stage(row)}>{row.unsent > 0 ? <span className="ws-unsent">{t('desk.unsent')}</span> : null}{stage(row)}</span>
      )),
      column('stay', px(88), stay),
      column('updated', px(104), (row) => shortMoment(row.updatedAt, now)),
    ]
    return all.filter((candidate) => shown(candidate.key))
  }, [width, textSize, now, numbers, t, i18n.language])
}
