import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { CaretallyError, type HealthCheck, type Logger, mergeMetrics, type Observed } from '@caretally/runtime'

import { Questions } from './worker-questions.ts'

/** More would need more partitions than a topic here has. */
export const WORKERS_MAX = 64
const PROGRAM = fileURLToPath(new URL('worker-main.js', import.meta.url))
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * V8's young generation, in MB, from the start and for good; a single worker, which has no process of its own, runs without
 * this. It would grow to 16, which no record of the hot path needs: a worker's memory is the same from its first range to its
 * last, and the time that the collector takes does not show.
 */
const YOUNG_GENERATION = ['--min-semi-space-size=4', '--max-semi-space-size=4']

/**
 * For glibc's malloc, in bytes: its own default, which it keeps when it is told, and raises to the largest block freed so far
 * when it is not. Blocks above it go back to the system at once, and leave no holes behind.
 */
const MALLOC = { MALLOC_MMAP_THRESHOLD_: '131072' }

interface WorkersOptions {
  count: number
  logger: Logger
  /** Shows what all workers together are like, until what it returns is disposed of. */
  observe?: (observed: Observed) => Promise<AsyncDisposable>
}

/**
 * Runs members of the consumer group as processes of their own, until `signal` is aborted: each then finishes its ranges and
 * leaves the group. When one ends by itself the others are ended in order too, so that whoever watches this process sees it.
 *
 * @throws {CaretallyError} `worker_ended`
 */
export async function runWorkers({ count, logger, observe }: WorkersOptions, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const workers = Array.from({ length: count }, startWorker)
  const exits = workers.map((worker) => once(worker, 'exit'))
  const stopAll = () => {
    for (const worker of workers) worker.kill('SIGTERM')
  }
  signal.addEventListener('abort', stopAll)
  try {
    await using _ = await observe?.(observeAll(workers))
    logger.info({ count }, 'workers started')
    const [status, killedBy] = await Promise.race(exits)
    if (!signal.aborted) {
      throw new CaretallyError('worker_ended', `a worker ended by itself (${String(status ?? killedBy)})`, {
        hint: 'what it said before says why; the others are ended too, and nothing is lost: start the consumer again',
      })
    }
  } finally {
    stopAll()
    await Promise.all(exits)
  }
}

function startWorker(): ChildProcess {
  // a session of its own: Ctrl-C in the terminal reaches this process, which ends the workers in order
  return fork(PROGRAM, [], {
    detached: true,
    execArgv: [...process.execArgv, ...YOUNG_GENERATION],
    env: { ...MALLOC, ...process.env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
}

/** The metrics of all workers as one, and the health of the one that is worst off. */
function observeAll(workers: readonly ChildProcess[]): Observed {
  const questions = workers.map((worker) => new Questions(worker))
  const first = (question: keyof HealthCheck) => async () => {
    const answers = await Promise.all(questions.map((worker) => worker[question]()))
    const index = answers.findIndex((answer) => answer !== undefined)
    return index < 0 ? undefined : `worker ${index + 1} of ${workers.length}: ${answers[index]}`
  }
  return {
    metrics: {
      contentType: METRICS_TYPE,
      render: async () => mergeMetrics(await Promise.all(questions.map((worker) => worker.snapshot()))),
    },
    health: { whyNotReady: first('whyNotReady'), whyNotAlive: first('whyNotAlive') },
  }
}
