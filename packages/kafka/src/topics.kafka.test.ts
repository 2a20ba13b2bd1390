import { expect, test } from 'vitest'

import { createTestTopic } from './testing.ts'
import { checkTopic, growTopic } from './topics.ts'

test('a topic gets the partitions that it lacks, as often as it is asked to, and never loses one', async () => {
  await using place = await createTestTopic({ partitions: 2 })
  const admin = place.kafka.admin()
  await admin.connect()
  try {
    for (const partitions of [2, 5, 5]) {
      await Promise.all([growTopic(admin, place.topic, partitions), growTopic(admin, place.topic, partitions)])
      expect(await checkTopic(admin, place.topic)).toBe(partitions)
    }
    await expect(growTopic(admin, place.topic, 4)).rejects.toMatchObject({
      code: 'partitions_fewer',
      message: `topic ${place.topic} has 5 partitions, and Kafka takes none away: 4 would be fewer`,
    })
    expect(await checkTopic(admin, place.topic)).toBe(5)
  } finally {
    await admin.disconnect()
  }
})
