import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { choosePort } from '@caretally/infra'
import { createKafka, TOPIC } from '@caretally/kafka'
import { CaretallyError, createLogger, createProgram, runProgram, systemClock } from '@caretally/runtime'
import { z } from 'zod'

import { Compose, type Container, docker, run } from './compose-check/compose.ts'
import { developmentPackages } from './compose-check/development-packages.ts'
import { rootPath } from './root.ts'
import { inspect, kill, missingFences, until, untilHealthy } from './compose-check/containers.ts'

const PROJECT = 'caretally-check'
const IMAGE = 'caretally:local'
const SERVERS = ['kafka', 'clickhouse']
const SERVICES = ['consumer', 'producers', 'dashboard']
const ONCE = ['prepare', 'migrate', 'figures']
/** The local ClickHouse, which is a package for each platform. */
const ENGINE = '@chdb+'
/** Of docker-compose.yml; the program itself ends hard after 30 s. */
const STOP_S_MAX = 40
const BYTES_PER_MB = 1_000_000

const Annual = z.tuple([z.object({ value: z.number(), per_day_change_pct: z.number(), status: z.string() })])

createProgram('compose-check')
  .description(
    'Starts docker-compose.yml, without an image, as a project of its own on free ports; then anew, and kills and ' +
      'restarts every container once, and holds the annual figures against the published ones after each; stops every ' +
      'service in order and reconciles. Exits with 0 only if all of it is right, and leaves nothing running.',
  )
  .parse()

const start_ms = systemClock.now()
const checks: { name: string; ok: boolean }[] = []
const RESULT_FILE = rootPath('.caretally/compose-check.json')

await runProgram(async () => {
  const ports = {
    KAFKA_PORT: String(await choosePort(undefined, 'KAFKA_PORT')),
    CLICKHOUSE_PORT: String(await choosePort(undefined, 'CLICKHOUSE_PORT')),
    DASHBOARD_PORT: String(await choosePort(undefined, 'DASHBOARD_PORT')),
  }
  const compose = await Compose.find(PROJECT, { ...process.env, ...ports })
  const clear = () => compose.do('down', '--volumes', '--remove-orphans', '--timeout', '5')
  await clear()
  try {
    if ((await docker('image', 'ls', '--quiet', IMAGE)) !== '') await docker('image', 'rm', '--no-prune', IMAGE)
    await compose.do('up', '--detach')
    await checkFigures(compose, 'after `up` alone', await logOfFigures(compose))
    await checkDashboard(`http://127.0.0.1:${ports.DASHBOARD_PORT}`)
    await checkImage()
    await checkTools(compose)
    for (const service of [...SERVERS, ...SERVICES, ...ONCE, 'replay']) {
      const missing = await missingFences(await compose.container(service))
      expect(missing.length === 0, `${service} is fenced in`, `it has not: ${missing.join(', ')}`)
    }

    await clear()
    await killReplay(compose, ports.KAFKA_PORT)
    await compose.do('up', '--detach', '--build') // as for an upgrade
    await checkFigures(compose, 'after a replay that was killed and run again', await logOfFigures(compose))
    for (const service of ONCE) await checkKilledOnce(await compose.container(service))
    for (const service of [...SERVERS, ...SERVICES]) {
      const container = await compose.container(service)
      await kill(container)
      await docker('start', container.id)
      for (const name of [...SERVERS, ...SERVICES]) await untilHealthy(await compose.container(name))
      await checkFigures(compose, `after ${service} was killed and started again`)
    }
    for (const service of ['producers', 'dashboard']) await checkStop(compose, service)
    await checkFigures(compose, 'once the producers have stopped')
    const { status, output } = await compose.try('run', '--rm', '--no-deps', '-T', 'tools', 'reconcile')
    expect(status === 0, 'every offset is accounted for', output)
    await checkStop(compose, 'consumer')
    const seconds = ((systemClock.now() - start_ms) / 1_000).toFixed(0)
    process.stdout.write(`all ${checks.length} checks hold, after ${seconds} s → .caretally/compose-check.json\n`)
  } catch (error) {
    if (checks.every(({ ok }) => ok)) checks.push({ name: 'it can be carried through', ok: false })
    process.stderr.write((await compose.try('logs', '--tail', '15', '--no-color')).output)
    throw error
  } finally {
    await mkdir(path.dirname(RESULT_FILE), { recursive: true })
    await writeFile(RESULT_FILE, `${JSON.stringify(checks, null, 2)}\n`)
    await clear()
  }
})

function expect(isRight: boolean, what: string, otherwise: string): void {
  checks.push({ name: what, ok: isRight })
  if (!isRight) throw new CaretallyError('check_failed', `not so: ${what}; ${otherwise}`)
  process.stdout.write(`${((systemClock.now() - start_ms) / 1_000).toFixed(0).padStart(4)} s  ok: ${what}\n`)
}

