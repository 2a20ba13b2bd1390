import { readAllCommitted } from '@caretally/kafka'
import type { Clock } from '@caretally/runtime'
import type { Admin } from 'kafkajs'

const POLL_MS = 100

interface DrainOptions {
  admin: Admin
  group: string
  topic: string
  /** Told how many offsets are committed, of all partitions together. */
  onProgress: (committed: number) => void
  clock: Clock
  signal: AbortSignal
}

/**
 * Reports how far the group has come until `isProduced` says that no more will be produced and every offset is committed,
 * hence written.
 */
export async function watchDrain(isProduced: () => boolean, options: DrainOptions): Promise<void> {
  const { admin, group, topic, onProgress, clock, signal } = options
  for (;;) {
    const isComplete = isProduced()
    const [ends, committed] = await Promise.all([admin.fetchTopicOffsets(topic), readAllCommitted(admin, group, topic)])
    const end = ends.reduce((sum, { offset }) => sum + Number(offset), 0)
    const done = [...committed.values()].reduce((sum, { next = 0 }) => sum + next, 0)
    onProgress(done)
    if (isComplete && done === end) return
    await clock.sleep(POLL_MS, signal)
  }
}
