import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'

import { openClickHouse } from '@caretally/clickhouse'
import { openDashboard } from '@caretally/dashboard'
import { startServers } from '@caretally/infra'
import { chooseInfra, type ContainerServers, type Infra, startContainers } from '@caretally/infra/containers'
import { TOPIC } from '@caretally/kafka'
import { annualDays, annualReport, renderAnnual, renderAnnualPage } from '@caretally/reporter'
import { CaretallyError, createLogger, createProgram, runProgram, systemClock, wholeNumberIn } from '@caretally/runtime'

import { checkAgainstArticle } from './demo/article.ts'
import { renderChecks } from './render-checks.ts'
import type { Check } from './check.ts'
import { awaitWatermark } from './demo/await-watermark.ts'
import { checkCounts, countOutcomes } from './demo/check-counts.ts'
import { startConsumer } from './consumer-process.ts'
import { replayYears } from './demo/replay-years.ts'
import { rootPath } from './root.ts'
import { setUp } from './set-up.ts'
import { makeTemporaryDirectory } from './temporary-directory.ts'

const TIME_ZONE = 'America/Los_Angeles'
const GROUP = 'caretally.consumer'
const DATABASE = 'caretally'
const YEARS = [2015, 2016]
const SCALE_MAX = 100_000
/** Where the result goes, and the logs of a run that failed. */
const STATE_DIRECTORY = rootPath('.caretally')

const ASSUMPTIONS = `The article gives no logins and no telehealth visits: how they share what is left of its total is our assumption, and so
are the messages' directions and all figures of channels but the mobile share of 2016. See docs/article.md.`

const program = createProgram('demo')
  .description(
    'Replays two years of portal events through a Kafka and a ClickHouse of its own, and holds the annual figures ' +
      'against those that a health system published for 2016. Exits with 0 only if every figure agrees.',
  )
  .option('--scale <n>', 'divide the annual totals and the members by this', wholeNumberIn(1, SCALE_MAX), 1_000)
  .option('--seed <n>', 'which of the equally likely years', wholeNumberIn(0, 2 ** 32 - 1), 1)
  .option('--keep', 'keep the servers and a dashboard of these figures up until Ctrl-C')
  .parse()
const { scale, seed, keep = false } = program.opts<{ scale: number; seed: number; keep?: boolean }>()

await runProgram(async (signal) => {
  const start_ms = systemClock.now()
  const infra = await chooseInfra(process.env)
  await using state = await makeTemporaryDirectory(STATE_DIRECTORY, `demo-${process.pid}-`)
  try {
    const checks = await runDemo({ infra, directory: state.directory, start_ms }, signal)
    return checks.every(({ ok }) => ok) ? 0 : 1
  } catch (error) {
    if (!signal.aborted) state.keep() // the logs say what happened
    throw error
  }
})

/** What the demo knows of its servers, be they processes of this machine or containers. */
type Servers = Omit<ContainerServers, typeof Symbol.asyncDispose>

async function startInfra(infra: Infra, directory: string, signal: AbortSignal) {
  if (infra === 'local') return await startServers({ directory, signal, onProgress: say })
  if (infra === 'containers') return await startContainers({ onProgress: say })
  throw new CaretallyError('demo_needs_own_servers', 'the demo fills servers of its own and nobody else’s', {
    hint: 'set INFRA to local or containers',
  })
}

interface DemoOptions {
  infra: Infra
  directory: string
  start_ms: number
}

