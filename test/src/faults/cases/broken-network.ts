import { createKafka } from '@caretally/kafka'
import { CaretallyError, createLogger } from '@caretally/runtime'
import { connect } from 'node:net'

import { openRun, waitUntil } from '../case-run.ts'
import type { CaseContext, CaseResult, FaultCase } from '../fault-case.ts'
import { endInOrder } from '../moments.ts'
import { type NetworkFault, openFaultyProxy } from '../proxy.ts'
import { createStream, type StreamRecord } from '../stream.ts'

const EVENTS = 12_000
const EVENTS_LONG = 300_000
const SESSION_MS = 4_000

/** One consumer whose inserts of events go through a proxy; every third of them meets a fault. */
async function breakInserts(
  { shared, directory, isLong, without }: CaseContext,
  { fault, faults_max, every = 3 }: { fault: NetworkFault; faults_max: number; every?: number },
): Promise<CaseResult> {
  const faultsMax = isLong ? faults_max * 20 : faults_max
  let inserts = 0
  let left = faultsMax
  await using proxy = await openFaultyProxy({
    server: new URL(shared.clickhouse.url).host,
    faultOf: (head) => {
      if (!isInsertOfEvents(head) || left === 0) return undefined
      inserts += 1
      if (inserts % every !== 0) return undefined
      left -= 1
      return fault
    },
  })
  await using run = await openRun({ target: shared, directory, offsets_max: 500, session_timeout_ms: SESSION_MS })
  await run.publish(
    createStream({ events: isLong ? EVENTS_LONG : EVENTS, duplicates_percent: 5, malformed_percent: 2 }),
  )
  const clickhouse = { ...run.options.clickhouse, url: `http://127.0.0.1:${proxy.port}` }
  const consumer = await run.launch({ options: { clickhouse }, ...(without && { without }) })
  await waitUntil(async () => (await run.committed()) > 0)
  const before = await run.members()
  await run.drained()
  const after = await run.members()
  if (fault.kind === 'stall' && before.join() !== after.join()) {
    throw new CaretallyError('member_dropped', 'the group dropped a member whose insert was under way')
  }
  await consumer.stop()
  if (proxy.faults < faultsMax) {
    throw new CaretallyError('too_few_faults', `only ${proxy.faults} of ${faultsMax} inserts met a fault`)
  }
  return { faults: proxy.faults, ...(await run.verdict()) }
}

/** The query and its parameters stand in the URL. */
function isInsertOfEvents(head: Buffer): boolean {
  const line = head.toString('latin1', 0, 2_000)
  return line.startsWith('POST ') && line.includes('INSERT') && line.includes('param_table=events')
}

const answerLost: FaultCase = {
  name: 'answer of ClickHouse lost',
  description: 'the connection is cut after ClickHouse has done an insert, before its answer has reached the consumer',
  needs: ['token'],
  run: (context) => breakInserts(context, { fault: { kind: 'drop answer' }, faults_max: 6 }),
}

const bodyCut: FaultCase = {
  name: 'body of an insert cut',
  description: 'the connection is cut when half of an insert has reached ClickHouse',
  run: (context) => breakInserts(context, { fault: { kind: 'cut request', bytes: 20_000 }, faults_max: 6 }),
}

/** Far past the session timeout, and past the client's request timeout too. */
const STALL_MS = 65_000

const stalled: FaultCase = {
  name: 'ClickHouse stalls',
  description: 'an answer takes 65 s, far more than the session timeout; the member stays in its group',
  isWaiting: true,
  run: (context) =>
    breakInserts({ ...context, isLong: false }, { fault: { kind: 'stall', stall_ms: STALL_MS }, faults_max: 1 }),
}

/** Events of Hawaii, which ClickHouse is told to refuse, are as good as malformed. */
function* refusingHawaii(stream: Iterable<StreamRecord>): Generator<StreamRecord> {
  for (const record of stream) {
    yield record.value.includes('"region":"HI"') ? { ...record, event: undefined, isMalformed: true } : record
  }
}

const PROBE_FAULTS = 12

const questionsLost: FaultCase = {
  name: 'answers about refused events lost',
  description:
    'ClickHouse refuses some events; while the consumer finds out which, the connection is cut before it has the answer',
  async run({ shared, directory, without }) {
    let questions = 0
    let left = PROBE_FAULTS
    await using proxy = await openFaultyProxy({
      server: new URL(shared.clickhouse.url).host,
      faultOf: (head) => {
        if (!head.includes('events_probe') || left === 0 || questions++ % 4 !== 0) return undefined
        left -= 1
        return { kind: 'drop answer' }
      },
    })
    await using run = await openRun({ target: shared, directory, offsets_max: 500 })
    await run.client.command({ query: `ALTER TABLE events ADD CONSTRAINT no_hawaii CHECK region != 'HI'` })
    await run.publish(refusingHawaii(createStream({ events: EVENTS / 4 })))
    const clickhouse = { ...run.options.clickhouse, url: `http://127.0.0.1:${proxy.port}` }
    const consumer = await run.launch({ options: { clickhouse }, ...(without && { without }) })
    await run.drained()
    await endInOrder(consumer)
    if (left > 0) throw new CaretallyError('too_few_faults', `${left} of ${PROBE_FAULTS} faults have met no question`)
    return { faults: proxy.faults, ...(await run.verdict()) }
  },
}

const PRODUCE = 0
/** More than kafkajs repeats within one send, on both lanes, so that the publisher has to begin anew with another producer. */
const ROW_OF_FAULTS = 14
const PRODUCES_BETWEEN = 5

const acknowledgementsLost: FaultCase = {
  name: 'acknowledgements of Kafka lost',
  description:
    'the connection is cut after the broker has stored a batch, before the producer knows: alone, and so often in a row that the send fails',
  async run({ shared, directory, isLong, without }) {
    const broker = shared.brokers[0]!
    let produces = 0
    await using proxy = await openFaultyProxy({
      server: broker,
      faultOf: (head) => {
        // A request begins with its length, in four bytes, and its kind.
        if (head.length < 6 || head.readInt16BE(4) !== PRODUCE) return undefined
        const turn = produces++ % (2 * PRODUCES_BETWEEN + ROW_OF_FAULTS + 1)
        const isAlone = turn === PRODUCES_BETWEEN
        const isInRow = turn > 2 * PRODUCES_BETWEEN
        return isAlone || isInRow ? { kind: 'drop answer' } : undefined
      },
    })
    // The broker advertises its own address, whichever way it was reached.
    const kafka = createKafka({
      brokers: [broker],
      clientId: 'caretally-faults',
      logger: createLogger({ name: 'faults', level: 'silent' }),
      socketFactory: ({ onConnect }) => connect(proxy.port, '127.0.0.1', onConnect),
    })
    await using run = await openRun({ target: shared, directory })
    const consumer = await run.launch({ ...(without && { without }) })
    const events = isLong ? EVENTS_LONG : 20_000
    // No malformed records: they have no id, so one that is sent again is a dead letter again.
    await run.publishThrough(kafka, createStream({ events }))
    await run.drained()
    await consumer.stop()
    return { faults: proxy.faults, ...(await run.verdict()) }
  },
}

export const brokenNetwork: FaultCase[] = [answerLost, bodyCut, questionsLost, stalled, acknowledgementsLost]
