/** An empty, loading or failed place (空白状态): says what is so and what can be done. */
import type { ReactNode } from 'react'
import { Button } from 'antd'

type Props = {
  readonly tone?: 'empty' | 'error' | 'loading'
  readonly title: string
  readonly text?: string
  readonly action?: { readonly label: string; readonly run: () => void }
}

export const Blank = ({ tone = 'empty', title, text, action }: Props): ReactNode => (
  <div className={`ws-blank ws-blank-${tone}`} role={tone === 'error' ? 'alert' : 'status'}>
    <p className="ws-blank-title">{title}</p>
    {text === undefined ? null : <p className="ws-blank-text">{text}</p>}
    {action === undefined ? null : <Button onClick={action.run}>{action.label}</Button>}
  </div>
)
