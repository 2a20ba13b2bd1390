import process from 'node:process'
import { parentPort, workerData } from 'node:worker_threads'

import { CaretallyError } from '@caretally/runtime'

import { prepare } from './prepare.ts'
import { replayShare } from './replay-share.ts'
import type { WorkerReport, WorkerTask } from './replay-workers.ts'
import { createTally } from './tally.ts'

/** How long its connections may take to be closed. */
const CLOSE_MS_MAX = 5_000

// One thread of a replay, started by `replayWithWorkers`. It ends once it has said how it ended.
const { what, share }: WorkerTask = workerData
const parent = parentPort!
const stop = new AbortController()
const tally = createTally()
const report = (message: WorkerReport) => parent.postMessage(message)

parent.once('message', () => stop.abort())
parent.unref()
try {
  await replayShare({
    prepared: await prepare(stop.signal),
    what,
    share,
    tally,
    onProgress: (progress) => report({ progress }),
    signal: stop.signal,
  })
} catch (error) {
  if (!(error instanceof CaretallyError)) throw error
  const { code, message, hint } = error
  report({ failure: { code, message, hint } })
} finally {
  report({ tally: tally.toJSON() })
  // kafkajs goes on with a send that was given up, and would keep the thread for as long
  setTimeout(() => process.exit(), CLOSE_MS_MAX).unref()
}
