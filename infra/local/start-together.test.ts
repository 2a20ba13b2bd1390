import { expect, test } from 'vitest'

import { startTogether } from './start-together.ts'

class Thing implements AsyncDisposable {
  ended = false

  async [Symbol.asyncDispose](): Promise<void> {
    this.ended = true
  }
}

const failsWith = (error: Error) => async (): Promise<Thing> => {
  throw error
}

/** Starts only when told to give up, that is: does not start. */
const neverStarts = async (signal: AbortSignal): Promise<Thing> =>
  await new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('gave up')))
  })

test('all that were started are given, in order', async () => {
  const things = [new Thing(), new Thing()]
  expect(
    await startTogether<Thing[]>(
      things.map((thing) => async () => thing),
      undefined,
    ),
  ).toEqual(things)
})

test('when one does not start, what has started is ended', async () => {
  const thing = new Thing()
  const broken = new Error('broken')
  await expect(startTogether<Thing[]>([async () => thing, failsWith(broken)], undefined)).rejects.toBe(broken)
  expect(thing.ended).toBe(true)
})

test('when one does not start, the others give up, and the first failure is told', async () => {
  const broken = new Error('broken')
  await expect(startTogether<Thing[]>([neverStarts, failsWith(broken)], undefined)).rejects.toBe(broken)
})

test('all give up when the signal is aborted', async () => {
  const controller = new AbortController()
  const starting = startTogether<Thing[]>([neverStarts, neverStarts], controller.signal)
  const reason = new Error('Ctrl-C')
  controller.abort(reason)
  await expect(starting).rejects.toBe(reason)
})
