import { createCommand, environmentHelp, renderPlainTable, runCommand } from '@caretally/runtime'
import { type Command, Option } from 'commander'

import { connect, reconcileEnvironment } from '../reconcile/connect.ts'
import { MEMORY_BYTES_MAX } from '../reconcile/reconcile.ts'
import type { World } from '../world.ts'
import { type Alignment, realign } from './realign.ts'

interface Options {
  dryRun?: boolean
  format: 'table' | 'json'
}

const HELP = `
For a consumer that says that its group and its database do not belong together: after a restore of ClickHouse, when the group has
expired, or when a broker has lost a commit. All consumers have to be stopped. Each partition then goes on after the last offset
that ClickHouse holds; those that go on there anyway are left as they are.

Run npm run reconcile afterwards, and start the consumer when the ledger holds.
`

/**
 * The command line of `realign`.
 *
 * @returns the exit status: 0, or 1 when the command line is wrong
 * @throws {CaretallyError} for what is wrong with the configuration, ClickHouse, Kafka or the group
 */
export async function runRealign(args: readonly string[], world: World): Promise<number> {
  return await runCommand(
    createProgram(world).action((options: Options) => run(options, world)),
    args,
  )
}

function createProgram({ stdout, stderr }: World): Command {
  return createCommand('realign', { stdout, stderr })
    .description('Sets the consumer group to go on where ClickHouse ends.')
    .option('--dry-run', 'set nothing; say what would be')
    .addOption(new Option('--format <format>', 'how to tell it').choices(['table', 'json']).default('table'))
    .addHelpText('after', HELP)
    .addHelpText('after', environmentHelp(reconcileEnvironment))
}

async function run(
  { dryRun: isDryRun = false, format }: Options,
  { env, stdout, clock, signal }: World,
): Promise<void> {
  await using connections = await connect(env, MEMORY_BYTES_MAX)
  const partitions = await realign({ ...connections, isDryRun, clock, signal })
  stdout.write(
    format === 'json'
      ? `${JSON.stringify({ dryRun: isDryRun, partitions }, null, 2)}\n`
      : renderTable(partitions, isDryRun),
  )
}

function renderTable(partitions: readonly Alignment[], isDryRun: boolean): string {
  const rows = partitions.map(({ partition, committed, next, isChanged }) => [
    String(partition),
    committed === null ? 'nothing' : formatWhole(committed),
    isChanged ? formatWhole(next) : 'as it is',
  ])
  const changed = partitions.filter(({ isChanged }) => isChanged).length
  const sentence =
    changed === 0
      ? 'The group and the database belong together: nothing to set.'
      : `${changed} of ${partitions.length} partitions ${isDryRun ? 'would be set.' : 'are set. Run npm run reconcile, and then start the consumer.'}`
  const table = renderPlainTable([['Partition', 'Committed', 'Goes on at'], ...rows], ['right', 'right', 'right'])
  return `${table.trimEnd()}\n\n${sentence}\n`
}

const formatWhole = (value: number) => value.toLocaleString('en-US')
