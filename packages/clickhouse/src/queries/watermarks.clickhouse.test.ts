import { expect, test } from 'vitest'

import { createTestDatabase } from '../testing.ts'
import { insertWatermarks, readWatermark } from './watermarks.ts'

test('the watermark is the least of all partitions, each at its highest', async () => {
  await using database = await createTestDatabase()
  const record = (partition: number, read_until_ms: number) =>
    insertWatermarks(database.client, { partitions: 2, watermarks: [{ partition, read_until_ms }] })
  const noon = Date.UTC(2017, 0, 3, 12)

  await record(0, noon + 7)
  await record(1, noon)
  await record(1, noon + 5)
  await record(1, noon + 3)

  expect(await readWatermark(database.client)).toBe(noon + 5)
})

test('there is none while one of the partitions has not been read', async () => {
  await using database = await createTestDatabase()
  expect(await readWatermark(database.client)).toBe(-Infinity)

  await insertWatermarks(database.client, { partitions: 2, watermarks: [{ partition: 1, read_until_ms: Date.now() }] })

  expect(await readWatermark(database.client)).toBe(-Infinity)
})
