import type { Clock } from '@caretally/runtime'

/** The function that gives what `ask` answered last, and asks again when that is `kept_ms_max` old. `ask` does not reject. */
export function keptAnswer<T>(ask: () => Promise<T>, kept_ms_max: number, clock: Pick<Clock, 'now'>): () => Promise<T> {
  let asked_ms = -Infinity
  let answer: Promise<T> | undefined
  return () => {
    const now_ms = clock.now()
    if (answer !== undefined && now_ms - asked_ms < kept_ms_max) return answer
    asked_ms = now_ms
    answer = ask()
    return answer
  }
}
