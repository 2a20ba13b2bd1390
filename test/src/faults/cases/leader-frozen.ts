import { startKafka } from '@caretally/infra'

import { processesWith } from '../../processes.ts'
import { openRun, waitUntil } from '../case-run.ts'
import { NODES, openClusterView, REPLICATED } from '../cluster-view.ts'
import type { FaultCase } from '../fault-case.ts'
import { endInOrder } from '../moments.ts'
import { makeOwnDirectory } from '../own-directory.ts'
import { createStream } from '../stream.ts'

const EVENTS = 60_000
const EVENTS_LONG = 600_000

/** Its connections stay open and nothing is refused: only time tells that it is not there. */
export const leaderFrozen: FaultCase = {
  name: 'a leader frozen',
  description: `SIGSTOP of the leader of a busy partition among ${NODES} brokers until all is published, then SIGCONT`,
  isWaiting: true,
  async run({ shared, directory, isLong, without }) {
    const events = isLong ? EVENTS_LONG : EVENTS
    await using files = await makeOwnDirectory(directory, 'frozen-leader')
    await using kafka = await startKafka({ directory: files.path, nodes: NODES })
    await using run = await openRun({ target: { ...shared, brokers: kafka.brokers }, directory, ...REPLICATED })
    await using cluster = await openClusterView(kafka.brokers)
    // the one whose address comes first, of which kafkajs asks everything at first
    const [leader] = kafka.nodes
    const leads = async () => (await cluster.leadersOf(run.topic)).includes(leader!.id)
    if (!(await leads())) throw new Error('the first of the brokers leads no partition')
    const { pid } = (await processesWith('kafka.Kafka')).find(({ parent }) => parent === leader!.pid())!
    const consumer = await run.launch({ ...(without && { without }) })
    const stream = createStream({ events, duplicates_percent: 5, malformed_percent: 1 })
    try {
      await run.publish(withStrike(stream, events / 2, () => process.kill(pid, 'SIGSTOP')))
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    // until it hears of the others it takes itself for the leader, and says where its own log ends
    await waitUntil(async () => !(await leads()) && (await cluster.isInSync([run.topic])))
    await run.drained()
    await endInOrder(consumer)
    return { faults: 1, ...(await run.verdict()) }
  },
}

/** The same records; `strike` is called before the one at `index`. */
function* withStrike<T>(records: Iterable<T>, index: number, strike: () => void): Generator<T> {
  let taken = 0
  for (const record of records) {
    if (taken++ === index) strike()
    yield record
  }
}
