import type { Clock } from '@caretally/runtime'

interface RepeatOptions {
  /** From the end of one time to the beginning of the next. */
  every_ms: number
  clock: Clock
  /** Ends it without a last time. */
  signal: AbortSignal
}

interface Repetition {
  /** Waits until it has been done for the last time. */
  stop(this: void): Promise<void>
}

/**
 * Does something again and again until it is stopped, and then one last time. When it fails it is not done again, and `stop`
 * rejects with what it failed with.
 */
export function repeat(action: () => Promise<void>, { every_ms, clock, signal }: RepeatOptions): Repetition {
  const controller = new AbortController()
  const stopped = AbortSignal.any([controller.signal, signal])

  async function run(): Promise<void> {
    while (!stopped.aborted) {
      await action()
      await clock.sleep(every_ms, stopped).catch(() => undefined)
    }
    if (!signal.aborted) await action()
  }

  const running = run()
  running.catch(() => undefined) // told by `stop`
  return {
    async stop() {
      controller.abort()
      await running
    },
  }
}
