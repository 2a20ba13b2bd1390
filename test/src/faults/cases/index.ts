import type { FaultCase } from '../fault-case.ts'
import { brokenNetwork } from './broken-network.ts'
import { brokerKilled } from './broker-killed.ts'
import { brokenView } from './broken-view.ts'
import { membersComeAndGo, partitionsAdded } from './changing-members.ts'
import { clickHouseKilled } from './clickhouse-killed.ts'
import { frozenMember } from './frozen-member.ts'
import { killedAtRandom } from './killed-at-random.ts'
import { killedBetweenSteps } from './killed-between-steps.ts'
import { lateEventsAndTurn } from './late-events.ts'
import { leaderFrozen } from './leader-frozen.ts'
import { leadersKilled } from './leaders-killed.ts'
import { lostParts } from './lost-parts.ts'
import { producersKilled } from './producers-killed.ts'
import { repeatsAndMalformed } from './repeats-and-malformed.ts'
import { versions } from './versions.ts'

/** Every case, in the order in which they run. */
export const CASES: readonly FaultCase[] = [
  ...killedBetweenSteps,
  membersComeAndGo,
  partitionsAdded,
  ...versions,
  ...frozenMember,
  ...brokenNetwork,
  brokenView,
  ...repeatsAndMalformed,
  ...lateEventsAndTurn,
  killedAtRandom,
  clickHouseKilled,
  lostParts,
  brokerKilled,
  leadersKilled,
  leaderFrozen,
  producersKilled,
]
