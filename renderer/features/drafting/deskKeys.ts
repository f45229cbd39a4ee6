/** Keys of the drafting desk (起草快捷键); they work from the text, the form and the pages alike. */
import { useEffect, useEffectEvent } from 'react'

export type DeskKeys = {
  readonly nextFinding: (step: 1 | -1) => void
  readonly fixFinding: () => void
  readonly toPage: () => void
  readonly remark: () => void
  readonly send: () => void
  /** to the next part of the desk: form, text, pages, tray */
  readonly nextPart: (step: 1 | -1) => void
}

export const useDeskKeys = (keys: DeskKeys): void => {
  const pressed = useEffectEvent((event: KeyboardEvent): void => {
    // A drawer or a question in front has the keys for itself; that of an attachment is part of the text.
    if (event.isComposing || (event.target instanceof Element && event.target.closest('.ant-drawer:not(.wk-attachment-drawer), .ant-modal') !== null)) return
    const isControl = event.ctrlKey || event.metaKey
    const act = event.key === 'F7' ? (): void => keys.nextFinding(event.shiftKey ? -1 : 1)
      : event.key === 'F6' ? (): void => keys.nextPart(event.shiftKey ? -1 : 1)
        : event.key === 'Enter' && event.altKey ? keys.fixFinding
          : isControl && event.shiftKey && event.key.toLowerCase() === 'j' ? keys.toPage
            : isControl && event.altKey && event.key.toLowerCase() === 'm' ? keys.remark
              : isControl && event.key === 'Enter' ? keys.send
                : null
    if (act === null) return
    event.preventDefault()
    event.stopPropagation()
    act()
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => pressed(event)
    // Before the editor, which would take Enter for itself.
    window.addEventListener('keydown', listen, true)
    return () => window.removeEventListener('keydown', listen, true)
  }, [])
}
