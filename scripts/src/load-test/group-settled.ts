import type { Clock } from '@caretally/runtime'
import type { Admin } from 'kafkajs'

interface GroupOptions {
  admin: Admin
  group: string
  /** How many members it is to get, where that is known. */
  members?: number | undefined
  clock: Clock
  signal: AbortSignal
}

const POLL_MS = 100
/** A group that stays as it is for this long gets no more members. */
const QUIET_MS = 3_000

/** Resolves when the group has all its members and has shared out the partitions, or stays with those it has. */
export async function groupSettled({ admin, group, members = Infinity, clock, signal }: GroupOptions): Promise<void> {
  let known = ''
  let since_ms = clock.now()
  for (;;) {
    const [described] = (await admin.describeGroups([group])).groups
    const ids = described?.members.map(({ memberId }) => memberId).sort() ?? []
    const isStable = described?.state === 'Stable' && ids.length > 0
    if (isStable && ids.length >= members) return
    if (!isStable || ids.join() !== known) since_ms = clock.now()
    else if (clock.now() - since_ms >= QUIET_MS) return
    known = ids.join()
    await clock.sleep(POLL_MS, signal)
  }
}
