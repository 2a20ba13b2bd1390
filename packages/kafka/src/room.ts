/** A bounded amount of something, such as memory, that callers take a part of and give back. */
export interface Room {
  /** Resolves once there is as much. */
  take(amount: number): Promise<void>
  give(amount: number): void
}

/**
 * First come, first served. One who wants more than there is altogether gets it alone. `onChange` is told how much is taken.
 */
export function createRoom(capacity: number, onChange?: (taken: number) => void): Room {
  const waiting: { amount: number; enter: () => void }[] = []
  let taken = 0

  function change(amount: number): void {
    taken += amount
    onChange?.(taken)
  }

  function admit(): void {
    for (let next = waiting[0]; next && (taken === 0 || taken + next.amount <= capacity); next = waiting[0]) {
      waiting.shift()
      change(next.amount)
      next.enter()
    }
  }

  return {
    take(amount) {
      return new Promise((resolve) => {
        waiting.push({ amount, enter: resolve })
        admit()
      })
    },
    give(amount) {
      change(-amount)
      admit()
    },
  }
}
