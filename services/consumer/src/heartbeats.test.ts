import { type Clock } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { withHeartbeats } from './heartbeats.ts'

/** A clock whose every sleep is over at the next turn of the event loop, unless it was aborted before. */
const impatient: Clock = {
  now: () => 0,
  sleep: (_ms, signal) =>
    new Promise((resolve, reject) => setImmediate(() => (signal?.aborted ? reject(signal.reason) : resolve()))),
}

/** Work that the test ends by hand. */
function manualWork() {
  let finish = (_value: string): void => undefined
  const work = new Promise<string>((resolve) => {
    finish = resolve
  })
  return { work, finish }
}

test('heartbeats go on until the work is done, and its value is returned', async () => {
  const { work, finish } = manualWork()
  let beats = 0
  const heartbeat = async () => {
    beats += 1
    if (beats === 3) finish('done')
  }
  expect(await withHeartbeats(heartbeat, impatient, work)).toBe('done')
  expect(beats).toBe(3)
})

test('a heartbeat that fails is thrown, but only once the work has ended', async () => {
  const { work, finish } = manualWork()
  const order: string[] = []
  const noted = work.then((value) => order.push(value))
  const heartbeat = async () => {
    setImmediate(() => finish('work ended'))
    throw new Error('rebalance')
  }
  await expect(withHeartbeats(heartbeat, impatient, noted)).rejects.toThrow('rebalance')
  expect(order).toEqual(['work ended'])
})

test('the failure of the work is thrown', async () => {
  const failed = Promise.reject(new Error('insert failed'))
  await expect(withHeartbeats(async () => undefined, impatient, failed)).rejects.toThrow('insert failed')
})
