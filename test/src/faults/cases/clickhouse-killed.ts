import { startClickHouse } from '@caretally/infra'
import { createRandom } from '@caretally/producers'

import { openRun } from '../case-run.ts'
import type { FaultCase } from '../fault-case.ts'
import { endInOrder, strikeAtRandom } from '../moments.ts'
import { makeOwnDirectory } from '../own-directory.ts'
import { createStream } from '../stream.ts'

const SHORT = { events: 150_000, kills: 12 }
const LONG = { events: 1_500_000, kills: 150 }
/** Small ranges: nearly all of the consumer's time goes into inserts, so that most kills meet one. */
const OFFSETS_MAX = 500

export const clickHouseKilled: FaultCase = {
  name: 'ClickHouse killed while it inserts',
  description: `SIGKILL of ClickHouse while the consumer inserts, ${SHORT.kills} times, each time started again on the same files`,
  async run({ shared, directory, isLong, seed, without }) {
    const { events, kills } = isLong ? LONG : SHORT
    const random = createRandom(seed)
    await using files = await makeOwnDirectory(directory, 'killed-clickhouse')
    await using clickhouse = await startClickHouse({ directory: files.path })
    const { url, username, password } = clickhouse
    const target = { ...shared, clickhouse: { url, username, password } }
    await using run = await openRun({ target, directory, offsets_max: OFFSETS_MAX })
    await run.publish(createStream({ events, duplicates_percent: 10, malformed_percent: 5 }))
    const consumer = await run.launch({ ...(without && { without }) })
    const strike = async () => {
      await clickhouse.kill()
      await clickhouse.start()
    }
    await strikeAtRandom({ run, random, count: kills, offsets: events, strike })
    await run.drained()
    await endInOrder(consumer)
    return { faults: kills, ...(await run.verdict()) }
  },
}
