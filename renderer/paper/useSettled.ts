/** A value as it was at the last pause (停顿后的值): for what may follow the hand with a moment's delay. */
import { useEffect, useState } from 'react'

/** @param pause ms without a change */
export const useSettled = <T>(value: T, pause: number): T => {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause)
    return () => clearTimeout(timer)
  }, [value, pause])
  return settled
}
