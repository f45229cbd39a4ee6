/** 灯: shape and word beside the colour, so that it is read by everyone. ▲ overdue ◆ near ● normal ○ none */
import type { ReactNode } from 'react'

export type LightTone = 'late' | 'near' | 'normal' | 'none'

const shapes: Readonly<Record<LightTone, ReactNode>> = {
  late: <path d="M6 1 11.5 11H.5Z" />,
  near: <path d="M6 .5 11.5 6 6 11.5.5 6Z" />,
  normal: <circle cx="6" cy="6" r="4.5" />,
  none: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" />,
}

export const Light = ({ tone, word }: { readonly tone: LightTone; readonly word: string }): ReactNode => (
  <span className={`ws-light ws-light-${tone}`}>
    <svg viewBox="0 0 12 12" width="0.75em" height="0.75em" fill="currentColor" aria-hidden="true">{shapes[tone]}</svg>
    <span>{word}</span>
  </span>
)
