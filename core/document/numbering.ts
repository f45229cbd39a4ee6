/** Level numbers (层次序数): 一、 （一） 1. （1）. GB/T 9704-2012 §7.3.3 */
import { assertNever } from '#core/formats'
import type { Block, Level } from './content.ts'
import { chineseNumeral, chineseValue } from './numerals.ts'

/** The levels that carry a number. */
export type NumberedLevel = Exclude<Level, 0>

/** A number found at the start of a line. */
export type ParsedNumber = {
  readonly level: NumberedLevel
  /** as written in the line, without surrounding blanks */
  readonly number: string
  readonly value: number
  /** the text after the number, without leading blanks */
  readonly rest: string
}

/** The standard number text of a level, `value` from 1 to 9999. */
export function numberText(level: NumberedLevel, value: number): string {
  switch (level) {
    case 1:
      return `${chineseNumeral(value)}、`
    case 2:
      return `（${chineseNumeral(value)}）`
    case 3:
      return `${value}.`
    case 4:
      return `（${value}）`
    default:
      return assertNever(level)
  }
}

const patterns: readonly (readonly [NumberedLevel, RegExp])[] = [
  [1, /^([一二三四五六七八九十百千零〇]{1,7})、/u],
  [2, /^[（(]([一二三四五六七八九十百千零〇]{1,7})[）)]/u],
  // A digit after the dot means a decimal (1.5亿元), not a number of level 3.
  [3, /^([1-9]\d{0,3})(?:[.．](?!\d)|、)/u],
  [4, /^[（(]([1-9]\d{0,3})[）)]/u],
]

/** The level number at the start of a line, also in its usual variants (half-width brackets, 1、 or 1．), or null. */
export function parseNumber(line: string): ParsedNumber | null {
  for (const [level, pattern] of patterns) {
    const match = pattern.exec(line)
    if (match === null) continue
    const value = level <= 2 ? chineseValue(match[1] ?? '') : Number(match[1])
    if (value === null) continue
    return { level, number: match[0], value, rest: line.slice(match[0].length).replace(/^[\s\u3000]+/u, '') }
  }
  return null
}

/**
 * The number text of every block in order ('' for plain paragraphs). A level restarts after a block of a higher level;
 * tables and pictures carry none and interrupt nothing; an override is printed as it stands and its value is continued from, so a series that runs on (27. after （二）) needs
 * only one override.
 */
export function numberBlocks(blocks: readonly Block[]): string[] {
  const counter = new NumberCounter()
  return blocks.map((block) => (block.kind === 'paragraph' ? counter.next(block.level, block.number) : ''))
}

/** The running state of numbering: what the next block of a level will be called. */
export class NumberCounter {
  readonly #counts: [number, number, number, number] = [0, 0, 0, 0]

  /** The computed number of a block of this level that carries no override. */
  peek(level: Level): string {
    return level === 0 ? '' : numberText(level, Math.min(this.#counts[level - 1]! + 1, 9999))
  }

  /** Takes one block into account and returns its number text. */
  next(level: Level, override: string | null): string {
    if (level === 0) return override ?? ''
    const computed = this.peek(level)
    const parsed = override === null ? null : parseNumber(override)
    this.#counts[level - 1] = parsed !== null && parsed.level === level ? parsed.value : Math.min(this.#counts[level - 1]! + 1, 9999)
    this.#counts.fill(0, level)
    return override ?? computed
  }
}
