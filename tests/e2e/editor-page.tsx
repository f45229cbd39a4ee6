/** The text editor alone on a page, with a host that only remembers (编辑器试验页): for what a whole office would hide. */
import i18next from 'i18next'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { initReactI18next } from 'react-i18next'
import { sm3Hex } from '#core/crypto'
import { pictureSize, type Block } from '#core/document'
import { err, ok } from '#core/formats'
import { BodyEditor, type EditorComment, type EditorFinding, type EditorHandle, type TextPlace } from '../../renderer/editor/index.ts'
import words from '../../resources/locales/zh-CN.work.json' with { type: 'json' }

/** What a test sees and does. */
export type EditorLab = {
  handle: EditorHandle | null
  blocks: readonly Block[]
  caret: TextPlace | null
  /** how often the host was told of a change */
  told: number
  refused: string[]
  /** a fresh editor with this text */
  readonly open: (blocks: readonly Block[]) => void
  readonly find: (findings: readonly EditorFinding[]) => void
  readonly comment: (comments: readonly EditorComment[]) => void
}

declare global {
  interface Window { lab: EditorLab }
}

const colours = {
  canvas: '#f4f4f3', surface: '#ffffff', raised: '#ffffff', hover: '#f2f2f1', chosen: '#e6edf7', line: '#e1e1df', strongLine: '#8b8b88', text: '#1c1c1b', quiet: '#5a5a57',
  blue: '#1a56b0', blueHover: '#144591', onBlue: '#ffffff', red: '#b9151b', amber: '#855400', green: '#1d6a36', 'text-size': '14px', control: '32px', target: '24px',
  font: "system-ui, 'Noto Sans CJK SC', sans-serif",
}
for (const [name, value] of Object.entries(colours)) document.documentElement.style.setProperty(`--${name}`, value)

const stored = new Map<string, string>()
const pictureUrl = (hash: string): string | null => stored.get(hash) ?? null

const Page = () => {
  const [text, setText] = useState<{ readonly at: number; readonly blocks: readonly Block[] }>({ at: 0, blocks: [] })
  const [findings, setFindings] = useState<readonly EditorFinding[]>([])
  const [comments, setComments] = useState<readonly EditorComment[]>([])
  const { lab } = window
  Object.assign(lab, {
    open: (blocks: readonly Block[]) => { Object.assign(lab, { blocks, caret: null, told: 0, refused: [] }); setFindings([]); setComments([]); setText((now) => ({ at: now.at + 1, blocks })) },
    find: setFindings, comment: setComments,
  })
  return (
    <main className="lab">
      <h1>正文</h1>
      <button type="button">前</button>
      <div className="lab-sheet">
        <BodyEditor
          key={text.at} initial={text.blocks} label="正文" placeholder="在这里起草正文" findings={findings} comments={comments} pictureUrl={pictureUrl}
          onReady={(handle) => { lab.handle = handle }} onChange={(blocks) => { lab.blocks = blocks; lab.told++ }} onCaret={(place) => { lab.caret = place }}
          onRefused={(message) => { lab.refused.push(message) }}
          onPicture={async (file) => {
            const bytes = new Uint8Array(await file.arrayBuffer())
            const size = pictureSize(bytes)
            if (!size.ok) return err(size.error.message)
            const hash = sm3Hex(bytes)
            stored.set(hash, URL.createObjectURL(file))
            return ok({ file: { fileName: file.name, mediaType: size.value.mediaType, size: bytes.length, hash }, pixels: { width: size.value.width, height: size.value.height } })
          }}
        />
      </div>
      <button type="button">后</button>
    </main>
  )
}

window.lab = { handle: null, blocks: [], caret: null, told: 0, refused: [], open: () => undefined, find: () => undefined, comment: () => undefined }
await i18next.use(initReactI18next).init({ lng: 'zh-CN', ns: ['work'], defaultNS: 'work', resources: { 'zh-CN': { work: words } }, interpolation: { escapeValue: false } })
createRoot(document.querySelector('#root')!).render(<Page />)