async function checkImage(): Promise<void> {
  const registry = process.env['NPM_CONFIG_REGISTRY'] ? ['--build-arg', 'NPM_CONFIG_REGISTRY'] : []
  await docker('build', ...registry, '--file', 'infra/Dockerfile', '--tag', IMAGE, '.')
  const help = await docker('run', '--rm', IMAGE, '--help')
  expect(help.includes('consumer, dashboard, dead-letters'), 'the image names its commands', help)
  const size_mb = Math.round(Number(await docker('image', 'inspect', '--format', '{{.Size}}', IMAGE)) / BYTES_PER_MB)
  const packages = (await docker('run', '--rm', '--entrypoint', 'ls', IMAGE, 'node_modules/.pnpm')).split('\n')
  const unwanted = [...developmentPackages().map((name) => `${name.replace('/', '+')}@`), ENGINE]
  const found = packages.filter((name) => unwanted.some((start) => name.startsWith(start)))
  expect(found.length === 0, `the image, ${size_mb} MB, holds nothing of development`, `it has ${found.join(', ')}`)
}

/** What the page of operations tells to run in containers besides. */
async function checkTools(compose: Compose): Promise<void> {
  const member = ['forget', '--member', 'nobody', '--dry-run']
  for (const args of [['report', 'annual', '--years', '2016'], ['tools', 'dead-letters', 'list'], ['tools'], member]) {
    const { status, output } = await compose.try('run', '--rm', '--no-deps', '-T', ...args)
    expect(status === 0, `${args.join(' ')} succeeds`, output)
  }
}

/** Runs it once more and kills it, unless it has ended by then; and once more, to its end. */
async function checkKilledOnce(container: Container): Promise<void> {
  await docker('start', container.id)
  await run('docker', ['kill', '--signal', 'KILL', container.id])
  await docker('wait', container.id)
  const { ExitCode: killed } = (await inspect(container)).State
  await docker('start', container.id)
  const status = Number(await docker('wait', container.id))
  expect(status === 0, `${container.service} succeeds after it has ended with ${killed}`, `its status is ${status}`)
}

/** Starts the replay and kills it in the middle: what it has sent is sent again later, and has to be counted once. */
async function killReplay(compose: Compose, port: string): Promise<void> {
  const kafka = createKafka({
    brokers: [`127.0.0.1:${port}`],
    clientId: 'caretally-compose-check',
    logger: createLogger({ name: 'compose-check', level: 'silent' }),
  })
  await compose.do('up', '--detach', 'replay')
  const admin = kafka.admin()
  await admin.connect()
  const sent = async () => (await admin.fetchTopicOffsets(TOPIC)).reduce((sum, { high }) => sum + Number(high), 0)
  // at once, or it may have ended until it is killed: it sends 436,488 in a few seconds
  await until('the replay has begun', async () => (await sent()) > 0)
  const replay = await compose.container('replay')
  await kill(replay)
  const events = await sent()
  await admin.disconnect()
  const { ExitCode } = (await inspect(replay)).State
  expect(ExitCode === 137, `the replay is killed after ${events} events`, `its status is ${ExitCode}`)
}

async function logOfFigures(compose: Compose) {
  const figures = await compose.container('figures')
  const status = Number(await docker('wait', figures.id))
  return { status, output: await docker('logs', figures.id) }
}

async function checkFigures(compose: Compose, when: string, given?: { status: number; output: string }): Promise<void> {
  const { status, output } = given ?? (await compose.try('run', '--rm', '--no-deps', '-T', 'figures'))
  const [agree = 'the figures agree'] = /all \d+ figures agree/.exec(output) ?? []
  expect(status === 0, `${agree} ${when}`, output)
}

async function checkDashboard(url: string): Promise<void> {
  const page = await (await fetch(url)).text()
  expect(page.includes('<script'), `the dashboard's page is at ${url}`, page.slice(0, 200))
  const answer = await fetch(`${url}/api/annual?years=2016&metrics=digital_interactions`)
  const [row] = Annual.parse(await answer.json())
  const isRight = row.value === 248_148 && row.per_day_change_pct === 31.4 && row.status === 'final'
  expect(isRight, 'the dashboard shows 248,148 digital interactions in 2016, up 31.4% a day', JSON.stringify(row))
}

/** Asks the service to stop, as an upgrade does. */
async function checkStop(compose: Compose, service: string): Promise<void> {
  const container = await compose.container(service)
  const asked_ms = systemClock.now()
  await docker('stop', '--time', String(STOP_S_MAX), container.id)
  const took_s = (systemClock.now() - asked_ms) / 1_000
  const { ExitCode } = (await inspect(container)).State
  const isRight = ExitCode === 0 && took_s < STOP_S_MAX
  expect(isRight, `${service} stops in ${took_s.toFixed(1)} s with status 0`, `${took_s} s, status ${ExitCode}`)
}
