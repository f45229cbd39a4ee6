/** Local calendar date YYYY-MM-DD of a moment in the installation's time zone. */
export const localDate = (moment: Date, timeZone: string): string => {
  // Making a formatter costs more than judging a command.
  const formatter = formatters.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  formatters.set(timeZone, formatter)
  return formatter.format(moment)
}

const formatters = new Map<string, Intl.DateTimeFormat>()
