/** Attachments of a draft: text that is typeset with it, or a file that goes beside it (附件). */
import { Button, Drawer, Input } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { decodeText, limits, parsePlainText, type Attachment, type Block } from '#core/document'
import { BodyEditor, writtenBlocks, type EditorHandle } from '../../editor/index.ts'
import { Notice, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { sizeText } from './sizes.ts'
import { usePictureInput } from './usePictureInput.ts'

export type AttachmentsFieldProps = {
  readonly attachments: readonly Attachment[]
  readonly onChange: (attachments: readonly Attachment[]) => void
  /** a place in a text attachment that is to be brought to the caret; a new object asks again */
  readonly wish: AttachmentWish | null
}
export type AttachmentWish = { readonly part: number; readonly block: number; readonly offset: number }

/** A host holds one file in memory on its way to disk; larger ones are refused before they are read. */
const largestFile = 256 * 1024 * 1024

const shortName = (name: string): string => [...name].slice(0, limits.nameChars).join('')

export const AttachmentsField = ({ attachments, onChange, wish }: AttachmentsFieldProps) => {
  const t = useWords()
  const { putFile } = useClient()
  const fileInput = useRef<HTMLInputElement>(null)
  const textInput = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [open, setOpen] = useState<number | null>(null)
  const editing = open === null ? undefined : attachments[open]
  const editor = useRef<EditorHandle | null>(null)
  const pictures = usePictureInput()
  const [granted, setGranted] = useState<AttachmentWish | null>(null)
  if (wish !== granted) {
    setGranted(wish)
    // What is wanted next is elsewhere: the drawer gives way to it.
    if (wish === null) setOpen(null)
    else if (attachments[wish.part]?.kind === 'text') setOpen(wish.part)
  }
  // An editor that is open already is told; one that opens goes there by itself.
  useEffect(() => { if (granted !== null) editor.current?.goTo(granted) }, [granted])

  const replace = (index: number, next: Attachment): void => onChange(attachments.map((entry, at) => (at === index ? next : entry)))
  const move = (index: number): void => onChange(attachments.map((entry, at) => (at === index - 1 ? attachments[index]! : at === index ? attachments[index - 1]! : entry)))

  const addText = async (file: File): Promise<void> => {
    if (file.size > limits.bytes) return setProblem(t('attachment.tooLarge', { name: file.name, size: sizeText(limits.bytes) }))
    const text = decodeText(new Uint8Array(await file.arrayBuffer()))
    if (!text.ok) return setProblem(t('attachment.notText', { name: file.name }))
    const read = parsePlainText(text.value)
    if (!read.ok) return setProblem(`${file.name}：${read.error.message}`)
    onChange([...attachments, { kind: 'text', name: read.value.title, body: read.value.blocks }])
  }
  const addFile = async (file: File): Promise<void> => {
    if (file.size > largestFile) return setProblem(t('attachment.tooLarge', { name: file.name, size: sizeText(largestFile) }))
    const stored = await putFile(new Uint8Array(await file.arrayBuffer()))
    if (!stored.ok) return setProblem(`${file.name}：${stored.error.message}`)
    onChange([...attachments, {
      kind: 'file', name: shortName(file.name.replace(/\.[^.]{1,8}$/u, '')),
      file: { fileName: shortName(file.name), mediaType: file.type === '' ? 'application/octet-stream' : file.type.slice(0, 100), size: file.size, hash: stored.value },
    }])
  }
  const take = (input: HTMLInputElement, add: (file: File) => Promise<void>): void => {
    const file = input.files?.[0]
    // The same file may be chosen again after it was removed.
    input.value = ''
    setProblem(null)
    if (file !== undefined) void add(file).catch(() => setProblem(t('attachment.unreadable', { name: file.name })))
  }

  return (
    <div className="wk-attachments">
      {attachments.length > 0 && (
        <ol>
          {attachments.map((attachment, index) => (
            <li key={index}>
              <Input aria-label={t('attachment.name', { index: index + 1 })} variant="underlined" size="small" value={attachment.name} maxLength={limits.nameChars} status={attachment.name.trim() === '' ? 'error' : ''} onChange={(event) => { if (event.target.value !== '') replace(index, { ...attachment, name: event.target.value }) }} />
              <div className="wk-row wk-note">
                {attachment.kind === 'file'
                  ? <span title={attachment.file.hash}>{attachment.file.fileName} · {sizeText(attachment.file.size)} · {t('attachment.digest', { digest: attachment.file.hash.slice(0, 8) })}</span>
                  : <Button size="small" type="link" onClick={() => setOpen(index)}>{t('attachment.edit', { count: attachment.body.length })}</Button>}
                <span className="wk-grow" />
                {index > 0 && <Button size="small" type="text" aria-label={t('attachment.up', { name: attachment.name })} onClick={() => move(index)}>↑</Button>}
                <Button size="small" type="text" aria-label={t('attachment.removeNamed', { name: attachment.name })} onClick={() => onChange(attachments.filter((_, at) => at !== index))}>{t('action.remove')}</Button>
              </div>
            </li>
          ))}
        </ol>
      )}
      <div className="wk-row">
        <Button size="small" onClick={() => { onChange([...attachments, { kind: 'text', name: t('attachment.newName'), body: [] }]); setOpen(attachments.length) }}>{t('attachment.newText')}</Button>
        <Button size="small" onClick={() => textInput.current?.click()}>{t('attachment.importText')}</Button>
        <Button size="small" onClick={() => fileInput.current?.click()}>{t('attachment.addFile')}</Button>
      </div>
      <input ref={textInput} type="file" accept=".txt,text/plain" hidden aria-label={t('attachment.importText')} onChange={(event) => take(event.currentTarget, addText)} />
      <input ref={fileInput} type="file" hidden aria-label={t('attachment.addFile')} onChange={(event) => take(event.currentTarget, addFile)} />
      {problem !== null && <Notice tone="bad">{problem}</Notice>}
      <Drawer open={editing?.kind === 'text'} onClose={() => { setOpen(null); editor.current = null }} rootClassName="wk-attachment-drawer" focusable={{ trap: true, focusTriggerAfterClose: granted === null || open !== null }} size={760} destroyOnHidden title={editing === undefined ? '' : t('attachment.editing', { name: editing.name })}>
        {editing?.kind === 'text' && open !== null && (
          <BodyEditor
            key={open} {...pictures} onReady={(handle) => { editor.current = handle; if (granted?.part === open) handle.goTo(granted); else handle.focus() }} initial={editing.body} label={t('attachment.editing', { name: editing.name })} placeholder={t('attachment.placeholder')} onRefused={setProblem}
            onChange={(blocks: readonly Block[]) => replace(open, { ...editing, body: writtenBlocks(blocks) })}
          />
        )}
      </Drawer>
    </div>
  )
}
