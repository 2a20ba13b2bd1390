import { z } from 'zod'

/** Offsets of one Kafka partition, from the first to the one after the last. */
export const offsetRange = z.object({ partition: z.int().min(0), from: z.int().min(0), before: z.int().min(0) })

/** The rows of an {@link offsetRange}; a range scan of the primary key. */
export const IN_RANGE = `
  kafka_partition = {partition:UInt16} AND kafka_offset >= {from:UInt64} AND kafka_offset < {before:UInt64}`

/** What a query may take of the server's memory; it fails when it needs more. */
export const memoryBound = z.object({ memory_bytes_max: z.int().positive() })
export const WITHIN_MEMORY = 'SETTINGS max_memory_usage = {memory_bytes_max:UInt64}'
