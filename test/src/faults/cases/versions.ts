import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { migrate } from '@caretally/clickhouse'
import type { Step } from '@caretally/consumer'
import { CaretallyError, settleAll } from '@caretally/runtime'

import { root } from '../../run-program.ts'
import { type CaseRun, openRun, type Verdict } from '../case-run.ts'
import type { ConsumerProcess } from '../consumer-process.ts'
import type { FaultCase } from '../fault-case.ts'
import { endInOrder } from '../moments.ts'
import { createStream, fromLaterPortals, type StreamRecord, take, TIME_ZONE } from '../stream.ts'

/** Of a consumer that ends by itself; one that ends more often is broken. */
const STARTS_MAX = 10
const EVENTS = 12_000
const MIXED = { duplicates_percent: 10, malformed_percent: 5 } as const
const SLICE_EVENTS = 2_000
const BACKLOG_MAX = 20_000
const MIGRATIONS = `${root}packages/clickhouse/migrations`

/** Steps at which a range is pending, with nothing, one half and all of it written: a dead letter of the one version is an event of the other. */
const STEPS_PENDING: readonly Step[] = ['pending', 'dead_letters', 'events']

/** A range that one version has begun, and the other finishes. */
function earlierKilledAfter(step: Step): FaultCase {
  return {
    name: `consumer of the earlier version killed after ${step}`,
    description: `SIGKILL right after the step "${step}" of a range with events that only the later version knows; that one finishes the range`,
    ...(step === 'dead_letters' && { needs: ['pending_contract'] }),
    async run({ shared, directory, without }) {
      await using run = await openRun({ target: shared, directory, window_offsets: 5_000, offsets_max: 700 })
      await run.publish(fromLaterPortals(createStream({ ...MIXED, events: EVENTS })))
      const earlier = await run.launch({ kill: { after: step, pass: 3 } })
      await Promise.race([earlier.ended, run.drained()])
      await expectKilled(earlier)
      const later = await run.launch({ isLater: true, ...(without && { without }) })
      await run.drained()
      return { faults: 1, ...(await countRefused(run, later)) }
    },
  }
}

const laterKilled: FaultCase = {
  name: 'consumer of the later version killed, and one of the earlier version started',
  description:
    'the earlier version leaves the range that the later one has begun, and says why; the later one finishes it',
  async run({ shared, directory }) {
    await using run = await openRun({ target: shared, directory, partitions: 1, offsets_max: 700 })
    await run.publish(fromLaterPortals(createStream({ ...MIXED, events: EVENTS })))
    await expectKilled(await run.launch({ isLater: true, kill: { after: 'events', pass: 3 } }))
    const before = await run.committed()
    const { status } = await (await run.launch()).ended
    const log = await readFile(run.logFile, 'utf8')
    if (status !== 1 || !log.includes('was begun by a later version') || (await run.committed()) !== before) {
      throw new CaretallyError(
        'earlier_went_on',
        `the earlier version ended with ${status}, at ${await run.committed()}`,
      )
    }
    const later = await run.launch({ isLater: true })
    await run.drained()
    await endInOrder(later)
    return { faults: 2, ...(await run.verdict()) }
  },
}

/** The later version counts what the earlier one has refused, and ends. */
async function countRefused(run: CaseRun, later: ConsumerProcess): Promise<Verdict> {
  await run.replayAsLater()
  await run.drained()
  await endInOrder(later)
  return await run.verdict()
}

async function expectKilled({ ended }: ConsumerProcess): Promise<void> {
  const { signal } = await ended
  if (signal !== 'SIGKILL') throw new CaretallyError('not_killed', 'the consumer has never come to the step')
}

