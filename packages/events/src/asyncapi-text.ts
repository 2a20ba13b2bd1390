/** What the AsyncAPI document says in words, in Markdown: the rules that no schema can say. */
import { DEPTH_MAX, EVENT_BYTES_MAX } from './decode.ts'
import { type Reason, REASONS } from './reasons.ts'
import { TIME_AHEAD_MS_MAX, TIME_MS_MIN } from './time.ts'
import { TOPIC, type TopicSettings } from './topic-settings.ts'

/** The reasons that a validator finds with the schema alone. The others are about bytes, and about the time. */
export const FOUND_BY_SCHEMA: readonly Reason[] = ['not_cloudevent', 'unknown_type', 'unknown_field', 'invalid_field']

const HOUR_MS = 3_600_000
const ahead = `${TIME_AHEAD_MS_MAX / HOUR_MS} hours`
const first = new Date(TIME_MS_MIN).toISOString().slice(0, 10)

export const OVERVIEW = paragraphs(
  'What a patient does in the portal, one event for each login, telehealth visit, secure message, refill request and view ' +
    'of lab results. caretally counts the events and publishes daily and annual figures.',
  'An event is CloudEvents 1.0 as JSON, in the structured mode: the whole event is the value of one Kafka record. Binary mode ' +
    'and batches are not understood. A field that the schema does not name is refused: no name, address, free text, IP ' +
    'address or user agent enters an event.',
  `**Time.** \`time\` is when the patient did it, not when it was sent. It is from ${first} (UTC) to ${ahead} after the moment ` +
    'at which Kafka takes the record, by the clock of the broker. A late event counts for its own day.',
  '**Repeats.** Two events with the same `source` and `id` are the same event, and it is counted once: the first that is ' +
    'accepted counts, and one that comes within the next 1,000,000 offsets of its partition (`DUPLICATE_WINDOW_OFFSETS`) is ' +
    'dropped as a duplicate, whatever else is in it. So send an event again with the same `source`, `id` and key whenever you ' +
    'are not sure that it has arrived. A dead letter is not accepted: its id may be used again, for the event as it should be.',
  `**Limits.** The value is UTF-8 without a byte-order mark, at most ${EVENT_BYTES_MAX.toLocaleString('en-US')} bytes, and ` +
    `its brackets are nested at most ${DEPTH_MAX} deep.`,
)

export const SEND = paragraphs(
  'Send each event with the key, `acks=all` and an idempotent producer. Do not use transactions: their markers take offsets ' +
    'that hold no record, and the consumer stops there.',
  'Keep an event, with its id, until Kafka has acknowledged it.',
)

export const RECEIVE = paragraphs(
  'Each offset has exactly one outcome: an accepted event, a duplicate, or a dead letter. A dead letter keeps its bytes, its ' +
    'key, its headers, its offset and one reason, the first that is true in this order:',
  ['| reason | what is wrong |', '| --- | --- |', ...Object.entries(REASONS).map(describeReason)].join('\n'),
  'A sound event that the database refuses has the reason `refused_by_database`.',
  `A validator with the schema of the message finds ${list(FOUND_BY_SCHEMA)} before an event is sent.`,
  'Bad events do not hold up good ones, until more than half of the last 10,000 offsets of a partition are dead letters: then ' +
    'the consumer stops, and waits for somebody to mend what is sent or what is accepted.',
)

/** What the channel is like, with the settings that it is made with. */
export function describeTopic({ single, cluster, retentionDays }: TopicSettings): string {
  return paragraphs(
    `The topic \`${TOPIC}\`. The key of a record is the \`subject\` of its event, so that all events of a member, and all ` +
      'repeats of an event, are in one partition and in order. The partition is murmur2 of the key, as in the Java client; ' +
      'librdkafka wants `partitioner=murmur2_random` for it.',
    `There are ${cluster.partitions} partitions with ${cluster.replicationFactor} replicas, of which ` +
      `${cluster.minInsyncReplicas} must be in sync; on a single broker there are ${single.partitions} partitions. Records are ` +
      `kept for ${retentionDays} days from the moment of appending. The broker stamps them with that moment, and stores them ` +
      'in LZ4 whatever codec they come in.',
  )
}

function describeReason([reason, meaning]: [reason: string, meaning: string]): string {
  return `| \`${reason}\` | ${meaning} |`
}

function list(reasons: readonly Reason[]): string {
  return new Intl.ListFormat('en-US').format(reasons.map((reason) => `\`${reason}\``))
}

function paragraphs(...texts: string[]): string {
  return texts.join('\n\n')
}
