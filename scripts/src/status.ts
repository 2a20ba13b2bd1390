import { readStatus, type RunningStatus } from '@caretally/infra'
import { createProgram, runProgram } from '@caretally/runtime'
import { Option } from 'commander'

import { rootPath } from './root.ts'

const STATUS_STOPPED = 3

const program = createProgram('status')
  .description(
    'Shows the Kafka and ClickHouse that "npm run up" has started. Exits with 0 when they are running and with ' +
      `${STATUS_STOPPED} when they are not.`,
  )
  .addOption(new Option('--format <format>', 'how to tell it').choices(['table', 'json']).default('table'))
  .parse()
const { format } = program.opts<{ format: 'table' | 'json' }>()

await runProgram(async () => {
  const status = await readStatus(rootPath(''))
  const table =
    status.status === 'running' ? renderRunning(status) : 'stopped; "npm run up" starts Kafka and ClickHouse'
  process.stdout.write(`${format === 'json' ? JSON.stringify(status, undefined, 2) : table}\n`)
  return status.status === 'running' ? 0 : STATUS_STOPPED
})

function renderRunning({ startedAt, pid, kafka, clickhouse }: RunningStatus): string {
  const topics = kafka.topics === null ? 'does not answer' : `${kafka.topics} topics`
  const version = clickhouse.version === null ? 'does not answer' : `version ${clickhouse.version}`
  const lines = [
    ['running', `since ${startedAt}`, `process ${pid}`],
    ['Kafka', kafka.brokers.join(','), `process ${kafka.pids.join(', ')}`, topics],
    ['ClickHouse', clickhouse.url, `process ${clickhouse.pid}`, version],
    ['', `user ${clickhouse.username}`, `password in ${clickhouse.passwordFile}`],
  ]
  return lines.map(([name = '', ...facts]) => `${name.padEnd(12)}${facts.join(' · ')}`).join('\n')
}
