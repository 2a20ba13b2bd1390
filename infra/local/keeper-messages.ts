import { z } from 'zod'

/** What the keeper tells whoever started it, until the servers are running or have failed to start. */
export const KeeperMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), message: z.string() }),
  z.object({ type: z.literal('running') }),
  z.object({ type: z.literal('failed'), code: z.string(), message: z.string(), hint: z.string().optional() }),
])
export type KeeperMessage = z.infer<typeof KeeperMessage>

const PortWish = z.union([z.int(), z.object({ from: z.int() })])

/** What the keeper is to do: its one argument, as JSON. */
export const KeeperTask = z.object({ root: z.string(), kafkaPort: PortWish, clickhousePort: PortWish })
export type KeeperTask = z.infer<typeof KeeperTask>
