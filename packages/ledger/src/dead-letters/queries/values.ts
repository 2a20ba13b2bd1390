import { z } from 'zod'

/** A moment in UTC, `2016-02-29 20:00:00.000`, in RFC 3339. */
export const moment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d+$/)
  .transform((text) => `${text.replace(' ', 'T')}Z`)

/** Bytes, which come in base64. */
export const bytes = z.string().transform((text) => Buffer.from(text, 'base64'))

/** The place of one letter, as parameters. */
export const place = z.object({ partition: z.int(), offset: z.int() })

/** What has been decided about a letter; open as long as nothing has. */
export const STATUSES = ['open', 'replayed', 'discarded'] as const
export type Status = (typeof STATUSES)[number]
