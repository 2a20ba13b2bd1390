import { z } from 'zod'

import { runToEnd } from './run-program.ts'
import { RECONCILE } from './programs.ts'

const ledgerSchema = z.object({ partitions: z.array(z.object({ accepted: z.number() })) })

/** How many events are consumed and accepted, as `reconcile` proves it; undefined when the proof does not hold. */
export async function provenEvents(env: Record<string, string>): Promise<number | undefined> {
  const { status, stdout } = await runToEnd(RECONCILE, ['--format', 'json'], env)
  if (status !== 0) return undefined
  const { partitions } = ledgerSchema.parse(JSON.parse(stdout))
  return partitions.reduce((total, { accepted }) => total + accepted, 0)
}

/** How many events the producers say were acknowledged. */
export function acknowledgedEvents(stdout: string): number {
  const [, events = ''] = /^([\d,]+) events acknowledged /m.exec(stdout) ?? []
  return Number(events.replaceAll(',', ''))
}
