/** Long names of organs in several lines, parted where the sense allows. */
import { wordSpans } from './title-words.ts'

/** After these a part of an organ's name ends. */
const joints = /[省市县区旗盟府会厅局委部组心队院]/u
/** How far from an even share a better place may be, as a cost; a word is cut only where nothing else is near. */
const roughPlace = 5
const insideWord = 8
/** Characters that stay together at both ends. */
const least = 4

/** The name in lines none of which is longer than `room` characters. */
export function partNameWithin(name: string, room: number): readonly string[] {
  for (let count = Math.ceil([...name].length / room); count < 2 * [...name].length / room + 2; count++) {
    const parts = partName(name, count)
    if (parts.every((part) => [...part].length <= room)) return parts
  }
  return [name]
}

/** The name in `count` lines of much the same length. */
export function partName(name: string, count: number): readonly string[] {
  const chars = [...name]
  if (count < 2 || chars.length < 2 * least) return [name]
  const spans = wordSpans(chars)
  const even = chars.length / count
  let best = Math.ceil(even)
  let lowest = Number.POSITIVE_INFINITY
  for (let at = least; at <= chars.length - least; at++) {
    // 会 in 委员会 ends a part, 员 and 会 in 委员会主任 do not part it.
    const isJoint = joints.test(chars[at - 1]!) && !joints.test(chars[at]!)
    const cost = Math.abs(at - even) + (isJoint ? 0 : roughPlace) + (spans[at] === 'inside' ? insideWord : 0)
    if (cost < lowest) [best, lowest] = [at, cost]
  }
  return [chars.slice(0, best).join(''), ...partName(chars.slice(best).join(''), count - 1)]
}
