import type { DayDifference, Drift, OverlapRun, Place, Run } from './ledger.ts'

/** A drift in words: what does not add up, where, and what can be done about it. A line each. */
export function describeDrift(drift: Drift): string[] {
  switch (drift.type) {
    case 'missing_offsets':
      return [
        `partition ${drift.partition}: ${count(drift.offsets, 'offset')} without an outcome: ${list(drift.runs.map(describeRun), drift)}`,
        '  lost from ClickHouse. While Kafka still has them, write them to an empty database with a new group.',
      ]
    case 'overlapping_offsets':
      return [
        `partition ${drift.partition}: ${count(drift.rowsTooMany, 'row')} too many: ${list(drift.runs.map(describeOverlap), drift)}`,
        '  ClickHouse cannot tell which row is right. A repair that broke off leaves accepted + duplicate: repair again.',
        ...(drift.runs.some(({ erased = 0 }) => erased > 0)
          ? ['  Erased events are there still, or again. npm run forget, for whomever, removes all of them.']
          : []),
      ]
    case 'uncommitted_rows':
      return [
        `partition ${drift.partition}: ${count(drift.rows, 'row')} that the group has not committed, offsets ${describeRun(drift)}`,
        '  another group or topic wrote them, or the group was reset. Check KAFKA_GROUP and KAFKA_TOPIC.',
      ]
    case 'repeated_events':
      return [
        `${count(drift.rowsTooMany, 'event')} accepted again: ${list(drift.events.map(describeRepeated), drift)}`,
        '  --repair keeps the first and makes duplicates of the others.',
      ]
    case 'orphaned_duplicates':
      return [
        `partition ${drift.partition}: dropped as duplicates of events that nobody accepted: offsets ${list(drift.offsets.map(String), drift)}`,
        '  these events are not counted. While Kafka still has them, write them to an empty database with a new group.',
      ]
    case 'day':
      return [
        `${drift.day}: ${drift.raw} events in raw, ${drift.daily} in the daily counts`,
        ...drift.differences.map((difference) => `  ${describeDifference(difference)}`),
        ...(drift.truncated ? ['  …'] : []),
        '  --repair compensates it.',
      ]
    case 'annual':
      return [
        `${drift.year}: ${drift.metric} v${drift.version} was published as ${drift.published}, its days sum up to ${drift.counted}`,
        '  publish it again, as a new revision.',
      ]
  }
}

function describeRun({ first, last }: Run): string {
  return first === last ? String(first) : `${first}–${last}`
}

function describeOverlap({ accepted, duplicates, deadLetters, erased = 0, ...run }: OverlapRun): string {
  const outcomes = [
    ...Array.from({ length: accepted }, () => 'accepted'),
    ...Array.from({ length: duplicates }, () => 'duplicate'),
    ...Array.from({ length: deadLetters }, () => 'dead letter'),
    ...Array.from({ length: erased }, () => 'erased'),
  ]
  return `${describeRun(run)} (${outcomes.join(' + ')})`
}

function describeRepeated({ first, repeats }: { first: Place; repeats: Place[] }): string {
  return `${repeats.map(describePlace).join(' and ')} after ${describePlace(first)}`
}

/** As dead letters are named. */
function describePlace({ partition, offset }: Place): string {
  return `${partition}:${offset}`
}

function describeDifference({ kind, channel, region, detail, events, quantity }: DayDifference): string {
  const combination = [kind, channel, region, detail].filter((part) => part !== '').join(' ')
  return `${combination}: the counts lack ${events} events, quantity ${quantity}`
}

function list(names: readonly string[], { truncated }: { truncated: boolean }): string {
  return `${names.join(', ')}${truncated ? ', …' : ''}`
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`
}
