import type { Channel, InteractionEvent, Kind, Region } from '@caretally/events'

import type { Random } from '../random.ts'
import type { Scenario } from '../scenario.ts'

/** One of the portal's programs: it tells what patients do in it, one kind of thing. */
export interface Stub {
  readonly kind: Kind
  /** The event of an action. What only this kind has is drawn from `random`, by rules of its own or the scenario's. */
  emit(action: Action, random: Random, scenario: Scenario): InteractionEvent
}

/** What all kinds have in common. */
export interface Action {
  readonly id: string
  /** RFC 3339 */
  readonly time: string
  /** The member's pseudonym. */
  readonly subject: string
  readonly channel: Channel
  readonly region: Region
}
