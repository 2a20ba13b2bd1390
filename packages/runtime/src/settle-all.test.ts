import { setImmediate } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { settleAll } from './settle-all.ts'

test('resolves to what all resolve to, in their order', async () => {
  await expect(settleAll([setImmediate('one'), Promise.resolve(2)])).resolves.toEqual(['one', 2])
})

test('rejects with the first error once the others have settled too', async () => {
  const open: { finish?: () => void } = {}
  const slow = new Promise<void>((resolve) => (open.finish = resolve))
  let isOver = false
  const all = settleAll([slow, Promise.reject(new Error('first'))]).finally(() => (isOver = true))
  all.catch(() => undefined)
  await setImmediate()
  expect(isOver).toBe(false)

  open.finish!()
  await expect(all).rejects.toThrow('first')
})
