import { z } from 'zod'

import { Contract } from './contract.ts'
import { eventSchema } from './event-schema.ts'
import {
  CHANNELS,
  LOGIN_METHODS,
  MESSAGE_DIRECTIONS,
  PRESCRIPTIONS_MAX,
  REGIONS,
  RESULTS_MAX,
  TELEHEALTH_MODALITIES,
} from './kinds.ts'

export const RegionSchema = z
  .enum(REGIONS)
  .meta({ id: 'region', description: 'The US state, or DC, that the interaction is counted for.' })

/** What the data of every kind has. */
const context = {
  channel: z.enum(CHANNELS).describe('Where the patient did it.'),
  region: RegionSchema,
}

export const LoginEventSchema = eventSchema('login', {
  version: 1,
  title: 'Login',
  description: 'A patient has logged in to the portal.',
  data: z.strictObject({ ...context, method: z.enum(LOGIN_METHODS).describe('How the patient proved who they are.') }),
  example: { id: '019535d9-3df7-79fb-b466-fa907fa17f9e', data: { method: 'biometric' } },
})

export const TelehealthEventSchema = eventSchema('telehealth', {
  version: 1,
  title: 'Telehealth visit',
  description: 'A patient has had a visit with a provider at a distance.',
  data: z.strictObject({ ...context, modality: z.enum(TELEHEALTH_MODALITIES).describe('How the two met.') }),
  example: { id: '019535d9-3df8-7c41-9a3e-5d0be2f4c716', data: { modality: 'video' } },
})

export const MessageEventSchema = eventSchema('message', {
  version: 1,
  title: 'Secure message',
  description: 'A patient and a provider have exchanged one secure message.',
  data: z.strictObject({ ...context, direction: z.enum(MESSAGE_DIRECTIONS).describe('Who received the message.') }),
  example: { id: '019535d9-3df9-7b06-8e57-21c94ad07f83', data: { direction: 'to_provider' } },
})

export const RefillEventSchema = eventSchema('refill', {
  version: 1,
  title: 'Refill request',
  description: 'A patient has asked for refills of prescriptions.',
  data: z.strictObject({
    ...context,
    prescriptions: z.int().min(1).max(PRESCRIPTIONS_MAX).describe('How many prescriptions are to be refilled.'),
  }),
  example: { id: '019535d9-3dfa-7d92-b1c8-e60f3582a94d', data: { prescriptions: 2 } },
})

export const LabViewEventSchema = eventSchema('lab_view', {
  version: 1,
  title: 'Lab result view',
  description: 'A patient has looked at lab results.',
  data: z.strictObject({
    ...context,
    results: z.int().min(1).max(RESULTS_MAX).describe('How many results the patient looked at.'),
  }),
  example: { id: '019535d9-3dfb-7e28-85d4-0c7b96e1f35a', data: { results: 3 } },
})

/** Any of the five. Unknown fields are refused, in the event as in its data. */
export const InteractionEventSchema = z
  .discriminatedUnion('type', [
    LoginEventSchema,
    TelehealthEventSchema,
    MessageEventSchema,
    RefillEventSchema,
    LabViewEventSchema,
  ])
  .meta({ title: 'Interaction', description: 'One thing that a patient did in the portal.' })

export type LoginEvent = z.infer<typeof LoginEventSchema>
export type TelehealthEvent = z.infer<typeof TelehealthEventSchema>
export type MessageEvent = z.infer<typeof MessageEventSchema>
export type RefillEvent = z.infer<typeof RefillEventSchema>
export type LabViewEvent = z.infer<typeof LabViewEventSchema>
export type InteractionEvent = z.infer<typeof InteractionEventSchema>

/** All that there is, each with the first contract that has it. docs/operations.md says how to add a version of a kind. */
export const CONTRACT = new Contract<InteractionEvent>([
  { kind: 'login', version: 1, since: 1, schema: LoginEventSchema },
  { kind: 'telehealth', version: 1, since: 1, schema: TelehealthEventSchema },
  { kind: 'message', version: 1, since: 1, schema: MessageEventSchema },
  { kind: 'refill', version: 1, since: 1, schema: RefillEventSchema },
  { kind: 'lab_view', version: 1, since: 1, schema: LabViewEventSchema },
])
