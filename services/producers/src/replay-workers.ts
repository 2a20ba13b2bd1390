import { Worker } from 'node:worker_threads'

import { CaretallyError, settleAll } from '@caretally/runtime'

import type { Prepared } from './prepare.ts'
import type { ReplayProgress } from './replay.ts'
import { type ReplayedEvents, replayShare } from './replay-share.ts'
import type { Share } from './shares.ts'
import { readTally, type Tally } from './tally.ts'

/** As many as anybody's machine has cores for. */
export const WORKERS_MAX = 64
const PROGRAM = new URL('replay-worker.js', import.meta.url)

/** What a thread is started with. */
export interface WorkerTask {
  what: ReplayedEvents
  share: Share
}

/** What a thread says: how far it is, why it failed if it did, and at its end what it has counted. */
export type WorkerReport =
  | { progress: ReplayProgress }
  | { tally: unknown }
  | { failure: { code: string; message: string; hint: string | undefined } }

interface WorkersOptions {
  workers: number
  /** Of this thread; the others prepare themselves. */
  prepared: Prepared
  what: ReplayedEvents
  /** Where to count; also what is known when the replay ends before its time. */
  tally: Tally
  onProgress: (progress: ReplayProgress) => void
  signal: AbortSignal
}

/**
 * Replays with so many threads, each of which fills a core. With one the events of a day are published in the order of their
 * times. With more, each thread has some kinds of a day, so that kinds and neighbouring days are published at the same time.
 *
 * @throws {CaretallyError} as the replay does; the first failure ends all threads
 */
export async function replayWithWorkers(options: WorkersOptions): Promise<void> {
  const { workers, prepared, what, tally, onProgress, signal } = options
  if (workers === 1) {
    await replayShare({ prepared, what, share: { index: 0, of: 1 }, tally, onProgress, signal })
    return
  }
  const acknowledged = new Float64Array(workers)
  const failed = new AbortController()
  const end = AbortSignal.any([signal, failed.signal])
  await settleAll(
    Array.from({ length: workers }, async (_, index) => {
      try {
        await runWorker({ what, share: { index, of: workers } }, tally, end, (progress) => {
          acknowledged[index] = progress.acknowledged
          onProgress({ ...progress, acknowledged: acknowledged.reduce((sum, part) => sum + part, 0) })
        })
      } catch (error) {
        failed.abort(error)
        throw error
      }
    }),
  ).catch(() => end.throwIfAborted())
}

async function runWorker(
  task: WorkerTask,
  tally: Tally,
  signal: AbortSignal,
  onProgress: (progress: ReplayProgress) => void,
): Promise<void> {
  signal.throwIfAborted()
  const worker = new Worker(PROGRAM, { workerData: task })
  let failure: unknown
  let isCounted = false
  worker.on('message', (report: WorkerReport) => {
    if ('progress' in report) onProgress(report.progress)
    else if ('tally' in report) {
      tally.merge(readTally(report.tally))
      isCounted = true
    } else {
      const { code, message, hint } = report.failure
      failure = new CaretallyError(code, message, hint === undefined ? {} : { hint })
    }
  })
  worker.once('error', (error) => (failure = error))
  const stop = () => worker.postMessage('stop')
  signal.addEventListener('abort', stop)
  // all that it has said is here by then, though not yet when it throws
  await new Promise((resolve) => worker.once('exit', resolve))
  signal.removeEventListener('abort', stop)
  if (failure !== undefined) throw failure
  if (!isCounted)
    throw new CaretallyError('replay_thread_ended', 'a thread of the replay ended and did not say how far it was')
}
