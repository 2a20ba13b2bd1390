/** How to start something that can be ended again. It gives up when the signal is aborted. */
export type Start<T extends AsyncDisposable> = (signal: AbortSignal) => Promise<T>

/**
 * Starts several things at once: all or none. When one does not start, the others give up, what has started is ended, and then
 * this rejects with what went wrong first.
 */
export async function startTogether<T extends AsyncDisposable[]>(
  starts: { [Index in keyof T]: Start<T[Index]> },
  signal: AbortSignal | undefined,
): Promise<T> {
  const failed = new AbortController()
  const giveUp = AbortSignal.any([failed.signal, ...(signal ? [signal] : [])])
  const outcomes = await Promise.allSettled(
    starts.map(async (start) => {
      try {
        return await start(giveUp)
      } catch (error) {
        failed.abort(error)
        throw error
      }
    }),
  )
  const started = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all have started, so each is at its own index
  if (started.length === starts.length) return started as T
  await Promise.all(started.map(async (thing) => await thing[Symbol.asyncDispose]()))
  throw giveUp.reason
}
