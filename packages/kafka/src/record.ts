/** A header's name, and its value byte for byte. A name may come several times. */
export type Header = readonly [name: string, value: Buffer]

/** Text stands for its UTF-8 bytes. Null is not the same as empty, and needs a `partitionKey`. */
export type RecordKey = string | Buffer | null

/** What is published: a key that decides the partition, and bytes. A caller may hang more on it, for its own books. */
export interface OutgoingRecord<Key extends RecordKey = string> {
  readonly key: Key
  readonly value: Buffer
  readonly headers?: readonly Header[]
  /** Decides the partition in the place of the key, and is not sent. */
  readonly partitionKey?: string
}

/** Below the broker's default `message.max.bytes` of 1,048,588, even if nothing could be compressed. */
export const BATCH_BYTES_MAX = 900_000
/** Lengths, attributes and deltas that the log adds to a record's key and value, at most. */
const RECORD_OVERHEAD_BYTES_MAX = 24
/** The lengths of a header's name and value, at most. */
const HEADER_OVERHEAD_BYTES_MAX = 10

/** The bytes that a record takes in the log before compression, at most. One of more than a batch's is refused. */
export function recordBytes({ key, value, headers }: OutgoingRecord<RecordKey>): number {
  let bytes = keyBytes(key) + value.length + RECORD_OVERHEAD_BYTES_MAX
  if (headers === undefined) return bytes
  for (const [name, content] of headers) bytes += Buffer.byteLength(name) + content.length + HEADER_OVERHEAD_BYTES_MAX
  return bytes
}

function keyBytes(key: RecordKey): number {
  return key === null ? 0 : Buffer.byteLength(key)
}
