import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { checkRequirements, startServers } from '@caretally/infra'
import { createLogger, runProgram } from '@caretally/runtime'

import { type BenchRun, say } from './bench/bench-run.ts'
import { chooseEvents } from './bench/choose-events.ts'
import { benchIngest } from './bench/ingest/ingest.ts'
import { describeMachine } from './bench/machine.ts'
import { type BenchOptions, parseOptions } from './bench/options.ts'
import { assertProc } from './bench/assert-proc.ts'
import { benchProduce } from './bench/produce/produce.ts'
import { benchQuery } from './bench/query/query.ts'
import { renderResult } from './bench/render.ts'
import type { BenchResult } from './bench/result.ts'
import { rootPath } from './root.ts'
import { makeTemporaryDirectory } from './temporary-directory.ts'

const STATE_DIRECTORY = rootPath('.caretally')

const options = parseOptions(process.argv)

await runProgram(async (signal) => {
  assertProc()
  await checkRequirements()
  await using state = await makeTemporaryDirectory(STATE_DIRECTORY, `bench-${process.pid}-`)
  try {
    const result = await runBench(options, state.directory, signal)
    const json = `${JSON.stringify(result, null, 2)}\n`
    await writeFile(`${STATE_DIRECTORY}/bench.json`, json)
    process.stdout.write(options.format === 'json' ? json : `\n${renderResult(result)}\n→ .caretally/bench.json\n`)
  } catch (error) {
    if (!signal.aborted) {
      state.keep() // the logs say what happened
      await removeData(state.directory)
    }
    throw error
  }
})

/** Measures the parts that are asked for, one after the other, on servers that end with it. */
async function runBench(options: BenchOptions, directory: string, signal: AbortSignal): Promise<BenchResult> {
  const { parts, rounds, seed, engine } = options
  const result: BenchResult = { startedAt: new Date().toISOString(), machine: describeMachine(), seed }
  const chosen = chooseEvents(options.events, seed)
  await using servers = await startServers({ directory, signal, onProgress: (line) => say(`${line} …`) })
  const logger = createLogger({ name: 'bench', level: 'error' })
  const run: BenchRun = { servers, directory, ...chosen, rounds, logger, signal }
  if (parts.includes('ingest')) result.ingest = await benchIngest(run, engine)
  if (parts.includes('produce')) result.produce = await benchProduce(run)
  if (parts.includes('query')) result.query = await benchQuery(options.events, run)
  return result
}

/** The servers have ended; gigabytes of their data say nothing that their logs do not. */
async function removeData(directory: string): Promise<void> {
  const data = ['kafka/node-1', 'clickhouse/data'].map((name) => path.join(directory, name))
  await Promise.all(data.map((name) => rm(name, { recursive: true, force: true })))
}
