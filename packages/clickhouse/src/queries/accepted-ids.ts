import type { ClickHouseClient } from '@clickhouse/client'

import { toClickHouseError } from '../server-error.ts'
import { IN_RANGE } from './values.ts'

/** An accepted event's place and what identifies it. */
export interface AcceptedId {
  offset: number
  source: string
  /** The 128 bits of its UUID, from the left. The same array for each event: copy what is to be kept. */
  id: readonly [number, number, number, number]
}

interface AcceptedIdsOptions {
  partition: number
  /** The first offset. */
  from: number
  /** The offset after the last. */
  before: number
  signal?: AbortSignal
}

const OFFSET_BYTES = 8
const UUID_BYTES = 16
/** A source is bounded by the contract, so its length takes at most two bytes. */
const LENGTH_BYTES_MAX = 2

/**
 * Calls `visit` for each accepted event of a partition within a run of offsets, in the order of offsets, and resolves to
 * their number. A range scan of the primary key that holds one chunk of the answer at a time.
 */
export async function visitAcceptedIds(
  client: ClickHouseClient,
  { partition, from, before, signal }: AcceptedIdsOptions,
  visit: (accepted: AcceptedId) => void,
): Promise<number> {
  try {
    const { stream } = await client.exec({
      query: `
        SELECT kafka_offset, id, toString(source) FROM events
        WHERE ${IN_RANGE}
        ORDER BY kafka_offset
        FORMAT RowBinary`,
      query_params: { partition, from, before },
      ...(signal && { abort_signal: signal }),
    })
    const reader = createRowReader(visit)
    for await (const chunk of stream) if (Buffer.isBuffer(chunk)) reader.read(chunk)
    return reader.end()
  } catch (error) {
    signal?.throwIfAborted()
    throw toClickHouseError(error, 'tell the ids of accepted events')
  }
}

/** Cuts RowBinary rows of (UInt64, UUID, String) out of chunks that end anywhere. */
function createRowReader(visit: (accepted: AcceptedId) => void) {
  const id: [number, number, number, number] = [0, 0, 0, 0]
  let rest: Buffer = Buffer.alloc(0)
  let rows = 0

  /** The row at `at`, if it is whole; returns where the next one begins. */
  function readRow(bytes: Buffer, at: number): number | undefined {
    const lengthAt = at + OFFSET_BYTES + UUID_BYTES
    if (lengthAt >= bytes.length) return undefined
    let length = bytes[lengthAt]!
    let sourceAt = lengthAt + 1
    if (length >= 0x80) {
      if (lengthAt + LENGTH_BYTES_MAX > bytes.length) return undefined
      length = (length & 0x7f) | (bytes[sourceAt]! << 7)
      sourceAt += 1
    }
    const end = sourceAt + length
    if (end > bytes.length) return undefined
    const offset = bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32
    // a UUID is two UInt64, each with its least significant byte first
    id[0] = bytes.readUInt32LE(at + 12)
    id[1] = bytes.readUInt32LE(at + 8)
    id[2] = bytes.readUInt32LE(at + 20)
    id[3] = bytes.readUInt32LE(at + 16)
    visit({ offset, source: bytes.toString('latin1', sourceAt, end), id })
    rows += 1
    return end
  }

  return {
    read(chunk: Buffer): void {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      let at = 0
      for (let next = readRow(bytes, at); next !== undefined; next = readRow(bytes, at)) at = next
      rest = bytes.subarray(at)
    },
    end(): number {
      if (rest.length > 0) throw new Error('the answer ended within a row')
      return rows
    },
  }
}
