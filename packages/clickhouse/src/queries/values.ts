import { z } from 'zod'

/** A 64-bit integer, which comes as text, as a number that is exactly the same. */
export const exactInteger = z
  .string()
  .regex(/^-?\d{1,20}$/)
  .transform(Number)
  .refine(Number.isSafeInteger, 'must be below 2^53')

/** A calendar day, `2016-02-29`. */
export const day = z.iso.date()

const year = z.int().min(2000).max(2148)

/** Both days, or years, included. */
export const dayRange = z.object({ from: day, to: day })
export const yearRange = z.object({ from: year, to: year })
