import { createPlan, createRandom, datesBetween, dayIn, generateDay, kaiserScenario } from '@caretally/producers'
import { CaretallyError, systemClock } from '@caretally/runtime'

import { type CaseRun, openRun } from '../case-run.ts'
import type { FaultCase } from '../fault-case.ts'
import { endInOrder } from '../moments.ts'
import { startProgram } from '../../run-program.ts'
import { TIME_ZONE } from '../stream.ts'
import type { Truth } from '../truth.ts'
import { PRODUCERS } from '../../programs.ts'

const SHORT = { from: '2015-03-01', to: '2015-03-31', kills: 5 }
const LONG = { from: '2015-03-01', to: '2015-05-31', kills: 40 }
/** Events enough for a few tenths of a second. */
const SCALE = 100
/** All that lies in the topic, so that an event's repetitions are never too far behind it. */
const WINDOW_OFFSETS = 3_000_000
/** How far a replay that will be killed may come: the rest takes several times as long to publish as we take to look. */
const PLAN_SHARE_MAX = 0.5
const GROWTH_MS_MAX = 60_000
const POLL_MS = 20

export const producersKilled: FaultCase = {
  name: 'producers killed in the middle of a batch',
  description: `SIGKILL of the producers’ replay at a random moment, ${SHORT.kills} times, each time run again with the same seed`,
  async run({ shared, directory, isLong, seed, without }) {
    const { from, to, kills } = isLong ? LONG : SHORT
    const random = createRandom(seed)
    await using run = await openRun({ target: shared, directory, window_offsets: WINDOW_OFFSETS })
    const planned = countPlan(run.truth, { from, to, seed })
    const consumer = await run.launch({ ...(without && { without }) })
    const replay = () =>
      startProgram(
        PRODUCERS,
        ['replay', '--from', from, '--to', to, '--scale', String(SCALE), '--seed', String(seed)],
        {
          KAFKA_BROKERS: shared.brokers.join(','),
          KAFKA_TOPIC: run.topic,
          REPORTING_TIME_ZONE: TIME_ZONE,
          MEMBER_PSEUDONYM_KEY: '00'.repeat(32), // its members are nobody’s
        },
      )
    for (let killed = 0; killed < kills; killed++) {
      const program = replay()
      await grown(run, random.below(Math.floor(planned * PLAN_SHARE_MAX)))
      program.child.kill('SIGKILL')
      const { status, stderr } = await program.ended
      if (status !== null)
        throw new CaretallyError('not_killed', `the producers ended before that, with ${status}: ${stderr}`)
    }
    const { status, stderr } = await replay().ended
    if (status !== 0) throw new CaretallyError('replay_failed', `the producers ended with ${status}: ${stderr}`)
    await run.drained()
    await endInOrder(consumer)
    const counted = await run.verdict()
    return { faults: kills, ...counted, sent: await run.end() }
  },
}

/** The truth is the plan itself: each of its events once. Returns how many there are. */
function countPlan(truth: Truth, { from, to, seed }: { from: string; to: string; seed: number }): number {
  const plan = createPlan({ scenario: kaiserScenario, scale: SCALE, seed, timeZone: TIME_ZONE })
  const pseudonyms = { bytes: Buffer.alloc(32), placeOf: () => 0 }
  for (const date of datesBetween(from, to)) {
    for (const record of generateDay({ plan, day: dayIn(TIME_ZONE, date), pseudonyms })) {
      truth.events.add(record.date, record.cell)
    }
  }
  return truth.events.total
}

/** Resolves when so many records have come into the topic. */
async function grown(run: CaseRun, records: number): Promise<void> {
  const deadline_ms = systemClock.now() + GROWTH_MS_MAX
  const wanted = (await run.end()) + records
  while ((await run.end()) < wanted) {
    if (systemClock.now() > deadline_ms)
      throw new CaretallyError('not_produced', 'the producers did not get on in time')
    await systemClock.sleep(POLL_MS)
  }
}
