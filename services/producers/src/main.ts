import { randomInt } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'
import process from 'node:process'

import { CaretallyError, logFailure, runProgram } from '@caretally/runtime'
import { CommanderError } from 'commander'

import { createCommandLine, type LiveArguments, type ReplayArguments } from './command-line.ts'
import { live } from './live.ts'
import { observePublishing } from './observe-publishing.ts'
import { prepare, type Prepared } from './prepare.ts'
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

async function runReplay(args: ReplayArguments, signal: AbortSignal) {
  const prepared = await prepare(signal)
  await logFailure(prepared.logger, () => replayPrepared(args, prepared, signal))
}

async function replayPrepared(
  { workers, tally: file, ...what }: ReplayArguments,
  prepared: Prepared,
  signal: AbortSignal,
) {
  const { logger, metrics: place, openTopic } = prepared
  const tally = createTally()
  const line = createProgressLine()
  let progress = { acknowledged: 0, planned: 0 }
  const acknowledged = () => progress.acknowledged
  const planned = () => progress.planned
  const start_ms = performance.now()
  try {
    await using observed = place && (await observePublishing({ place, acknowledged, planned, logger, signal }))
    // of threads it is only known how far they are
    let waiting = workers > 1 ? observed?.health.begin() : undefined
    await replayWithWorkers({
      workers,
      prepared: { ...prepared, openTopic: () => openTopic(observed?.watch) },
      what,
      tally,
      signal,
      onProgress: (reached) => {
        progress = reached
        waiting?.acknowledged()
        waiting = waiting && observed?.health.begin()
        line.show(`${reached.acknowledged.toLocaleString('en')} of ${reached.planned.toLocaleString('en')} events`)
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

async function runLive(args: LiveArguments, signal: AbortSignal) {
  const prepared = await prepare(signal)
  await logFailure(prepared.logger, () => livePrepared(args, prepared, signal))
}

async function livePrepared(
  { rate, seconds, scale, seed, kinds, tally: file }: LiveArguments,
  { timeZone, pseudonymKey, openTopic, logger, metrics: place }: Prepared,
  signal: AbortSignal,
) {
  const tally = createTally()
  const line = createProgressLine()
  const acknowledged = () => tally.total
  const start_ms = performance.now()
  try {
    await using observed = place && (await observePublishing({ place, acknowledged, logger, signal }))
    await using publisher = await openTopic(observed?.watch)
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
