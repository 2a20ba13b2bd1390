import { keepServers, toEnvironment } from '@caretally/infra'
import { chooseInfra } from '@caretally/infra/containers'
import { TOPIC } from '@caretally/kafka'
import { CaretallyError, createLogger, createProgram, readConfig, runProgram } from '@caretally/runtime'
import { InvalidArgumentError } from 'commander'

import { upEnvironment } from './environments.ts'
import { makePseudonymKey } from './pseudonym-key.ts'
import { rootPath } from './root.ts'
import { setUp } from './set-up.ts'

const PORT_MAX = 65_535

const program = createProgram('up', upEnvironment)
  .description(
    'Starts a local Kafka and ClickHouse that stay until "npm run down", or finds them running. Standard output is what a ' +
      'shell needs to reach them: eval "$(npm run --silent up)"',
  )
  .option('--kafka-port <port>', 'exactly this port (default: 9092 or the next free one)', parsePort)
  .option('--clickhouse-port <port>', 'exactly this port (default: 8123 or the next free one)', parsePort)
  .parse()
const options = program.opts<{ kafkaPort?: number; clickhousePort?: number }>()

await runProgram(async (signal) => {
  const { REPORTING_TIME_ZONE: timeZone } = readConfig(upEnvironment, process.env)
  const infra = await chooseInfra(process.env)
  if (infra !== 'local') {
    throw new CaretallyError('up_is_local', `npm run up starts local servers, and INFRA is ${infra}`, {
      hint: 'docker-compose up starts everything in containers; servers elsewhere are given as KAFKA_BROKERS and CLICKHOUSE_URL',
    })
  }
  const { servers, alreadyRunning } = await keepServers({ root: rootPath(''), ...options, onProgress: say, signal })
  const { KAFKA_BROKERS, CLICKHOUSE_URL, CLICKHOUSE_USER } = toEnvironment(servers)
  const { url, username, password } = servers.clickhouse
  await setUp({
    brokers: servers.kafka.brokers,
    topic: TOPIC,
    clickhouse: { url, username, password, database: 'caretally' },
    timeZone,
    logger: createLogger({ name: 'caretally-up', level: 'error', destination: process.stderr }),
  })
  const keyFile = await makePseudonymKey()
  say(alreadyRunning ? 'Kafka and ClickHouse are already running' : 'Kafka and ClickHouse are running')
  process.stdout.write(
    [
      `export KAFKA_BROKERS=${KAFKA_BROKERS}`,
      `export CLICKHOUSE_URL=${CLICKHOUSE_URL}`,
      `export CLICKHOUSE_USER=${CLICKHOUSE_USER}`,
      `export CLICKHOUSE_PASSWORD="$(cat ${quote(servers.clickhouse.passwordFile)})"`,
      `export MEMBER_PSEUDONYM_KEY="$(cat ${quote(keyFile)})"`,
      '',
    ].join('\n'),
  )
})

function say(line: string): void {
  process.stderr.write(`caretally: ${line}\n`)
}

/** As one word of a shell command. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= PORT_MAX) return port
  throw new InvalidArgumentError(`It must be a port: a whole number from 1 to ${PORT_MAX}.`)
}
