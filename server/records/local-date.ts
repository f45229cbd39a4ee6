/** Local calendar date YYYY-MM-DD of a moment in the installation's time zone. */
export const localDate = (moment: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(moment)
