import { randomInt } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'

import { startServers } from '@caretally/infra'
import { createProgram, runProgram, systemClock, toLine } from '@caretally/runtime'

import { root } from '../run-program.ts'
import { CASES } from './cases/index.ts'
import type { CaseContext, FaultCase } from './fault-case.ts'
import { type CaseReport, renderReports } from './report.ts'

const program = createProgram('test:faults')
  .description('Injects faults into a real pipeline and shows that every count is exact afterwards.')
  .option('--long', 'for an hour instead of minutes')
  .option('--case <text>', 'only the cases whose name has this text')
  .option('--seed <n>', 'of what is drawn at random, such as the moments of faults; otherwise random itself', Number)
  .option('--no-protections', 'do not show that the cases fail without the protections they need')
  .option('--format <format>', 'table or json', 'table')
  .option('--list', 'list the cases and end')
  .parse()
const options = program.opts<{
  long?: boolean
  case?: string
  seed?: number
  protections: boolean
  format: string
  list?: boolean
}>()

await runProgram(async (signal) => {
  const cases = CASES.filter(({ name }) => name.includes(options.case ?? ''))
  if (options.list) {
    for (const { name, description } of cases) process.stdout.write(`${name}\n    ${description}\n`)
    return 0
  }
  const directory = path.join(root, '.caretally', `faults-${process.pid}`)
  await mkdir(directory, { recursive: true })
  say('starting Kafka and ClickHouse')
  await using servers = await startServers({ directory, signal })
  const { url, username, password } = servers.clickhouse
  const shared = { brokers: servers.kafka.brokers, clickhouse: { url, username, password } }
  const seed = options.seed ?? randomInt(2 ** 32)
  say(`seed ${seed}`)
  const context: CaseContext = { shared, directory, isLong: options.long ?? false, seed, say }

  const beside = cases.filter(({ isWaiting }) => isWaiting).map((faultCase) => runCase(faultCase, context))
  const reports: CaseReport[] = []
  for (const faultCase of cases.filter(({ isWaiting }) => !isWaiting)) {
    signal.throwIfAborted()
    reports.push(await runCase(faultCase, context))
    for (const without of options.protections ? (faultCase.needs ?? []) : []) {
      signal.throwIfAborted()
      reports.push(await runCase(faultCase, { ...context, without }))
    }
  }
  reports.push(...(await Promise.all(beside)))
  await writeFile(path.join(root, '.caretally', 'faults.json'), `${JSON.stringify(reports, null, 2)}\n`)
  process.stdout.write(options.format === 'json' ? `${JSON.stringify(reports, null, 2)}\n` : renderReports(reports))
  if (!reports.every(({ ok }) => ok)) return 1
  await servers.stop()
  await rm(directory, { recursive: true }) // the logs are of use after a failure only
  return 0
})

/** A case holds when every count is exact; without a protection that it needs it holds when wrong counts are noticed. */
async function runCase(faultCase: FaultCase, context: CaseContext): Promise<CaseReport> {
  const { without } = context
  const name = without ? `${faultCase.name}, without ${without}` : faultCase.name
  say(name)
  const start_ms = systemClock.now()
  const seconds = () => Math.round((systemClock.now() - start_ms) / 100) / 10
  try {
    const result = await faultCase.run(context)
    const isExact = result.error === 0 && result.drift.length === 0
    return { name, ok: without ? !isExact : isExact, seconds: seconds(), result, ...(without && { without }) }
  } catch (error) {
    return { name, ok: false, seconds: seconds(), problem: toLine(error), ...(without && { without }) }
  }
}

function say(line: string): void {
  process.stderr.write(`faults: ${line} …\n`)
}
