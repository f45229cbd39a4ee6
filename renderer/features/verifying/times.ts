/** Times and sizes as a report prints them. */

/** Local date and time to the second, with the zone: a report is read far from the machine that made it. */
export const moment = (instant: string): string => {
  const time = new Date(instant)
  return Number.isNaN(time.getTime()) ? instant : time.toLocaleString('zh-CN', { hour12: false, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' })
}

export const sizeText = (bytes: number): string =>
  bytes < 1024 ? `${bytes} B` : bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
