import { z } from 'zod'

/** A 64-bit integer, which comes as text, as a number that is exactly the same. */
export const exactInteger = z
  .string()
  .regex(/^-?\d{1,20}$/)
  .transform(Number)
  .refine(Number.isSafeInteger, 'must be below 2^53')

/** A calendar day, `2016-02-29`. */
export const day = z.iso.date()

/** Offsets of one Kafka partition, from the first to the one after the last. */
export const offsetRange = z.object({ partition: z.int().min(0), from: z.int().min(0), before: z.int().min(0) })

/** The rows of an {@link offsetRange}; a range scan of the primary key. */
export const IN_RANGE = `
  kafka_partition = {partition:UInt16} AND kafka_offset >= {from:UInt64} AND kafka_offset < {before:UInt64}`

/** What a query may take of the server's memory; it fails when it needs more. */
export const memoryBound = z.object({ memory_bytes_max: z.int().positive() })
export const WITHIN_MEMORY = 'SETTINGS max_memory_usage = {memory_bytes_max:UInt64}'
