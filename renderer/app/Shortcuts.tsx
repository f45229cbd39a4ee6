/** The sheet of keys under ? (快捷键). */
import type { ReactNode } from 'react'
import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { Keys } from '../ui/index.ts'

const sheet: readonly { readonly group: string; readonly keys: readonly (readonly [string, readonly string[]])[] }[] = [
  { group: 'everywhere', keys: [['palette', ['Ctrl', 'K']], ['menu', ['Alt', '1–9']], ['newDraft', ['Alt', 'N']], ['back', ['Esc']], ['sheet', ['?']]] },
  { group: 'lists', keys: [['next', ['J']], ['previous', ['K']], ['open', ['Enter', '␣']], ['ends', ['Home', 'End']]] },
  { group: 'deciding', keys: [['opinion', ['F2']], ['agree', ['F8']], ['return', ['F9']]] },
  { group: 'drafting', keys: [
    ['level', ['Ctrl', '0–4']], ['deeper', ['Tab']], ['find', ['Ctrl', 'F']], ['replace', ['Ctrl', 'H']], ['finding', ['F7']], ['fix', ['Alt', 'Enter']],
    ['toPage', ['Ctrl', 'Shift', 'J']], ['part', ['F6']], ['remark', ['Ctrl', 'Alt', 'M']], ['send', ['Ctrl', 'Enter']],
  ] },
  { group: 'table', keys: [['cell', ['Tab']], ['row', ['Ctrl', 'Enter']], ['tools', ['Alt', 'F10']], ['leave', ['Esc']]] },
]

export const Shortcuts = ({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): ReactNode => {
  const { t } = useTranslation()
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t('app.keys.title')} width={640}>
      <div className="ws-key-sheet">
        {sheet.map(({ group, keys }) => (
          <section key={group}>
            <h3>{t(`app.keys.group.${group}`)}</h3>
            <dl>{keys.map(([name, chord]) => <div key={name}><dt><Keys keys={chord} /></dt><dd>{t(`app.keys.${name}`)}</dd></div>)}</dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}
