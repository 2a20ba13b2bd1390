import { settleAll, systemClock } from '@caretally/runtime'

import type { ConsumerProcess } from '../consumer-process.ts'
import { openRun, waitUntil } from '../case-run.ts'
import type { FaultCase } from '../fault-case.ts'
import { endInOrder } from '../moments.ts'
import { createStream, take } from '../stream.ts'

const DURATION_MS = 20_000
const DURATION_LONG_MS = 600_000
const CHANGE_EVERY_MS = 1_500
const MEMBERS_MAX = 3
const SLICE_EVENTS = 500
/** Offsets that wait to be consumed: the members always have work, and are done with it soon after the last change. */
const BACKLOG_MAX = 20_000

export const membersComeAndGo: FaultCase = {
  name: 'members come and go',
  description:
    'every 1.5 s a consumer joins the group, or leaves it by SIGTERM, while events are produced and consumed',
  async run({ shared, directory, isLong, without }) {
    const duration_ms = isLong ? DURATION_LONG_MS : DURATION_MS
    const end_ms = systemClock.now() + duration_ms
    const isOver = () => systemClock.now() >= end_ms
    await using run = await openRun({ target: shared, directory, partitions: 4, offsets_max: 300 })
    const stream = createStream({ events: Infinity, duplicates_percent: 10, malformed_percent: 2 })
    const launch = () => run.launch({ ...(without && { without }) })

    async function produce(): Promise<void> {
      while (!isOver()) {
        await run.publish(take(stream, SLICE_EVENTS))
        await run.reached((await run.end()) - BACKLOG_MAX)
      }
    }

    const members: ConsumerProcess[] = [await launch()]
    async function change(): Promise<number> {
      let changes = 0
      let isGrowing = true
      while (!isOver()) {
        await systemClock.sleep(CHANGE_EVERY_MS)
        if (isGrowing) {
          members.push(await launch())
          await waitUntil(async () => (await run.members()).length === members.length)
        } else await endInOrder(members.shift()!)
        if (members.length === MEMBERS_MAX) isGrowing = false
        if (members.length === 1) isGrowing = true
        changes += 1
      }
      return changes
    }

    const [changes] = await settleAll([change(), produce()])
    await run.drained()
    for (const member of members) await endInOrder(member)
    return { faults: changes, ...(await run.verdict()) }
  },
}

export const partitionsAdded: FaultCase = {
  name: 'partitions added while events flow',
  description:
    'the topic gets three times as many partitions while it is consumed, and more consumers than it had partitions before',
  async run({ shared, directory, without }) {
    await using run = await openRun({ target: shared, directory, partitions: 2, offsets_max: 300 })
    const launch = () => run.launch({ ...(without && { without }) })
    const first = await launch()
    await run.joined(1)
    const seeds = [1, 2, 3, 4]
    const streams = seeds.map((seed) => createStream({ events: 4_000, seed, malformed_percent: 2 }))
    const [before, during, after, last] = streams
    await run.publish(before!)
    await settleAll([run.grow(6), run.publish(during!)])
    const others = await Promise.all([launch(), launch(), launch()])
    await run.joined(4)
    await run.publish(after!)
    await run.drained()
    // The first one gets partitions that it has not heard of, and that others have written to.
    for (const member of others) await endInOrder(member)
    await run.joined(1)
    await run.publish(last!)
    await run.drained()
    await endInOrder(first)
    return { faults: 1, ...(await run.verdict()) }
  },
}