const upgrade: FaultCase = {
  name: 'upgrade while events flow',
  description:
    'the schema is migrated, and a consumer and portals of a later version come, while those of the earlier one are at work; one of these is killed',
  async run({ shared, directory }) {
    await using run = await openRun({ target: shared, directory, partitions: 4, offsets_max: 300 })
    const publishLater = (seed: number) =>
      run.publish(fromLaterPortals(createStream({ ...MIXED, seed, events: EVENTS / 4 })))
    const killed = await run.launch()
    const earlier = supervise(run, await run.launch())
    await run.joined(2)

    const over = new AbortController()
    const change = async () => {
      // The schema first: the earlier version goes on, and comes up again when it is killed.
      const { database } = run.options.clickhouse
      const migrations = await laterMigrations(directory)
      await migrate({ client: run.client, database, timeZone: TIME_ZONE, directory: migrations })
      await killed.kill()
      const restarted = supervise(run, await run.launch())
      await run.joined(2)
      // Then consumers. A portal that is upgraded too early has dead letters wherever the earlier version consumes.
      const later = await run.launch({ isLater: true })
      await run.joined(3)
      await publishLater(2)
      return { restarted, later }
    }
    const events = createStream({ ...MIXED, events: Infinity })
    const [{ restarted, later }] = await settleAll([
      change().finally(() => over.abort()),
      keepPublishing(run, events, over.signal),
    ])
    await run.drained()
    const early = await countUnknown(run)
    for (const consumer of [restarted, earlier]) await consumer.endInOrder()

    // With none of the earlier version left nothing is unknown any more, and what was is counted after all.
    await publishLater(3)
    await run.drained()
    const unknown = await countUnknown(run)
    if (early === 0 || unknown !== early) {
      throw new CaretallyError('not_side_by_side', `${early} events were unknown side by side, ${unknown} in the end`)
    }
    return { faults: 1, ...(await countRefused(run, later)) }
  },
}

/**
 * Starts a consumer of the earlier version again when it ends, as docs/operations.md says that somebody has to: it does where a
 * rebalance gives it a range that the later version has begun.
 */
function supervise(run: CaseRun, consumer: ConsumerProcess) {
  let current = consumer
  let isOver = false
  const watch = async () => {
    for (let starts = 0; starts < STARTS_MAX; starts++) {
      await current.ended
      if (isOver) return
      await expectContractLater(run, current)
      current = await run.launch()
    }
  }
  const watching = watch()
  watching.catch(() => undefined) // reported where it is awaited
  return {
    async endInOrder() {
      isOver = true
      await endInOrder(current)
      await watching
    },
  }
}

/** Whatever else has ended it is a failure. */
async function expectContractLater({ logFile }: CaseRun, { pid }: ConsumerProcess): Promise<void> {
  const lines = (await readFile(logFile, 'utf8')).split('\n')
  const [last = ''] = lines
    .filter((line) => line.includes(`"pid":${pid},`) && line.includes('"program_failed"'))
    .slice(-1)
  if (!last.includes('"code":"contract_later"')) {
    throw new CaretallyError('consumer_failed', `a consumer of the earlier version has ended; see ${logFile}`)
  }
}

/** Portals at work, not far ahead of the consumers. */
async function keepPublishing(run: CaseRun, stream: Iterator<StreamRecord, void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await run.publish(take(stream, SLICE_EVENTS))
    await run.reached((await run.end()) - BACKLOG_MAX)
  }
}

/** Of how many events the type was not known. */
async function countUnknown({ client }: CaseRun): Promise<number> {
  const query = `SELECT toUInt32(count()) AS letters FROM dead_letters WHERE reason = 'unknown_type'`
  const [row] = await (await client.query({ query, format: 'JSONEachRow' })).json<{ letters: number }>()
  return row?.letters ?? 0
}

/** The migrations of a later version: one more, as docs/operations.md says it has to be. */
async function laterMigrations(parent: string): Promise<string> {
  const directory = path.join(parent, 'later-migrations')
  await cp(MIGRATIONS, directory, { recursive: true })
  const number = (await readdir(directory)).length + 1
  const sql = `ALTER TABLE events ADD COLUMN IF NOT EXISTS minutes UInt16 COMMENT 'Of a telehealth visit; 0 if unknown';`
  await writeFile(path.join(directory, `${String(number).padStart(4, '0')}-minutes.sql`), sql)
  return directory
}

export const versions: FaultCase[] = [...STEPS_PENDING.map(earlierKilledAfter), laterKilled, upgrade]
