import { randomInt } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'
import process from 'node:process'

import { createPseudonymizer, parsePseudonymKey } from '@caretally/events'
import {
  checkKafka,
  createKafka,
  kafkaConnectionFrom,
  kafkaEnvironment,
  openPublisher,
  type Publisher,
} from '@caretally/kafka'
import { CaretallyError, createLogger, readConfig, runProgram } from '@caretally/runtime'
import { CommanderError } from 'commander'
import { z } from 'zod'

import { assertTimeZone } from './calendar.ts'
import { createCommandLine, type LiveArguments, type ReplayArguments } from './command-line.ts'
import { live } from './live.ts'
import { createPlan } from './plan.ts'
import { createProgressLine } from './progress-line.ts'
import { replay } from './replay.ts'
import { kaiserScenario } from './scenarios/kaiser.ts'
import { createTally, type Tally } from './tally.ts'

const EnvironmentSchema = z.object({
  ...kafkaEnvironment,
  REPORTING_TIME_ZONE: z.string().default('America/Los_Angeles'),
  MEMBER_PSEUDONYM_KEY: z.string().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

/** After a signal, what is on its way to Kafka may still arrive, and be counted, for this long. */
const GRACE_MS = 5_000

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

async function runReplay({ from, to, scale, seed, kinds, tally: file }: ReplayArguments, signal: AbortSignal) {
  const { timeZone, pseudonymize, openTopic } = await prepare(signal)
  const plan = createPlan({ scenario: kaiserScenario, scale, seed, timeZone })
  const tally = createTally()
  const line = createProgressLine()
  const start_ms = performance.now()
  try {
    await using publisher = await openTopic()
    await replay({
      plan,
      publisher,
      pseudonymize,
      from,
      to,
      kinds,
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
  const { timeZone, pseudonymize, openTopic } = await prepare(signal)
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
      pseudonymize,
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

/** What both commands need: configuration that is sound, and Kafka that answers. */
async function prepare(signal: AbortSignal) {
  const config = readConfig(EnvironmentSchema, process.env)
  const { KAFKA_TOPIC: topic, REPORTING_TIME_ZONE: timeZone } = config
  assertTimeZone(timeZone)
  const pseudonymize = createPseudonymizer(readPseudonymKey(config.MEMBER_PSEUDONYM_KEY))
  const logger = createLogger({ name: 'producers', level: config.LOG_LEVEL })
  const client = { ...kafkaConnectionFrom(config), clientId: 'caretally-producers', logger }
  await checkKafka(client)
  const openTopic = (): Promise<Publisher> =>
    openPublisher({ kafka: createKafka(client), topic, logger, signal: abortLater(signal, GRACE_MS) })
  return { timeZone, pseudonymize, openTopic }
}

function readPseudonymKey(text: string | undefined): Uint8Array {
  const hint = 'make one with `openssl rand -hex 32`, keep it secret, and set MEMBER_PSEUDONYM_KEY to it'
  if (text === undefined) {
    throw new CaretallyError('config_invalid', 'MEMBER_PSEUDONYM_KEY is not set', { hint })
  }
  try {
    return parsePseudonymKey(text)
  } catch (cause) {
    throw new CaretallyError(
      'config_invalid',
      'MEMBER_PSEUDONYM_KEY is not a key of at least 32 bytes in hex or base64',
      {
        hint,
        cause,
      },
    )
  }
}

/** A signal that is aborted `delay_ms` after `signal`. */
function abortLater(signal: AbortSignal, delay_ms: number): AbortSignal {
  const controller = new AbortController()
  signal.addEventListener('abort', () => {
    setTimeout(() => controller.abort(signal.reason), delay_ms).unref()
  })
  return controller.signal
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
