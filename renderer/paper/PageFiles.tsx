/** The pages as a file: print, PDF, OFD (打印与导出). Set by the host from the same numbers as on screen. */
import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import { frozenBytes, type DocumentContent, type Issue } from '#core/document'
import type { Desktop, DesktopResult } from '#core/desktop'
import { useClient } from '../store/index.ts'
import { fileNameOf, offerFile, printPdf } from './offerFile.ts'
import { useWords } from './words.ts'

/** Asks the host for the pages of a text. */
export const makePages = (desktop: Desktop, content: DocumentContent, issue: Issue | null, format: 'pdf' | 'ofd'): Promise<DesktopResult<Uint8Array>> => {
  const { number = '', date = '', printDate = '', signers } = issue ?? {}
  return desktop.call('pages.make', {
    content: new TextDecoder().decode(frozenBytes(content)), format,
    issue: issue === null ? null : { number, date, printDate, ...(signers === undefined ? {} : { signers: [...signers] }) },
  })
}

export type PageFilesProps = {
  readonly content: DocumentContent
  readonly issue: Issue | null
  /** hash of the final PDF, when there is one: it is what is printed and kept, byte for byte */
  readonly finalHash: string | null
}

export const PageFiles = ({ content, issue, finalHash }: PageFilesProps) => {
  const t = useWords()
  const { desktop, readFile } = useClient()
  const [state, setState] = useState<'idle' | 'busy' | { readonly problem: string }>('idle')
  const run = async (wish: 'print' | 'pdf' | 'ofd'): Promise<void> => {
    setState('busy')
    const bytes = finalHash !== null && wish !== 'ofd' ? await readFile(finalHash) : await makePages(desktop, content, issue, wish === 'ofd' ? 'ofd' : 'pdf')
    if (!bytes.ok) return setState({ problem: bytes.error.message })
    if (wish === 'print') printPdf(bytes.value, fileNameOf(content.title, 'pdf'))
    else offerFile(bytes.value, fileNameOf(content.title, wish))
    setState('idle')
  }
  const items = [
    { key: 'print', label: t('pages.print') },
    { key: 'pdf', label: t('pages.pdf') },
    // A sealed document is its PDF: an OFD made now would not carry the seal.
    ...(finalHash === null ? [{ key: 'ofd', label: t('pages.ofd') }] : []),
  ]
  return (
    <>
      <Dropdown trigger={['click']} menu={{ items, onClick: ({ key }) => void run(key as 'print' | 'pdf' | 'ofd') }}>
        <Button size="small" loading={state === 'busy'}>{t('pages.menu')} ▾</Button>
      </Dropdown>
      {typeof state === 'object' && <span className="wk-bad-text" role="alert">{t('pages.failed', { reason: state.problem })}</span>}
    </>
  )
}
