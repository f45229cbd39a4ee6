/** 发文字号: 机关代字 + 〔年份〕 + 顺序号 + 号. GB/T 9704 §7.2.5 */

export type DocNumber = {
  /** 机关代字, e.g. 内政办发 */
  readonly mark: string
  /** four digits */
  readonly year: number
  /** from 1, printed without leading zeros and without 第 */
  readonly serial: number
}

/** 内政办发〔2026〕12号 */
export function formatDocNumber(number: DocNumber): string {
  return `${number.mark}〔${number.year}〕${number.serial}号`
}

const pattern = /^([^\s\d〔〕[\]【】（）()﹝﹞]{1,20})\s*[〔[【（(﹝［]\s*(\d{4})\s*[〕\]】）)﹞］]\s*第?\s*0*([1-9]\d{0,5})\s*号$/u

/** Reads a number as people write it: any brackets, blanks, 第, leading zeros. Null when it is not a document number. */
export function parseDocNumber(text: string): DocNumber | null {
  const match = pattern.exec(text.trim())
  if (match === null) return null
  return { mark: match[1]!, year: Number(match[2]), serial: Number(match[3]) }
}
