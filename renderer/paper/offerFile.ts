/** Bytes handed to the person: as a file to keep, or as pages to print (存为文件、打印). */

/** A file; the host or the browser asks where to put it. */
export const offerFile = (bytes: Uint8Array, fileName: string): void => {
  // A copy with a plain type: a page of another origin must never be opened from these bytes.
  const url = URL.createObjectURL(new Blob([bytes.slice()], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/**
 * A PDF of our own making in a window of its own, where the browser prints it as it stands: no page is scaled or set anew. Where no
 * window may open it is offered as a file instead.
 */
export const printPdf = (pdf: Uint8Array, fileName: string): 'opened' | 'offered' => {
  const url = URL.createObjectURL(new Blob([pdf.slice()], { type: 'application/pdf' }))
  const opened = window.open(url, '_blank')
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
  if (opened !== null) return 'opened'
  offerFile(pdf, fileName)
  return 'offered'
}

/** A name that every file system takes. */
export const fileNameOf = (title: string, extension: string): string =>
  `${[...title.replaceAll(/[\\/:*?"<>|\u0000-\u001f]/gu, '').replaceAll(/^[. ]+|[. ]+$/gu, '')].slice(0, 80).join('') || '公文'}.${extension}`
