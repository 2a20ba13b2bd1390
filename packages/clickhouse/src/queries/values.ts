import { z } from 'zod'

/** A 64-bit integer, which comes as text, as a number that is exactly the same. */
export const exactInteger = z
  .string()
  .regex(/^-?\d{1,20}$/)
  .transform(Number)
  .refine(Number.isSafeInteger, 'must be below 2^53')

/** Offsets of one Kafka partition, from the first to the one after the last. */
export const offsetRange = z.object({ partition: z.int().min(0), from: z.int().min(0), before: z.int().min(0) })

/** The rows of an {@link offsetRange}; a range scan of the primary key. */
export const IN_RANGE = `
  kafka_partition = {partition:UInt16} AND kafka_offset >= {from:UInt64} AND kafka_offset < {before:UInt64}`

/** A calendar day, `2016-02-29`. */
export const day = z.iso.date()

const year = z.int().min(2000).max(2148)

/** A moment, in milliseconds since the Unix epoch, as a `DateTime64(3, 'UTC')` reads it: `2016-02-29 23:59:59.999`. */
export function dateTime(moment_ms: number): string {
  return new Date(moment_ms).toISOString().slice(0, -1).replace('T', ' ')
}

/** Both days, or years, included. */
export const dayRange = z.object({ from: day, to: day })
export const yearRange = z.object({ from: year, to: year })
