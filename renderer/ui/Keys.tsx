/** A key or a chord as it is printed on the keyboard. */
import type { ReactNode } from 'react'

export const Keys = ({ keys }: { readonly keys: readonly string[] }): ReactNode => (
  <span className="ws-keys">{keys.map((key) => <kbd key={key}>{key}</kbd>)}</span>
)
