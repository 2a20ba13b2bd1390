import { z } from 'zod'

import { eventSchema } from './event-schema.ts'
import {
  CHANNELS,
  type Kind,
  LOGIN_METHODS,
  MESSAGE_DIRECTIONS,
  PRESCRIPTIONS_MAX,
  REGIONS,
  RESULTS_MAX,
  TELEHEALTH_MODALITIES,
} from './kinds.ts'

/** What the data of every kind has. */
const context = {
  channel: z.enum(CHANNELS).describe('Where the patient did it.'),
  region: z
    .enum(REGIONS)
    .meta({ id: 'region', description: 'The US state, or DC, that the interaction is counted for.' }),
}

export const LoginEventSchema = eventSchema('login', {
  title: 'Login',
  description: 'A patient has logged in to the portal.',
  data: z.strictObject({ ...context, method: z.enum(LOGIN_METHODS).describe('How the patient proved who they are.') }),
  example: { method: 'biometric' },
})

export const TelehealthEventSchema = eventSchema('telehealth', {
  title: 'Telehealth visit',
  description: 'A patient has had a visit with a provider at a distance.',
  data: z.strictObject({ ...context, modality: z.enum(TELEHEALTH_MODALITIES).describe('How the two met.') }),
  example: { modality: 'video' },
})

export const MessageEventSchema = eventSchema('message', {
  title: 'Secure message',
  description: 'A patient and a provider have exchanged one secure message.',
  data: z.strictObject({ ...context, direction: z.enum(MESSAGE_DIRECTIONS).describe('Who received the message.') }),
  example: { direction: 'to_provider' },
})

export const RefillEventSchema = eventSchema('refill', {
  title: 'Refill request',
  description: 'A patient has asked for refills of prescriptions.',
  data: z.strictObject({
    ...context,
    prescriptions: z.int().min(1).max(PRESCRIPTIONS_MAX).describe('How many prescriptions are to be refilled.'),
  }),
  example: { prescriptions: 2 },
})

export const LabViewEventSchema = eventSchema('lab_view', {
  title: 'Lab result view',
  description: 'A patient has looked at lab results.',
  data: z.strictObject({
    ...context,
    results: z.int().min(1).max(RESULTS_MAX).describe('How many results the patient looked at.'),
  }),
  example: { results: 3 },
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

export const EVENT_SCHEMAS: Readonly<Record<Kind, z.ZodType<InteractionEvent>>> = {
  login: LoginEventSchema,
  telehealth: TelehealthEventSchema,
  message: MessageEventSchema,
  refill: RefillEventSchema,
  lab_view: LabViewEventSchema,
}
