import { CaretallyError, retry, type RetryOptions, systemClock } from '@caretally/runtime'
import kafkajs, { type Admin } from 'kafkajs'

/** What has to be known of a range, besides its first offset, to write it again exactly as it was begun. */
export interface Pending {
  last: number
  /** The size of the duplicate window under which it was begun. */
  window_offsets: number
  /** The number of the contract by which its records were judged. */
  contract: number
}

/**
 * What the group has committed for one partition. Every offset below `next` is written. When something is pending, the
 * range from `next` to its last offset was about to be written: it may be in ClickHouse in full, in part or not at all,
 * and has to be written again.
 */
export interface Committed {
  /** Undefined when the group has never committed anything for this partition. */
  next: number | undefined
  pending: Pending | undefined
}

/** kafkajs does not repeat this one request, which a coordinator refuses while it is just loading the group. */
const COORDINATOR_RETRIES: RetryOptions = {
  clock: systemClock,
  pace: { first_ms: 100, max_ms: 2_000 },
  shouldRetry: (error, attempt) => attempt < 10 && error instanceof kafkajs.KafkaJSError && error.retriable,
}

const PENDING = /^pending-v1:(\d{1,16}):(\d{1,16})(?::(\d{1,6}))?$/
/** The first contract is not written down: whoever knows no other wrote none. */
const FIRST_CONTRACT = 1

/** The metadata of an offset commit that makes a range pending, whose first offset is the committed one. */
export function pendingMetadata({ last, window_offsets, contract }: Pending): string {
  return `pending-v1:${last}:${window_offsets}${contract === FIRST_CONTRACT ? '' : `:${contract}`}`
}

/** The metadata of an offset commit that leaves nothing pending. */
export const CLOSED_METADATA = ''

/** @throws {CaretallyError} `pending_unreadable` when the metadata are not ours: another program commits for this group */
export function parseCommitted(offset: string, metadata: string | null): Committed {
  const next = Number(offset)
  if (next < 0) return { next: undefined, pending: undefined }
  if (metadata === null || metadata === CLOSED_METADATA) return { next, pending: undefined }
  const [, last, window_offsets, contract = FIRST_CONTRACT] = PENDING.exec(metadata)?.map(numberOf) ?? []
  if (last === undefined || window_offsets === undefined || last < next) {
    throw new CaretallyError('pending_unreadable', `the metadata committed with offset ${next} are not caretally's`, {
      hint: 'another program, or a later version, commits for this consumer group; give this one a group of its own',
    })
  }
  return { next, pending: { last, window_offsets, contract } }
}

const numberOf = (digits: string | undefined) => (digits === undefined ? undefined : Number(digits))

/**
 * Whether a partition whose rows in ClickHouse end with the offset `writtenLast`, undefined when there are none, is one that
 * has been worked on up to what is committed: then the next member goes on from there, and neither loses nor doubles anything.
 * A partition without rows is one whose first range is pending, or that nothing was ever committed for.
 */
export function isWrittenUpTo(
  { next, pending }: Committed,
  writtenLast: number | undefined,
  lowWatermark: number,
): boolean {
  if (next === undefined) return writtenLast === undefined
  if (pending === undefined) return (writtenLast ?? -1) === next - 1
  if (writtenLast === undefined) return next <= lowWatermark
  return writtenLast >= next - 1 && writtenLast <= pending.last
}

/** What the group has committed for each partition of the topic, all of it at one moment. */
export async function readAllCommitted(admin: Admin, group: string, topic: string): Promise<Map<number, Committed>> {
  const [offsets] = await retry(() => admin.fetchOffsets({ groupId: group, topics: [topic] }), COORDINATOR_RETRIES)
  return new Map(
    offsets?.partitions.map(({ partition, offset, metadata }) => [partition, parseCommitted(offset, metadata)]),
  )
}

/** Where the group and the log are, in one partition. */
export interface GroupPosition {
  partition: number
  /** Every offset below it is settled; undefined when the group has never committed any. */
  next: number | undefined
  /** The offset that the next record will get. */
  end: number
  /** Records that wait to be settled: all that there are, while nothing is committed. */
  lag: number
}

/** Where the group is in each partition of the topic, in the order of partitions. */
export async function readGroupPositions(admin: Admin, group: string, topic: string): Promise<GroupPosition[]> {
  // the group first: read the other way round, it could seem to be beyond the end
  const committed = await readAllCommitted(admin, group, topic)
  const offsets = await admin.fetchTopicOffsets(topic)
  return offsets
    .map(({ partition, low, high }) => {
      const next = committed.get(partition)?.next
      return { partition, next, end: Number(high), lag: Number(high) - (next ?? Number(low)) }
    })
    .sort((a, b) => a.partition - b.partition)
}
