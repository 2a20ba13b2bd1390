import { type ClickHouseClient, insertReconciliation } from '@caretally/clickhouse'
import { CaretallyError, type Clock, createCommand, environmentHelp, runCommand, toLine } from '@caretally/runtime'
import { type Command, Option } from 'commander'

import type { World } from '../world.ts'
import { connect, reconcileEnvironment } from './connect.ts'
import { BYTES_AN_EVENT } from './find-repeated.ts'
import type { Ledger, Progress } from './ledger.ts'
import { MEMORY_BYTES_MAX, reconcile } from './reconcile.ts'
import { renderJson, renderTable } from './render.ts'
import { repair } from './repair.ts'
import { showProgress } from './show-progress.ts'

interface Options {
  format: 'table' | 'json'
  repair?: boolean
  group?: string
  memoryMb: number
}

/** What the command's exit status says. */
export const EXIT = { holds: 0, drift: 1, unknown: 2 } as const

const MEBIBYTE = 1024 * 1024
const MEMORY_MB_MIN = 64

const HELP = `
Exit status: 0 when the ledger holds, 1 on drift, 2 when it could not be looked at.

It may run while events flow in: it judges what was consumed when it started. Raw rows are scanned twice, and once more
for each part of their identities that fits into the memory: ${BYTES_AN_EVENT} bytes a row. The server refuses a query
that takes more than --memory-mb; this program itself takes about 150 MB.

The verdict is kept in the table reconciliations, for the dashboard; nothing else is changed without --repair.

--repair turns events that were accepted twice into duplicates, and compensates daily counts. It changes nothing else, may
break off anywhere, and finds nothing to do the second time. Missing offsets cannot be mended from ClickHouse alone.
`

/**
 * The command line of `reconcile`. The ledger goes to `stdout`, progress and what is wrong to `stderr`. Never rejects.
 *
 * @returns the exit status, one of {@link EXIT}
 */
export async function runReconcile(args: readonly string[], world: World): Promise<number> {
  let status: number = EXIT.holds // a call for help looks at nothing
  const program = createProgram(world).action(async (options: Options) => {
    status = await run(options, world)
  })
  try {
    const usage = await runCommand(program, args)
    return usage === 0 ? status : EXIT.unknown
  } catch (error) {
    world.stderr.write(`caretally: ${toLine(error)}\n`)
    return EXIT.unknown
  }
}

function createProgram({ stdout, stderr }: World): Command {
  return createCommand('reconcile', { stdout, stderr })
    .description('Proves that every consumed offset has one outcome, and that raw, daily and annual counts agree.')
    .addOption(new Option('--format <format>', 'how to tell it').choices(['table', 'json']).default('table'))
    .option('--repair', 'mend what can be mended, and prove it again')
    .option('--group <group>', 'consumer group (default: KAFKA_GROUP)')
    .option(
      '--memory-mb <mb>',
      'what a query may take of the server’s memory',
      parseMemory,
      MEMORY_BYTES_MAX / MEBIBYTE,
    )
    .addHelpText('after', HELP)
    .addHelpText('after', environmentHelp(reconcileEnvironment))
}

async function run({ format, repair: isRepair = false, group, memoryMb }: Options, world: World): Promise<number> {
  const { env, stdout, stderr, clock, signal } = world
  const memory_bytes_max = memoryMb * MEBIBYTE
  await using connections = await connect(env, memory_bytes_max)
  const progress = showProgress(stderr, clock)
  const options = {
    ...connections,
    ...(group !== undefined && { group }),
    memory_bytes_max,
    clock,
    signal,
    onProgress: (done: Progress) => progress.show(done),
  }
  const render = format === 'json' ? renderJson : renderTable
  const start_ms = clock.now()
  try {
    if (isRepair) {
      const { ledger, ...mended } = await repair(options)
      progress.clear()
      stdout.write(render(ledger, mended))
      await keepVerdict(ledger, connections.clickhouse, clock)
      return statusOf(ledger)
    }
    const ledger = await reconcile(options)
    progress.clear()
    stdout.write(render(ledger))
    stderr.write(`${describeEffort(ledger, clock.now() - start_ms, memoryMb)}\n`)
    await keepVerdict(ledger, connections.clickhouse, clock)
    return statusOf(ledger)
  } finally {
    progress.clear()
  }
}

function statusOf({ ok, drift }: Ledger): number {
  if (ok) return EXIT.holds
  return drift.length > 0 ? EXIT.drift : EXIT.unknown
}

/** For the dashboard: when it was last proved, and what came of it. */
async function keepVerdict({ ok, drift, partitions }: Ledger, clickhouse: ClickHouseClient, clock: Clock) {
  await insertReconciliation(clickhouse, {
    finished_at_ms: clock.now(),
    verdict: ok ? 'holds' : drift.length > 0 ? 'drift' : 'undecided',
    drifts: drift.length,
    accepted: acceptedIn(partitions),
  })
}

function acceptedIn(partitions: Ledger['partitions']): number {
  return partitions.reduce((total, { accepted }) => total + accepted, 0)
}

function describeEffort({ partitions }: Ledger, duration_ms: number, memoryMb: number): string {
  const rows = acceptedIn(partitions)
  const rate = (rows / Math.max(1, duration_ms) / 1_000).toFixed(1)
  const seconds = (duration_ms / 1_000).toFixed(1)
  const client_mb = Math.round(process.memoryUsage.rss() / MEBIBYTE)
  return (
    `${rows.toLocaleString('en-US')} raw rows in ${seconds} s (${rate} M rows/s); ` +
    `memory: at most ${memoryMb} MiB on the server, ${client_mb} MiB here`
  )
}

function parseMemory(text: string): number {
  const mb = Number(text)
  if (Number.isSafeInteger(mb) && mb >= MEMORY_MB_MIN) return mb
  throw new CaretallyError('memory_invalid', `--memory-mb is not a whole number from ${MEMORY_MB_MIN} on`)
}
