import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

import { z } from 'zod'

import { type Check, check } from '../check.ts'
import { rootPath } from '../root.ts'

const PROGRAM = 'packages/ledger/dist/reconcile-main.js'
const Ledger = z.object({ drift: z.array(z.object({ type: z.string() })) })
const HOLDS = 'the ledger holds'

/** Runs `reconcile` as its user does; the check names the kinds of drift that it has found. */
export async function checkLedger(env: Record<string, string>, signal: AbortSignal): Promise<Check> {
  const child = spawn(process.execPath, [rootPath(PROGRAM), '--format', 'json'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
    signal,
  })
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<unknown[]>])
  return check('reconcile', HOLDS, status === 0 ? HOLDS : describe(status, output))
}

function describe(status: unknown, output: string): string {
  if (status !== 1) return `status ${String(status)}`
  const { drift } = Ledger.parse(JSON.parse(output))
  return [...new Set(drift.map(({ type }) => type))].join(', ')
}
