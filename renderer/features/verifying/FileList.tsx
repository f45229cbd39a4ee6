/** Several files in one go, each with its verdict in a word (待验文件清单). */
import { Chip, useWords } from '../../paper/index.ts'
import { fileConclusion, toneOf } from './conclusion.ts'
import type { Item } from './useChecks.ts'

const Verdict = ({ item: { state } }: { readonly item: Item }) => {
  const t = useWords()
  switch (state.kind) {
    case 'checking': return <Chip tone="plain">{t('verify.checking')}</Chip>
    case 'failed': return <Chip tone="bad">{t('verify.short.unusable')}</Chip>
    case 'done': {
      const conclusion = fileConclusion(state.value.report)
      return <Chip tone={toneOf(conclusion)}>{t(`verify.short.${conclusion}`)}</Chip>
    }
  }
}

export const FileList = ({ items, chosen, onChoose }: { readonly items: readonly Item[]; readonly chosen: number; readonly onChoose: (id: number) => void }) => {
  const t = useWords()
  return (
    <nav className="vf-files" aria-label={t('verify.files')}>
      <ul>
        {items.map((item) => (
          <li key={item.id}>
            <button type="button" aria-current={item.id === chosen} onClick={() => onChoose(item.id)}>
              <span>{item.name}</span><Verdict item={item} />
            </button>
          </li>
        ))}
      </ul>
    </nav>
  )
}
