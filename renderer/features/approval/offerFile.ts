/** Hands bytes to the person as a file; the host or the browser asks where to put it. */
export const offerFile = (bytes: Uint8Array, fileName: string): void => {
  // A copy with a plain type: a page of another origin must never be opened from these bytes.
  const url = URL.createObjectURL(new Blob([bytes.slice()], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
