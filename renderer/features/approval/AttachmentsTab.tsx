/** What goes with the document (附件). */
import { Button } from 'antd'
import { useState } from 'react'
import type { AttachedFile, DocumentContent } from '#core/document'
import { Blocks, Nothing, Notice, useWords, offerFile } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'

const sizeText = (bytes: number): string => (bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`)

export const AttachmentsTab = ({ content }: { readonly content: DocumentContent }) => {
  const t = useWords()
  const { readFile } = useClient()
  const [problem, setProblem] = useState<string | null>(null)
  const save = async (file: AttachedFile): Promise<void> => {
    const read = await readFile(file.hash)
    if (!read.ok) return setProblem(t('attachment.notRead', { name: file.fileName, reason: read.error.message }))
    setProblem(null)
    offerFile(read.value, file.fileName)
  }
  if (content.attachments.length === 0) return <Nothing title={t('attachment.none')} />
  return (
    <div className="wk-scroll" tabIndex={0}>
      {problem !== null && <Notice tone="bad">{problem}</Notice>}
      <ol className="wk-attachment-list">
        {content.attachments.map((attachment, index) => (
          <li key={index}>
            <h3>{t('attachment.heading', { index: index + 1, name: attachment.name })}</h3>
            {attachment.kind === 'file'
              ? (
                  <div className="wk-row wk-middle">
                    <span className="wk-num">{attachment.file.fileName} · {sizeText(attachment.file.size)} · {t('attachment.digest', { digest: attachment.file.hash.slice(0, 8) })}</span>
                    <Button size="small" onClick={() => void save(attachment.file)}>{t('attachment.save')}</Button>
                  </div>
                )
              : <details><summary>{t('attachment.inText', { count: attachment.body.length })}</summary><div className="wk-attachment-text"><Blocks blocks={attachment.body} /></div></details>}
          </li>
        ))}
      </ol>
    </div>
  )
}
