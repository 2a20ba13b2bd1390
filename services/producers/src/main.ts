import { randomInt } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'
import process from 'node:process'

import { CaretallyError, runProgram } from '@caretally/runtime'
import { CommanderError } from 'commander'

import { createCommandLine, type LiveArguments, type ReplayArguments } from './command-line.ts'
import { live } from './live.ts'
import { prepare } from './prepare.ts'
import { createProgressLine } from './progress-line.ts'
import { replayWithWorkers } from './replay-workers.ts'
import { kaiserScenario } from './scenarios/kaiser.ts'
import { createTally, type Tally } from './tally.ts'

await runProgram(async (signal) => {
  const commandLine = createCommandLine({
    replay: (args) => runReplay(args, signal),
    live: (args) => runLive(args, signal),
  })
  try {
    await commandLine.parseAsync()
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    throw error
  }
})

async function runReplay({ workers, tally: file, ...what }: ReplayArguments, signal: AbortSignal) {
  const prepared = await prepare(signal)
  const tally = createTally()
  const line = createProgressLine()
  const start_ms = performance.now()
  try {
    await replayWithWorkers({
      workers,
      prepared,
      what,
      tally,
      signal,
      onProgress: ({ acknowledged, planned }) => {
        line.show(`${acknowledged.toLocaleString('en')} of ${planned.toLocaleString('en')} events`)
      },
    })
  } catch (error) {
    if (!signal.aborted) throw error
    throw new CaretallyError('replay_interrupted', `interrupted after ${tally.total.toLocaleString('en')} events`, {
      hint: 'run the same command again; events that are published twice are counted once',
      cause: error,
    })
  } finally {
    line.clear()
    await writeTally(file, tally)
  }
  printSummary(tally, performance.now() - start_ms)
}

async function runLive({ rate, seconds, scale, seed, kinds, tally: file }: LiveArguments, signal: AbortSignal) {
  const { timeZone, pseudonymKey, openTopic } = await prepare(signal)
  const tally = createTally()
  const line = createProgressLine()
  const start_ms = performance.now()
  try {
    await using publisher = await openTopic()
    await live({
      scenario: kaiserScenario,
      scale,
      seed: seed ?? randomInt(2 ** 32),
      timeZone,
      publisher,
      pseudonymKey,
      rate_per_second: rate,
      kinds,
      tally,
      signal,
      onProgress: (acknowledged) => line.show(`${acknowledged.toLocaleString('en')} events`),
      ...(seconds !== undefined && { duration_ms: seconds * 1_000 }),
    })
  } finally {
    line.clear()
    await writeTally(file, tally)
  }
  printSummary(tally, performance.now() - start_ms)
}

/** Whole or not at all: a reader never finds half a file. */
async function writeTally(file: string | undefined, tally: Tally): Promise<void> {
  if (file === undefined) return
  await writeFile(`${file}.part`, `${JSON.stringify(tally)}\n`)
  await rename(`${file}.part`, file)
}

function printSummary(tally: Tally, duration_ms: number): void {
  const seconds = (duration_ms / 1_000).toFixed(1)
  const kinds = Object.entries(tally.totals()).map(([kind, events]) => `${kind} ${events.toLocaleString('en')}`)
  process.stdout.write(`${tally.total.toLocaleString('en')} events acknowledged in ${seconds} s: ${kinds.join(', ')}\n`)
}
