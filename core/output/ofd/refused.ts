/** Ends the reading or drawing of a page from deep inside; never leaves this folder. */
export class Refused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** A page that asks for more than any real one: a small file can name the same content over and over. */
export const tooComplex = (): Refused => new Refused('ofd.too-complex', '页面内容过多，不能显示')
