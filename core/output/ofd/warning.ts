/** What a document lacks or this reader cannot show: said beside the page, in Chinese, under a stable code. */
export type OfdWarning = { readonly code: string; readonly message: string }

export type Warn = (warning: OfdWarning) => void