/** From nothing to figures that have been held against the article. Everything that it starts has ended when it settles. */
async function runDemo({ infra, directory, start_ms }: DemoOptions, signal: AbortSignal): Promise<Check[]> {
  const logger = createLogger({ name: 'demo', level: 'error' })
  await using servers = await startInfra(infra, directory, signal)
  const { brokers } = servers.kafka
  const clickhouse = { ...servers.clickhouse, database: DATABASE }
  const { migrate, consume } = servers.clickhouse.users
  say('making the topic and the tables')
  await setUp({ brokers, topic: TOPIC, clickhouse: { ...clickhouse, ...migrate }, timeZone: TIME_ZONE, logger })

  say(`replaying ${YEARS.join(' and ')} at 1:${scale.toLocaleString('en-US')}`)
  const pipeline = {
    brokers,
    topic: TOPIC,
    group: GROUP,
    clickhouse: { ...clickhouse, ...consume },
    timeZone: TIME_ZONE,
  }
  await using consumer = await startConsumer({ ...pipeline, logFile: path.join(directory, 'consumer.log') })
  const target = { brokers, topic: TOPIC, group: GROUP, timeZone: TIME_ZONE, scale, seed }
  const replaying = replayYears({ ...target, consumer, logger, signal })
  const { tally, seconds } = await Promise.race([replaying, failWhenEnded(servers, directory)])

  await using client = openClickHouse(clickhouse)
  await awaitWatermark({ client, since_ms: start_ms, clock: systemClock, signal })
  const outcomes = await countOutcomes(client)
  const annual = await annualReport({ client, years: YEARS, timeZone: TIME_ZONE, clock: systemClock })
  const checks = [...(await checkCounts(client, tally, outcomes)), ...checkAgainstArticle(annual, scale)]
  const total = (systemClock.now() - start_ms) / 1_000
  const result = { events: tally.total, ...outcomes, seconds: { ...seconds, total }, annual, checks }
  await writeFile(path.join(STATE_DIRECTORY, 'demo.json'), `${JSON.stringify(result, null, 2)}\n`)
  const page = { rows: annual, years: YEARS, days: await annualDays(client, YEARS) }
  const origin = { made_ms: systemClock.now(), timeZone: TIME_ZONE }
  await writeFile(path.join(STATE_DIRECTORY, 'demo.html'), await renderAnnualPage({ ...page, origin }))

  const colours = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
  process.stdout.write(`\n${renderAnnual(annual, 'table', { colours })}\n${ASSUMPTIONS}\n\n${renderChecks(checks)}\n`)
  const failed = checks.filter(({ ok }) => !ok).length
  const verdict =
    failed === 0 ? `all ${checks.length} figures agree` : `${failed} of ${checks.length} figures do not agree`
  const events = tally.total.toLocaleString('en-US')
  process.stdout.write(`${verdict}; ${events} events in ${total.toFixed(1)} s → .caretally/demo.json, demo.html\n`)
  if (keep) {
    await Promise.race([showDashboard(servers, signal), failWhenEnded(servers, directory)])
  } else {
    process.stdout.write('npm run demo -- --keep shows them in a dashboard\n')
  }
  return checks
}

/** Serves the dashboard until the signal, and says where. */
async function showDashboard({ kafka, clickhouse }: Servers, signal: AbortSignal): Promise<void> {
  await using dashboard = await openDashboard({
    clickhouse: { url: clickhouse.url, ...clickhouse.users.dashboard, database: DATABASE },
    timeZone: TIME_ZONE,
    kafka: { brokers: [...kafka.brokers], topic: TOPIC, group: GROUP },
    host: '127.0.0.1',
    port: 0,
    token: undefined,
    accessRecordFile: path.join(STATE_DIRECTORY, 'access.jsonl'),
    logger: createLogger({ name: 'demo', level: 'error' }),
  })
  process.stdout.write(`the dashboard is at ${dashboard.url} until Ctrl-C, which ends the servers too\n`)
  if (!signal.aborted) await once(signal, 'abort')
}

/** Rejects when one of the servers ends by itself. */
async function failWhenEnded(servers: Servers, directory: string): Promise<never> {
  const { name } = await servers.firstEnded()
  throw new CaretallyError('server_ended', `${name} ended by itself`, { hint: `its log is in ${directory}` })
}

function say(line: string): void {
  process.stderr.write(`caretally: ${line} …\n`)
}
