import { CaretallyError } from '@caretally/runtime'

import { frameOf } from './frame-pool.ts'

/** What kafkajs knows of a batch when it comes to the records in it. */
interface BatchContext {
  firstOffset: string
  lastOffsetDelta: number
  firstTimestamp: string
  maxTimestamp: string
  timestampType: number
  isControlBatch: boolean
}

const LOG_APPEND_TIME = 1

/**
 * The records of one batch of the log, compressed as they lie there. It stands in the place of a message, and has what
 * kafkajs asks of one: the offset that counts is that of its last record.
 */
export class RecordBatch {
  /** The offset of the last record. */
  readonly offset: string
  readonly first: number
  readonly last: number
  /** How many records there are: fewer than offsets where the log was compacted. */
  readonly count: number
  readonly isControlRecord: boolean
  readonly batchContext: BatchContext
  readonly key = null
  #compressed: Buffer | undefined
  readonly #firstTimestamp_ms: number
  /** Of all records, when it was the broker that set it. */
  readonly #appended_ms: number | undefined

  constructor(count: number, compressed: Buffer, context: BatchContext) {
    this.count = count
    this.first = Number(context.firstOffset)
    this.last = this.first + context.lastOffsetDelta
    this.offset = String(this.last)
    this.isControlRecord = context.isControlBatch
    this.batchContext = context
    this.#compressed = compressed
    frameOf(compressed)?.hold()
    this.#firstTimestamp_ms = Number(context.firstTimestamp)
    this.#appended_ms = context.timestampType === LOG_APPEND_TIME ? Number(context.maxTimestamp) : undefined
  }

  /**
   * The bytes of the records, one after the other, as a frame of LZ4.
   *
   * @throws {Error} after {@link release}: other records may lie there by then
   */
  get compressed(): Buffer {
    if (!this.#compressed) throw new Error('the records of a batch were asked for after its release')
    return this.#compressed
  }

  /** The records are not needed any more, by anybody. */
  release(): void {
    if (!this.#compressed) return
    frameOf(this.#compressed)?.release()
    this.#compressed = undefined
  }

  /** The timestamp of a record, from what it says about its distance to the batch's first. */
  timestampOf(delta_ms: number): number {
    return this.#appended_ms ?? this.#firstTimestamp_ms + delta_ms
  }
}

/** How many consumers of this process want batches. */
let receivers = 0

/**
 * Until it is disposed of, all consumers of this process get the batches of the log as they are, each as one message. A
 * message that kafkajs makes of a record costs ten times what it takes to read the record where it lies.
 */
export function receiveRecordBatches(): Disposable {
  receivers += 1
  return { [Symbol.dispose]: () => void (receivers -= 1) }
}

/** What the patched decoder of kafkajs asks a codec for before it decompresses; undefined while nobody wants batches. */
export function batchTaker():
  | ((count: number, compressed: Buffer, context: BatchContext) => RecordBatch[])
  | undefined {
  if (receivers === 0) return undefined
  return (count, compressed, context) => [new RecordBatch(count, compressed, context)]
}

/**
 * The batches among what kafkajs calls messages, all of them while {@link receiveRecordBatches} holds.
 *
 * @throws {CaretallyError} `codec_unexpected` for records that are not LZ4, which the topic's settings rule out
 */
export function expectRecordBatches(messages: readonly unknown[]): readonly RecordBatch[] {
  return messages.map((message) => {
    if (message instanceof RecordBatch) return message
    throw new CaretallyError('codec_unexpected', 'the topic holds records that are not compressed by LZ4', {
      hint: 'set compression.type=lz4 on the topic, and let what was written before expire',
    })
  })
}
