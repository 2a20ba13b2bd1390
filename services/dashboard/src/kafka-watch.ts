import { setTimeout } from 'node:timers/promises'

import { createKafka, type KafkaConnection, readGroupPositions } from '@caretally/kafka'
import { createLogger } from '@caretally/runtime'

/** Where a partition's consumer and its log are. */
export interface KafkaPosition {
  partition: number
  /** Every offset below it is settled; null when the group has never committed any. */
  committed: number | null
  /** The offset that the next record will get. */
  end: number
  /** Records that wait to be settled. */
  lag: number
}

export interface KafkaWatch extends AsyncDisposable {
  /** By partition; undefined when Kafka does not answer in time. */
  read(): Promise<KafkaPosition[] | undefined>
}

interface KafkaWatchOptions extends KafkaConnection {
  topic: string
  group: string
}

const CLIENT_ID = 'caretally-dashboard'
const REQUEST_MS_MAX = 2_000
/** The figures must not wait for a broker that is down. */
const ANSWER_MS_MAX = 1_000

/** Asks Kafka where the group is. Connects when it is first asked, and again whenever the connection was lost. */
export function openKafkaWatch({ topic, group, ...connection }: KafkaWatchOptions): KafkaWatch {
  const admin = createKafka({
    ...connection,
    clientId: CLIENT_ID,
    logger: createLogger({ name: CLIENT_ID, level: 'silent' }), // that Kafka does not answer is shown on the page
    connection_timeout_ms: REQUEST_MS_MAX,
    request_timeout_ms: REQUEST_MS_MAX,
    retry: { retries: 1, initialRetryTime: 100 },
  }).admin()
  let reading: Promise<KafkaPosition[] | undefined> | undefined

  async function readPositions(): Promise<KafkaPosition[]> {
    await admin.connect()
    const positions = await readGroupPositions(admin, group, topic)
    return positions.map(({ next = null, ...position }) => ({ ...position, committed: next }))
  }

  return {
    read() {
      reading ??= readPositions()
        .catch(() => undefined)
        .finally(() => (reading = undefined))
      return Promise.race([reading, setTimeout(ANSWER_MS_MAX, undefined, { ref: false })])
    },
    [Symbol.asyncDispose]: () => admin.disconnect(),
  }
}
