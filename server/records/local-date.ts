/** Local calendar date YYYY-MM-DD of a moment in the installation's time zone. */
export const localDate = (moment: Date, timeZone: string): string => {
  // Formatting is slow beside judging a command, and midnight falls on a whole minute in every zone.
  const minute = Math.floor(moment.getTime() / 60_000)
  if (latest.minute !== minute || latest.timeZone !== timeZone) {
    const date = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(moment)
    latest = { minute, timeZone, date }
  }
  return latest.date
}

let latest = { minute: Number.NaN, timeZone: '', date: '' }
