import type { z } from 'zod'

import { type EventType, eventTypeOf, type Kind } from './kinds.ts'
import type { LabViewEvent, LoginEvent, MessageEvent, RefillEvent, TelehealthEvent } from './schema.ts'

interface FirstEvents {
  login: LoginEvent
  telehealth: TelehealthEvent
  message: MessageEvent
  refill: RefillEvent
  lab_view: LabViewEvent
}

/** An event of a kind in any version: it has all that the first version has, and may have more that is optional. */
type EventOf<K extends Kind> = Omit<FirstEvents[K], 'type'> & { type: EventType<K, number> }
export type KnownEvent = { [K in Kind]: EventOf<K> }[Kind]

/** A kind in one version of its schema: what the `type` of an event stands for. */
export interface EventDefinition<Event extends KnownEvent = KnownEvent> {
  kind: Kind
  version: number
  /** The number of the first contract that has it. */
  since: number
  schema: z.ZodType<Event>
}

/**
 * Which events there are. A contract only ever grows, and what was added when is known: so whoever finishes what an earlier
 * version of this program has begun decides as that one did.
 */
export class Contract<Event extends KnownEvent> {
  readonly definitions: readonly EventDefinition<Event>[]
  /** Goes up by one with each addition. */
  readonly number: number
  readonly #byType: ReadonlyMap<unknown, EventDefinition<Event>>

  constructor(definitions: readonly EventDefinition<Event>[]) {
    this.definitions = definitions
    this.number = Math.max(...definitions.map(({ since }) => since))
    this.#byType = new Map(
      definitions.map((definition) => [eventTypeOf(definition.kind, definition.version), definition]),
    )
  }

  /** What a CloudEvents `type` stands for; undefined for anything else, whatever it is. */
  definitionOf(type: unknown): EventDefinition<Event> | undefined {
    return this.#byType.get(type)
  }

  /** This contract as it was when it had that number. */
  asOf(number: number): Contract<Event> {
    return number >= this.number ? this : new Contract(this.definitions.filter(({ since }) => since <= number))
  }
}
