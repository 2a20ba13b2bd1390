import { CHANNELS, type Channel, type Kind, KINDS, type Region, REGIONS } from '@caretally/events'
import { z } from 'zod'

/**
 * What producers know to be true: how many events Kafka has acknowledged, by the day that the producer meant, kind, channel
 * and region. It is kept without the consumer and ClickHouse, so it can be held against their figures.
 */
export interface Tally {
  /** All events. */
  readonly total: number
  /** Counts events of a cell (see {@link cellOf}) of a day: one, or as many as said. */
  add(date: string, cell: number, events?: number): void
  /** Counts all that `other` has counted. */
  merge(other: Tally): void
  /** The cells that are not zero, by date, then in the order of kinds, channels and regions. */
  entries(): Iterable<TallyEntry>
  /** Kind → events, over all days. */
  totals(): Record<Kind, number>
  /** What `JSON.stringify` writes and {@link readTally} reads. */
  toJSON(): TallyJson
}

export interface TallyEntry {
  date: string
  kind: Kind
  channel: Channel
  region: Region
  events: number
}

const TallyJsonSchema = z.strictObject({
  total: z.int(),
  /** date → kind → channel → region → events */
  days: z.record(
    z.iso.date(),
    z.partialRecord(z.enum(KINDS), z.partialRecord(z.enum(CHANNELS), z.partialRecord(z.enum(REGIONS), z.int()))),
  ),
})
type TallyJson = z.infer<typeof TallyJsonSchema>

const CELLS = KINDS.length * CHANNELS.length * REGIONS.length

/** The number of a kind, channel and region in a day's counts; from their indexes in KINDS, CHANNELS and REGIONS. */
export function cellOf(kindIndex: number, channelIndex: number, regionIndex: number): number {
  return (kindIndex * CHANNELS.length + channelIndex) * REGIONS.length + regionIndex
}

export function createTally(): Tally {
  const days = new Map<string, Float64Array>()
  let total = 0

  function add(date: string, cell: number, events = 1): void {
    let counts = days.get(date)
    if (counts === undefined) {
      counts = new Float64Array(CELLS)
      days.set(date, counts)
    }
    counts[cell] = counts[cell]! + events
    total += events
  }

  function* entries(): Iterable<TallyEntry> {
    for (const date of [...days.keys()].sort()) {
      for (const [cell, events] of days.get(date)!.entries()) {
        if (events === 0) continue
        const region = REGIONS[cell % REGIONS.length]!
        const channel = CHANNELS[Math.floor(cell / REGIONS.length) % CHANNELS.length]!
        const kind = KINDS[Math.floor(cell / REGIONS.length / CHANNELS.length)]!
        yield { date, kind, channel, region, events }
      }
    }
  }

  return {
    get total() {
      return total
    },
    add,
    merge(other) {
      for (const entry of other.entries()) add(entry.date, cellOfEntry(entry), entry.events)
    },
    entries,
    totals() {
      const totals: Record<Kind, number> = { login: 0, telehealth: 0, message: 0, refill: 0, lab_view: 0 }
      for (const { kind, events } of entries()) totals[kind] += events
      return totals
    },
    toJSON() {
      const json: TallyJson = { total, days: {} }
      for (const { date, kind, channel, region, events } of entries()) {
        const day = (json.days[date] ??= {})
        const ofKind = (day[kind] ??= {})
        const ofChannel = (ofKind[channel] ??= {})
        ofChannel[region] = events
      }
      return json
    },
  }
}

/** The tally that {@link Tally.toJSON} wrote; throws when `json` is not of its shape or does not add up to its total. */
export function readTally(json: unknown): Tally {
  const { total, days } = TallyJsonSchema.parse(json)
  const tally = createTally()
  for (const [date, kinds] of Object.entries(days)) {
    for (const kind of KINDS) {
      for (const channel of CHANNELS) {
        for (const region of REGIONS) {
          const events = kinds[kind]?.[channel]?.[region]
          if (events !== undefined) tally.add(date, cellOfEntry({ kind, channel, region }), events)
        }
      }
    }
  }
  if (tally.total !== total) throw new RangeError(`the tally's days add up to ${tally.total}, not to ${total}`)
  return tally
}

function cellOfEntry({ kind, channel, region }: Pick<TallyEntry, 'kind' | 'channel' | 'region'>): number {
  return cellOf(KINDS.indexOf(kind), CHANNELS.indexOf(channel), REGIONS.indexOf(region))
}
