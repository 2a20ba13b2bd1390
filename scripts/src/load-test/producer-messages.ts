import { z } from 'zod'

/** What the process of the producers is told to do, as its one argument. */
export const ProducerTask = z.object({
  brokers: z.array(z.string()),
  topic: z.string(),
  /** Without it, as fast as Kafka takes them. */
  rate_per_second: z.number().optional(),
  stream: z.object({
    records: z.int(),
    seed: z.int(),
    timeZone: z.string(),
    from_ms: z.number(),
    to_ms: z.number(),
    duplicates_percent: z.number(),
    malformed_percent: z.number(),
    late_percent: z.number(),
    far_records_max: z.int(),
  }),
})
export type ProducerTask = z.infer<typeof ProducerTask>

/** At an instant, how many records were acknowledged since the beginning, and how many of them are to be accepted. */
const Acknowledged = z.tuple([z.number(), z.int(), z.int()])
export type Acknowledged = z.infer<typeof Acknowledged>

/** What it tells meanwhile, and when everything is acknowledged. */
export const ProducerMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('acknowledged'), steps: z.array(Acknowledged) }),
  z.object({ type: z.literal('done'), truth: z.unknown(), cpu_ms: z.number(), peak_bytes: z.number() }),
])
export type ProducerMessage = z.infer<typeof ProducerMessage>
