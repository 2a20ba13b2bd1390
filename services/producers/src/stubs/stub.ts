import type { Channel, InteractionEvent, Kind, Region } from '@caretally/events'

import type { Random } from '../random.ts'
import type { Scenario } from '../scenario.ts'

/** What only one kind of event has, such as a login's method. */
export type Detail = string | number

/** One of the portal's programs: it tells what patients do in it, one kind of thing. */
export interface Stub<D extends Detail = Detail> {
  readonly kind: Kind
  /** What only this kind has, drawn by rules of its own or the scenario's. */
  drawDetail(channel: Channel, random: Random, scenario: Scenario): D
  /** The event of an action. */
  eventOf(action: Action, detail: D): InteractionEvent
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
