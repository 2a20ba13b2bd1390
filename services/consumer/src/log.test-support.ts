import type { KafkaMessage } from 'kafkajs'

/** Messages as kafkajs hands them out, from offset `first` on, with values of the given sizes. */
export function logOf(first: number, sizes: readonly number[]): KafkaMessage[] {
  return sizes.map((size, index) => ({
    key: null,
    value: Buffer.alloc(size),
    timestamp: '0',
    attributes: 0,
    offset: String(first + index),
    headers: {},
  }))
}
