/** One after the other (串行): tasks in the order of their calls, whatever happens to those before. */
export const createTurns = (): (<T>(task: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const mine = last.then(task, task)
    last = mine
    mine.catch(() => undefined)
    return mine
  }
}
