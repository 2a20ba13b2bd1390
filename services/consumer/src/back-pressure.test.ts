import { expect, test } from 'vitest'

import { BackPressure } from './back-pressure.ts'

function start() {
  let now_ms = 1_000
  const pressure = new BackPressure({ now: () => now_ms })
  const end = (...steps: Disposable[]) => {
    for (const step of steps) step[Symbol.dispose]()
  }
  return { pressure, end, pass: (ms: number) => void (now_ms += ms) }
}

test('only the time counts in which every batch that is worked on waits', () => {
  const { pressure, end, pass } = start()
  pass(1)
  const batch = pressure.working()
  pass(10) // it is decoded
  const wait = pressure.waiting()
  pass(100)
  const other = pressure.working()
  pass(1_000) // the other one is decoded meanwhile
  const otherWait = pressure.waiting()
  pass(10_000)
  end(otherWait, other)
  pass(100_000)
  end(wait, batch)
  pass(1_000_000)
  expect(pressure.total_ms).toBe(110_100)
})

test('a wait that is not over yet counts up to now', () => {
  const { pressure, pass } = start()
  pressure.working()
  pressure.waiting()
  pass(500)
  expect(pressure.total_ms).toBe(500)
  pass(500)
  expect(pressure.total_ms).toBe(1_000)
})
