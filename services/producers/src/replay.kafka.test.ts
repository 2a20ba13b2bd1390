import { openPublisher } from '@caretally/kafka'
import { createTestTopic } from '@caretally/kafka/testing'
import { createLogger } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { readInteractions, tallyInteractions } from './interactions.test-support.ts'
import { createPlan } from './plan.ts'
import { replay } from './replay.ts'
import { kaiserScenario } from './scenarios/kaiser.ts'
import { createTally } from './tally.ts'

const logger = createLogger({ name: 'test', level: 'silent' })
const pseudonymKey = { version: 1, secret: new Uint8Array(32) }
const timeZone = 'America/Los_Angeles'
const plan = createPlan({ scenario: kaiserScenario, scale: 10_000, seed: 1, timeZone })

test.concurrent('a replay puts every planned event into the topic once, and its tally is what is there', async () => {
  await using place = await createTestTopic({ partitions: 3 })
  const seen: number[] = []
  await using publisher = await openPublisher({ ...place, logger })
  const tally = await replay({
    plan,
    publisher,
    pseudonymKey,
    from: '2016-02-01',
    to: '2016-04-30',
    onProgress: ({ acknowledged, planned }) => seen.push(acknowledged / planned),
  })
  const interactions = await readInteractions(place)
  expect(interactions).toHaveLength(tally.total)
  expect(new Set(interactions.map(({ id }) => id)).size).toBe(tally.total)
  expect([...tallyInteractions(interactions, timeZone).entries()]).toEqual([...tally.entries()])
  expect(tally.total).toBeGreaterThan(5_000)
  expect(seen.at(-1)).toBe(1)
})

test.concurrent('a replay that was interrupted and is run again adds no new ids', async () => {
  await using place = await createTestTopic({ partitions: 2 })
  const dates = { from: '2016-01-01', to: '2016-12-31' }
  const interrupted = createTally()
  {
    const controller = new AbortController()
    const { signal } = controller
    await using publisher = await openPublisher({ ...place, logger })
    const onProgress = () => controller.abort(new Error('killed'))
    const running = replay({ plan, publisher, pseudonymKey, ...dates, tally: interrupted, onProgress, signal })
    await expect(running).rejects.toThrow('killed')
  }
  await using publisher = await openPublisher({ ...place, logger })
  const tally = await replay({ plan, publisher, pseudonymKey, ...dates })
  expect(interrupted.total).toBeGreaterThan(0)
  expect(interrupted.total).toBeLessThan(tally.total)
  const interactions = await readInteractions(place)
  expect(interactions).toHaveLength(interrupted.total + tally.total)
  expect(new Set(interactions.map(({ id }) => id)).size).toBe(tally.total)
})

test.concurrent('nothing is published when the scenario does not cover a day, or the days are reversed', async () => {
  await using place = await createTestTopic({ partitions: 1 })
  await using publisher = await openPublisher({ ...place, logger })
  const outside = replay({ plan, publisher, pseudonymKey, from: '2016-12-31', to: '2017-01-01' })
  await expect(outside).rejects.toMatchObject({ code: 'date_not_in_scenario' })
  const reversed = replay({ plan, publisher, pseudonymKey, from: '2016-12-31', to: '2016-12-30' })
  await expect(reversed).rejects.toMatchObject({ code: 'dates_reversed' })
  expect(await readInteractions(place)).toEqual([])
})
