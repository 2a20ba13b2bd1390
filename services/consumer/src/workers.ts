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
 * The size in MB that V8's young generation grows to within some minutes, from the start: a worker's memory is the same from its
 * first range to its last.
 */
const YOUNG_GENERATION = '--min-semi-space-size=16'

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
    execArgv: [...process.execArgv, YOUNG_GENERATION],
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
